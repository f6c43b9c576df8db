# Finds FFmpeg's libraries, which films are read and written with, and gives them as the target styler::ffmpeg. Where they
# are missing, or STYLER_VIDEO is off, there is no such target, and the program says so to who has a film.
#
# OpenCV's videoio is no way around: it turns phones' films the wrong way (4.6), knows neither sound nor times, and takes
# every film's colours for BT.601's.
if(TARGET styler::ffmpeg OR NOT STYLER_VIDEO)
  return()
endif()

find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
  # FFmpeg 5.1 is the first that has them so.
  pkg_check_modules(STYLER_FFMPEG QUIET IMPORTED_TARGET GLOBAL
    libavformat>=59.27 libavcodec>=59.37 libavutil>=57.28 libswscale>=6.7)
endif()
if(STYLER_FFMPEG_FOUND)
  add_library(styler::ffmpeg INTERFACE IMPORTED GLOBAL)
  target_link_libraries(styler::ffmpeg INTERFACE PkgConfig::STYLER_FFMPEG)
  message(STATUS "FFmpeg's libavformat ${STYLER_FFMPEG_libavformat_VERSION}")
else()
  message(STATUS "Films can't be read or written: FFmpeg's libraries were not found. On Debian and Ubuntu: apt-get install "
                 "libavformat-dev libavcodec-dev libavutil-dev libswscale-dev. Pictures need none of that.")
endif()
