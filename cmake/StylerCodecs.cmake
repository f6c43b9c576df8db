# Finds the libraries that pictures on disk need beside OpenCV, and gives them as the target styler::codecs.
#
# For reading, libjpeg, libpng, libtiff and libwebp: OpenCV 4.6 knows those formats too, but tells of neither damage
# nor profiles, frames nor kinds of alpha. For writing, OpenCV wherever the file is no worse by it, which is PNG, BMP and
# PPM, and JPEG since OpenCV 4.7; libtiff, libwebp and before 4.7 TurboJPEG elsewhere, each for the reason that its
# encoder in src/styler/image/codec tells. Little CMS is for colour profiles, Exiv2 for metadata, zlib for PNG's texts.
if(TARGET styler::codecs)
  return()
endif()

set(styler_codec_packages libjpeg libturbojpeg libpng libtiff-4>=4.5 libwebp libwebpdemux libwebpmux lcms2 exiv2 zlib)
find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
  pkg_check_modules(STYLER_CODECS QUIET IMPORTED_TARGET GLOBAL ${styler_codec_packages})
endif()
if(NOT STYLER_CODECS_FOUND)
  message(FATAL_ERROR
    "Not all of ${styler_codec_packages} were found, which reading and writing pictures needs. On Debian and Ubuntu: "
    "apt-get install pkg-config libjpeg-dev libturbojpeg0-dev libpng-dev libtiff-dev libwebp-dev liblcms2-dev "
    "libexiv2-dev. Or build the method alone with -DSTYLER_BUILD_APP=OFF.")
endif()
add_library(styler::codecs INTERFACE IMPORTED GLOBAL)
target_link_libraries(styler::codecs INTERFACE PkgConfig::STYLER_CODECS)
