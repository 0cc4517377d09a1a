# Compiler settings shared by every target of the project.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)

find_program(TABLETHEORY_CCACHE ccache)
if(TABLETHEORY_CCACHE)
  # Build folders and clones share what they compiled: neither the folder's name nor the clone's is part of the key.
  # (Precompiled headers would end that: they hold absolute paths.)
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} ${TABLETHEORY_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CMAKE_CXX_COMPILER_LAUNCHER})
endif()
find_program(TABLETHEORY_MOLD mold)
if(TABLETHEORY_MOLD AND NOT CMAKE_CXX_COMPILER_ID MATCHES Clang)
  add_link_options(-fuse-ld=mold)
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror=return-type
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor> -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  # g++ 12 reports false positives inside libstdc++ for these at -O2.
  add_compile_options(-Wno-restrict -Wno-maybe-uninitialized -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
  if(TABLETHEORY_UNITY)
    # In a batch every source is an included file, whose unnamed namespaces this would complain of.
    add_compile_options(-Wno-subobject-linkage)
  endif()
endif()
if(TABLETHEORY_SANITIZE)
  add_compile_options(-fsanitize=${TABLETHEORY_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${TABLETHEORY_SANITIZE})
endif()
if(TABLETHEORY_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
