# KnnFlags.cmake - options and the compiler flags that every C file of the project gets.
option(KNN_TESTS "Build the tests" ON)
option(KNN_ASSERTS "Check the engine's own invariants (KNN_ASSERT)" OFF)
option(KNN_SANITIZE "Build with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)
option(KNN_WERROR "Treat warnings as errors" OFF)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Build type" FORCE)
endif()
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O3 -g")
set(CMAKE_C_FLAGS_DEBUG "-O1 -g")

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

find_program(KNN_CCACHE ccache)
mark_as_advanced(KNN_CCACHE)
if(KNN_CCACHE AND NOT CMAKE_C_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${KNN_CCACHE})
endif()

# Contraction and fast-math would let the same source give different numbers. No code looks at errno or at
# floating-point exception flags, so loops with a choice in them may be vectorised. The instruction set stays
# the platform's baseline so that a built package runs on every machine of its architecture.
add_library(knn_flags INTERFACE)
target_compile_options(knn_flags INTERFACE
  -ffp-contract=off -fno-math-errno -fno-trapping-math
  -Wall -Wextra -Wshadow -Wconversion -Wmissing-prototypes
  # The loops of kernels carry a hint that only GCC reads.
  $<$<C_COMPILER_ID:Clang>:-Wno-unknown-pragmas>
  $<$<BOOL:${KNN_WERROR}>:-Werror>)
target_compile_definitions(knn_flags INTERFACE _GNU_SOURCE= $<$<BOOL:${KNN_ASSERTS}>:KNN_DEBUG>)
target_link_libraries(knn_flags INTERFACE Threads::Threads)
if(KNN_SANITIZE)
  set(sanitize -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_compile_options(knn_flags INTERFACE ${sanitize})
  target_link_options(knn_flags INTERFACE ${sanitize})
endif()
