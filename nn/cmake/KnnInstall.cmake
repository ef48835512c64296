# KnnInstall.cmake - the installed tree. Nothing in it knows its prefix: it may be moved as a whole.
if(NOT TARGET knn_shared)
  return()
endif()
include(CMakePackageConfigHelpers)
set(lua_dir ${CMAKE_INSTALL_LIBDIR}/lua/5.4)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/knn)

set_target_properties(knn_shared PROPERTIES EXPORT_NAME knn)
set_target_properties(knn_static PROPERTIES EXPORT_NAME static)
install(TARGETS knn_shared knn_static EXPORT knn
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY nn/include/knn DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(EXPORT knn NAMESPACE knn:: FILE knn-targets.cmake DESTINATION ${package_dir})
if(TARGET knn)
  install(TARGETS knn RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(FILES interp/share/knn.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES interp/share/knn.bash RENAME knn DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  install(FILES interp/share/_knn DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
  install(FILES interp/share/knn.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endif()
if(TARGET knn_module)
  install(TARGETS knn_module LIBRARY DESTINATION ${lua_dir})
endif()

configure_package_config_file(nn/cmake/knn-config.cmake.in ${PROJECT_BINARY_DIR}/gen/knn-config.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/gen/knn-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/gen/knn-config.cmake ${PROJECT_BINARY_DIR}/gen/knn-config-version.cmake
  DESTINATION ${package_dir})

file(RELATIVE_PATH KNN_PC_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" KNN_PC_PREFIX ${KNN_PC_PREFIX})
set(KNN_PC_PRIVATE "-pthread -lm")
if(CMAKE_DL_LIBS)
  string(APPEND KNN_PC_PRIVATE " -l${CMAKE_DL_LIBS}")
endif()
if(KNN_ZLIB)
  string(APPEND KNN_PC_PRIVATE " -lz")
endif()
configure_file(nn/cmake/knn.pc.in ${PROJECT_BINARY_DIR}/gen/knn.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/gen/knn.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
