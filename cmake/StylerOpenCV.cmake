# Finds the modules of OpenCV that hold, read and letter pictures, and gives them as the target styler::opencv; and with
# styler::opencv_video the one that finds motion, which stands on a few others.
#
# Debian's libopencv-dev, which brings OpenCV's own package file, pulls in every module with its dependencies (on Debian
# 13 500 MB more than needed). Where that file is missing, the headers and libraries of the modules' own packages do.
if(TARGET styler::opencv)
  return()
endif()

set(styler_opencv_modules core imgcodecs imgproc)
find_package(OpenCV QUIET GLOBAL COMPONENTS ${styler_opencv_modules} video)
add_library(styler::opencv INTERFACE IMPORTED GLOBAL)
add_library(styler::opencv_video INTERFACE IMPORTED GLOBAL)
target_link_libraries(styler::opencv_video INTERFACE styler::opencv)
if(OpenCV_FOUND)
  list(REMOVE_ITEM OpenCV_LIBS opencv_video)
  target_link_libraries(styler::opencv INTERFACE ${OpenCV_LIBS})
  target_link_libraries(styler::opencv_video INTERFACE opencv_video)
  target_include_directories(styler::opencv SYSTEM INTERFACE ${OpenCV_INCLUDE_DIRS})
else()
  find_path(STYLER_OPENCV_INCLUDE opencv2/imgcodecs.hpp PATH_SUFFIXES opencv4)
  set(styler_opencv_complete ${STYLER_OPENCV_INCLUDE})
  foreach(module IN LISTS styler_opencv_modules)
    find_library(STYLER_OPENCV_${module} opencv_${module})
    target_link_libraries(styler::opencv INTERFACE ${STYLER_OPENCV_${module}})
    if(NOT STYLER_OPENCV_${module})
      set(styler_opencv_complete OFF)
    endif()
  endforeach()
  find_library(STYLER_OPENCV_video opencv_video)
  find_path(STYLER_OPENCV_VIDEO_INCLUDE opencv2/video/tracking.hpp PATH_SUFFIXES opencv4)
  target_link_libraries(styler::opencv_video INTERFACE ${STYLER_OPENCV_video})
  if(NOT STYLER_OPENCV_video OR NOT STYLER_OPENCV_VIDEO_INCLUDE)
    set(styler_opencv_complete OFF)
  endif()
  if(NOT styler_opencv_complete)
    message(FATAL_ERROR
      "OpenCV was not found, which reading and writing pictures needs. On Debian and Ubuntu: apt-get install "
      "libopencv-core-dev libopencv-imgcodecs-dev libopencv-imgproc-dev libopencv-video-dev. Or build the method alone with "
      "-DSTYLER_BUILD_APP=OFF.")
  endif()
  target_include_directories(styler::opencv SYSTEM INTERFACE ${STYLER_OPENCV_INCLUDE})
  file(STRINGS ${STYLER_OPENCV_INCLUDE}/opencv2/core/version.hpp styler_opencv_lines
       REGEX "#define CV_VERSION_(MAJOR|MINOR|REVISION) ")
  string(REGEX MATCHALL "[0-9]+" styler_opencv_numbers "${styler_opencv_lines}")
  list(JOIN styler_opencv_numbers "." OpenCV_VERSION)
endif()
message(STATUS "OpenCV ${OpenCV_VERSION}")
