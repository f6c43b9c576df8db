# Finds LibTorch, says which one it is, and gives it as the target styler_torch.
find_package(Torch QUIET)
if(NOT Torch_FOUND)
  message(FATAL_ERROR
    "LibTorch was not found. On Debian: apt-get install libtorch-dev libopenblas0. With PyPI's wheel: "
    "pip install torch, then configure with -DCMAKE_PREFIX_PATH=<site-packages>/torch "
    "-DTorch_DIR=<site-packages>/torch/share/cmake/Torch.")
endif()

# With a wheel and Debian's LibTorch both installed, the wheel's own package file may pick up the system's library.
get_filename_component(styler_torch_prefix "${Torch_DIR}/../../.." REALPATH)
get_filename_component(styler_torch_library "${TORCH_LIBRARY}" REALPATH)
string(FIND "${styler_torch_library}" "${styler_torch_prefix}/" styler_torch_inside)
if(Torch_DIR MATCHES "site-packages|dist-packages" AND NOT styler_torch_inside EQUAL 0)
  message(FATAL_ERROR
    "The package file of LibTorch lies in ${Torch_DIR}, but the library found is ${TORCH_LIBRARY}, of another "
    "installation. Add -DCMAKE_PREFIX_PATH=${styler_torch_prefix} (beside -DTorch_DIR) and configure in an empty "
    "build folder.")
endif()

if(TARGET torch_cuda)
  set(STYLER_HAS_CUDA ON)
else()
  set(STYLER_HAS_CUDA OFF)
endif()
message(STATUS "LibTorch ${Torch_VERSION}: ${TORCH_LIBRARY}, CUDA ${STYLER_HAS_CUDA}")
