# KnnLua.cmake - the Lua library embedded as C arrays, the Lua module and the shell.
if(NOT KNN_LUA OR NOT TARGET knn_static)
  return()
endif()

# stdlib/knn/** becomes one C file; see interp/bind/stdlib_files.h for its shape.
set(KNN_STDLIB_C ${PROJECT_BINARY_DIR}/gen/stdlib_files.c)
file(GLOB_RECURSE stdlib_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/stdlib/knn/*)
add_custom_command(OUTPUT ${KNN_STDLIB_C}
  COMMAND ${CMAKE_COMMAND} -DROOT=${PROJECT_SOURCE_DIR}/stdlib -DOUT=${KNN_STDLIB_C}
          -P ${PROJECT_SOURCE_DIR}/nn/cmake/EmbedStdlib.cmake
  DEPENDS ${stdlib_files} ${PROJECT_SOURCE_DIR}/nn/cmake/EmbedStdlib.cmake
  COMMENT "Embedding stdlib" VERBATIM)

file(GLOB bind_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/interp/bind/*.c)
file(GLOB shell_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/interp/*.c)
set(includes ${PROJECT_SOURCE_DIR}/nn/include ${PROJECT_SOURCE_DIR}/interp
             ${PROJECT_SOURCE_DIR}/interp/bind)

if(bind_sources)
  add_library(knn_bind OBJECT ${bind_sources} ${KNN_STDLIB_C})
  target_include_directories(knn_bind PRIVATE ${includes})
  target_include_directories(knn_bind SYSTEM PRIVATE ${KNN_LUA_INCLUDE})
  target_link_libraries(knn_bind PRIVATE knn_flags)
  # Only the opening function is visible to the host program, whatever else is linked in.
  set_target_properties(knn_bind PROPERTIES C_VISIBILITY_PRESET default)

  add_library(knn_module MODULE $<TARGET_OBJECTS:knn_bind>)
  set_target_properties(knn_module PROPERTIES PREFIX "" OUTPUT_NAME knn LINKER_LANGUAGE C
    LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib/lua/5.4)
  target_link_libraries(knn_module PRIVATE knn_flags knn_static)
  target_link_options(knn_module PRIVATE
    -Wl,--version-script=${PROJECT_SOURCE_DIR}/nn/cmake/module.map)
endif()

if(shell_sources)
  add_executable(knn ${shell_sources})
  if(bind_sources)
    target_sources(knn PRIVATE $<TARGET_OBJECTS:knn_bind>)
    target_compile_definitions(knn PRIVATE KNN_HAVE_BIND=1)
  endif()
  target_include_directories(knn PRIVATE ${includes})
  target_include_directories(knn SYSTEM PRIVATE ${KNN_LUA_INCLUDE})
  target_compile_definitions(knn PRIVATE KNN_VERSION_STRING="${PROJECT_VERSION}")
  target_link_libraries(knn PRIVATE knn_flags knn_static)
  if(KNN_READLINE)
    target_compile_definitions(knn PRIVATE KNN_HAVE_READLINE=1)
    target_include_directories(knn SYSTEM PRIVATE ${KNN_READLINE_INCLUDE})
    target_link_libraries(knn PRIVATE ${KNN_READLINE_LIBRARY})
  endif()
  if(KNN_LUA_STATIC)
    # C modules that a script requires find the whole Lua API in the shell.
    target_link_libraries(knn PRIVATE
      -Wl,--whole-archive ${KNN_LUA_STATIC} -Wl,--no-whole-archive m ${CMAKE_DL_LIBS})
    target_link_options(knn PRIVATE
      -Wl,--dynamic-list=${PROJECT_SOURCE_DIR}/nn/cmake/shell.map)
  else()
    target_link_libraries(knn PRIVATE ${KNN_LUA_SHARED})
  endif()
endif()
