# Finds LibTorch, says which one it is, and gives it as the target styler::torch, together with STYLER_HAS_CUDA.
# The installed package includes this same file, so that a user of the library gets the same checks and messages.
if(TARGET styler::torch)
  return()
endif()

# The package files of a LibTorch with CUDA enable the CUDA language and compile a probe for the GPU of this machine.
# Styler has no CUDA source: any architecture and standard that nvcc knows will do.
if(NOT DEFINED TORCH_CUDA_ARCH_LIST AND NOT DEFINED ENV{TORCH_CUDA_ARCH_LIST})
  set(TORCH_CUDA_ARCH_LIST 8.0)
endif()
if(NOT DEFINED CMAKE_CUDA_STANDARD)
  set(CMAKE_CUDA_STANDARD 17)  # CMake 3.25 does not know how to ask nvcc 13 for C++20
endif()
# Of its remarks (libraries it looks for in vain and nobody needs) only errors are let through.
set(styler_log_level ${CMAKE_MESSAGE_LOG_LEVEL})
set(CMAKE_MESSAGE_LOG_LEVEL ERROR)
find_package(Torch QUIET)
set(CMAKE_MESSAGE_LOG_LEVEL ${styler_log_level})
if(NOT Torch_FOUND)
  message(FATAL_ERROR
    "LibTorch was not found. On Debian and Ubuntu: apt-get install libtorch-dev libopenblas0. With PyPI's wheel: "
    "pip install torch, then configure with -DCMAKE_PREFIX_PATH=<site-packages>/torch "
    "-DTorch_DIR=<site-packages>/torch/share/cmake/Torch (docs/guide/install.md, \"On a GPU\").")
endif()

# With a wheel and Debian's LibTorch both installed, the wheel's own package file may pick up the system's library.
get_filename_component(styler_torch_prefix "${Torch_DIR}/../../.." REALPATH)
get_filename_component(styler_torch_library "${TORCH_LIBRARY}" REALPATH)
string(FIND "${styler_torch_library}" "${styler_torch_prefix}/" styler_torch_inside)
set(styler_torch_is_wheel OFF)
if(EXISTS "${styler_torch_prefix}/version.py")  # whatever the folder is called that pip was told to install into
  set(styler_torch_is_wheel ON)
endif()
if(styler_torch_is_wheel AND NOT styler_torch_inside EQUAL 0)
  message(FATAL_ERROR
    "The package file of LibTorch lies in ${Torch_DIR}, but the library found is ${TORCH_LIBRARY}, of another "
    "installation. Add -DCMAKE_PREFIX_PATH=${styler_torch_prefix} (beside -DTorch_DIR) and configure in an empty "
    "build folder.")
endif()

find_package(OpenMP REQUIRED COMPONENTS CXX)  # at::parallel_for runs in one thread without it
add_library(styler::torch INTERFACE IMPORTED GLOBAL)
target_link_libraries(styler::torch INTERFACE ${TORCH_LIBRARIES} OpenMP::OpenMP_CXX)
target_include_directories(styler::torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
if(styler_torch_is_wheel)
  # The wheel's libraries export an older std::filesystem of their own, which crashes when a program of ours calls it.
  # The compiler's libstdc++ must come before them.
  target_link_options(styler::torch INTERFACE "SHELL:-Wl,--push-state,--no-as-needed -lstdc++ -Wl,--pop-state")
endif()
if(TARGET torch_cuda)
  set(STYLER_HAS_CUDA ON)
  target_link_libraries(styler::torch INTERFACE torch::cudart)
  set(styler_torch_cuda "with CUDA ${CUDA_VERSION}")
else()
  set(STYLER_HAS_CUDA OFF)
  set(styler_torch_cuda "without CUDA, so it runs on the CPU alone")
endif()
message(STATUS "LibTorch ${Torch_VERSION} ${styler_torch_cuda}: ${TORCH_LIBRARY}")
