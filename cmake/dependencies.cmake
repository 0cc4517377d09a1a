# What the library stands on. Everything is linked statically into what we ship (docs/architecture.md): from Debian where
# its static library is position-independent, else compiled here from a pinned package (tools/fetch_sources.py).
find_package(Threads REQUIRED)
set(OPENSSL_USE_STATIC_LIBS ON)
find_package(OpenSSL 3 REQUIRED)
set(ZLIB_USE_STATIC_LIBS ON)
find_package(ZLIB REQUIRED)
find_path(TABLETHEORY_BOOST boost/beast/http/parser.hpp REQUIRED)  # headers only
find_library(TABLETHEORY_YAML_LIBRARY NAMES libyaml.a REQUIRED)
if(TABLETHEORY_TESTS)
  find_package(GTest REQUIRED)
endif()

set(TABLETHEORY_SOURCES ${CMAKE_SOURCE_DIR}/build/sources CACHE PATH "Where fetched sources lie; shared by all presets")
execute_process(COMMAND python3 ${CMAKE_SOURCE_DIR}/tools/fetch_sources.py ${TABLETHEORY_SOURCES}
  COMMAND_ERROR_IS_FATAL ANY)

# Theirs, so: optimised in every preset, and their warnings are not ours.
add_library(tt_simdjson STATIC ${TABLETHEORY_SOURCES}/simdjson/simdjson.cpp)
target_include_directories(tt_simdjson SYSTEM PUBLIC $<BUILD_INTERFACE:${TABLETHEORY_SOURCES}/simdjson>)
target_compile_options(tt_simdjson PRIVATE -O2 -w)
add_library(tt_sqlite STATIC ${TABLETHEORY_SOURCES}/sqlite/sqlite3.c)
target_include_directories(tt_sqlite SYSTEM PUBLIC $<BUILD_INTERFACE:${TABLETHEORY_SOURCES}/sqlite>)
target_compile_options(tt_sqlite PRIVATE -O2 -w)
# What SQLite's own documentation recommends (https://sqlite.org/compile.html), and no code loaded at run time.
target_compile_definitions(tt_sqlite PRIVATE SQLITE_THREADSAFE=1 SQLITE_DQS=0 SQLITE_DEFAULT_MEMSTATUS=0
  SQLITE_LIKE_DOESNT_MATCH_BLOBS SQLITE_OMIT_LOAD_EXTENSION SQLITE_OMIT_DEPRECATED SQLITE_OMIT_SHARED_CACHE
  SQLITE_USE_ALLOCA SQLITE_TEMP_STORE=2)
set_property(GLOBAL APPEND PROPERTY TABLETHEORY_LAYERS tt_simdjson tt_sqlite)
