# find_package(TableTheory) for consumers: headers, static libraries and the package files.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
get_property(layers GLOBAL PROPERTY TABLETHEORY_LAYERS)
install(TARGETS tabletheory ${layers} EXPORT TableTheoryTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
if(TARGET tabletheory_shared)
  install(TARGETS tabletheory_shared EXPORT TableTheoryTargets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(FILES ${CMAKE_BINARY_DIR}/lib/libtabletheory_static.a DESTINATION ${CMAKE_INSTALL_LIBDIR})
endif()
install(DIRECTORY include/tabletheory DESTINATION include)
install(EXPORT TableTheoryTargets NAMESPACE TableTheory:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/TableTheory)
configure_package_config_file(cmake/TableTheoryConfig.cmake.in ${CMAKE_BINARY_DIR}/TableTheoryConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/TableTheory)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/TableTheoryConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/TableTheoryConfig.cmake ${CMAKE_BINARY_DIR}/TableTheoryConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/TableTheory)
