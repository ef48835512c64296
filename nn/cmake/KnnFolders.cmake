# KnnFolders.cmake - one object library per folder of the engine, and libknn made of all of them.

# knn_folder(<path under nn> [AS <name>] [DEPS folder...] [DEFINES def...] [FLAGS compiler flag...])
# A folder without sources still passes its headers on.
function(knn_folder path)
  cmake_parse_arguments(arg "" "AS" "DEPS;DEFINES;FLAGS" ${ARGN})
  string(REPLACE "/" "_" name ${path})
  if(arg_AS)
    set(name ${arg_AS})
  endif()
  set(dir ${PROJECT_SOURCE_DIR}/nn/${path})
  add_library(knn_${name}_headers INTERFACE)
  target_include_directories(knn_${name}_headers INTERFACE ${dir})
  foreach(dep IN LISTS arg_DEPS)
    if(NOT dep STREQUAL name)
      string(REPLACE "/" "_" dep ${dep})
      target_link_libraries(knn_${name}_headers INTERFACE knn_${dep}_headers)
    endif()
  endforeach()
  set_property(GLOBAL APPEND PROPERTY KNN_HEADER_TARGETS knn_${name}_headers)

  file(GLOB sources CONFIGURE_DEPENDS ${dir}/*.c)
  if(sources)
    add_library(knn_${name} OBJECT ${sources})
    target_include_directories(knn_${name} PRIVATE ${PROJECT_SOURCE_DIR}/nn/include)
    target_compile_definitions(knn_${name} PRIVATE KNN_BUILD ${arg_DEFINES})
    target_link_libraries(knn_${name} PRIVATE knn_flags knn_${name}_headers)
    if(arg_FLAGS) # as a library of their own they come after those of knn_flags and so prevail
      add_library(knn_${name}_flags INTERFACE)
      target_compile_options(knn_${name}_flags INTERFACE ${arg_FLAGS})
      target_link_libraries(knn_${name} PRIVATE knn_${name}_flags)
    endif()
    set_property(GLOBAL APPEND PROPERTY KNN_OBJECTS $<TARGET_OBJECTS:knn_${name}>)
  endif()
endfunction()

# knn_engine_libraries() - libknn.so, libknn.a, and knn_engine: all objects, for the shell and the module.
function(knn_engine_libraries)
  get_property(objects GLOBAL PROPERTY KNN_OBJECTS)
  if(NOT objects)
    message(WARNING "no engine sources yet: libknn is left out")
    return()
  endif()
  foreach(kind SHARED STATIC)
    string(TOLOWER knn_${kind} target)
    add_library(${target} ${kind} ${objects})
    set_target_properties(${target} PROPERTIES
      OUTPUT_NAME knn LINKER_LANGUAGE C VERSION ${PROJECT_VERSION}
      SOVERSION ${PROJECT_VERSION_MAJOR}
      ARCHIVE_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib
      LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)
    target_include_directories(${target} INTERFACE
      $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/nn/include> $<INSTALL_INTERFACE:include>)
    target_compile_features(${target} INTERFACE c_std_11)
  endforeach()
  target_link_libraries(knn_shared PRIVATE $<BUILD_INTERFACE:knn_flags> ${KNN_ENGINE_LIBS})
  target_link_libraries(knn_static PUBLIC Threads::Threads ${KNN_ENGINE_LIBS})
endfunction()

# knn_simd(<instruction set> <vector bytes> [compiler flag...]) - the vectorised kernels for one instruction set, in float
# and in double. Fused multiply-add is wanted there and stays the same whatever way work is cut.
function(knn_simd isa bytes)
  foreach(type float double)
    set(defines KNN_ISA=${isa} KNN_VECTOR_BYTES=${bytes})
    if(type STREQUAL double)
      list(APPEND defines KNN_REAL_DOUBLE=1)
    endif()
    knn_folder(kernel/simd/isa AS kernel_simd_${isa}_${type} DEPS kernel kernel/ref kernel/simd
      DEFINES ${defines} FLAGS -ffp-contract=fast ${ARGN})
  endforeach()
endfunction()
