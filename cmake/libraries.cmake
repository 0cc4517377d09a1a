# The C ABI as libraries (docs/c-abi.md, "Linking"): one to be loaded, one to be linked into a binding. Both stand on
# nothing but the C library; with sanitizers, which want to be loaded first, they are not built.
set(lib_dir ${CMAKE_BINARY_DIR}/lib)

add_library(tabletheory_shared SHARED $<TARGET_OBJECTS:tt_capi>)
add_library(TableTheory::tabletheory_shared ALIAS tabletheory_shared)
target_link_libraries(tabletheory_shared PRIVATE tt_capi)
target_include_directories(tabletheory_shared INTERFACE
  $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/include> $<INSTALL_INTERFACE:include>)
target_link_options(tabletheory_shared PRIVATE -static-libstdc++ -static-libgcc -Wl,--exclude-libs,ALL -Wl,-Bsymbolic
  -Wl,-z,defs -Wl,-z,noexecstack -Wl,-z,relro -Wl,-z,now -Wl,--version-script=${CMAKE_SOURCE_DIR}/cmake/exports.map)
set_target_properties(tabletheory_shared PROPERTIES OUTPUT_NAME tabletheory LIBRARY_OUTPUT_DIRECTORY ${lib_dir}
  LINKER_LANGUAGE CXX LINK_DEPENDS ${CMAKE_SOURCE_DIR}/cmake/exports.map)

# One archive of our layers and all that they stand on, but for C++'s own library.
get_property(layers GLOBAL PROPERTY TABLETHEORY_LAYERS)
set(script "create libtabletheory_static.a\n")
set(parts "")
foreach(layer IN LISTS layers)
  get_target_property(type ${layer} TYPE)
  if(type STREQUAL STATIC_LIBRARY)
    string(APPEND script "addlib $<TARGET_FILE:${layer}>\n")
    list(APPEND parts ${layer})
  endif()
endforeach()
foreach(archive IN ITEMS ${TABLETHEORY_YAML_LIBRARY} ${OPENSSL_SSL_LIBRARY} ${OPENSSL_CRYPTO_LIBRARY} ${ZLIB_LIBRARIES})
  if(archive MATCHES "\\.a$")
    string(APPEND script "addlib ${archive}\n")
  endif()
endforeach()
string(APPEND script "save\nend\n")
file(GENERATE OUTPUT ${lib_dir}/libtabletheory_static.mri CONTENT "${script}")
add_custom_command(OUTPUT ${lib_dir}/libtabletheory_static.a
  COMMAND ${CMAKE_COMMAND} -E rm -f libtabletheory_static.a
  COMMAND ${CMAKE_AR} -M < libtabletheory_static.mri
  WORKING_DIRECTORY ${lib_dir} DEPENDS ${parts} ${lib_dir}/libtabletheory_static.mri VERBATIM)
add_custom_target(tabletheory_static ALL DEPENDS ${lib_dir}/libtabletheory_static.a)
