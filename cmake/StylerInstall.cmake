# What `cmake --install` lays down: the program, the library with its headers and package file; and two Debian packages.
include(CMakePackageConfigHelpers)
set(styler_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/styler)

# One export set per library: the package file loads those that are asked for, and finds only their dependencies.
set(styler_libraries base options core)
if(STYLER_BUILD_APP)
  list(APPEND styler_libraries image weights)
  set(engine_dir ${CMAKE_INSTALL_LIBDIR}/styler)
  install(TARGETS styler COMPONENT styler)
  install(TARGETS styler_engine LIBRARY DESTINATION ${engine_dir} COMPONENT styler)
  # From the program to its engine, so that the two can be moved together.
  cmake_path(ABSOLUTE_PATH engine_dir BASE_DIRECTORY ${CMAKE_INSTALL_PREFIX})
  cmake_path(RELATIVE_PATH engine_dir BASE_DIRECTORY ${CMAKE_INSTALL_FULL_BINDIR})
  set_target_properties(styler PROPERTIES INSTALL_RPATH "$ORIGIN;$ORIGIN/${engine_dir}")
  # Where man and Debian's shells look.
  install(FILES ${styler_documents}/styler.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT styler)
  install(FILES ${styler_documents}/styler.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
          RENAME styler COMPONENT styler)
  install(FILES ${styler_documents}/_styler DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions
          COMPONENT styler)
  install(FILES ${styler_documents}/styler.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d
          COMPONENT styler)
  install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright COMPONENT styler)
endif()
foreach(library IN LISTS styler_libraries)
  set_target_properties(styler_${library} PROPERTIES EXPORT_NAME ${library})
  install(TARGETS styler_${library} EXPORT styler_${library} ARCHIVE COMPONENT dev FILE_SET HEADERS COMPONENT dev)
  install(EXPORT styler_${library} NAMESPACE styler:: FILE styler-${library}.cmake DESTINATION ${styler_package_dir}
          COMPONENT dev)
endforeach()

configure_package_config_file(cmake/styler-config.cmake.in ${PROJECT_BINARY_DIR}/styler-config.cmake
  INSTALL_DESTINATION ${styler_package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/styler-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/styler-config.cmake ${PROJECT_BINARY_DIR}/styler-config-version.cmake
              cmake/StylerTorch.cmake cmake/StylerOpenCV.cmake cmake/StylerCodecs.cmake
  DESTINATION ${styler_package_dir} COMPONENT dev)

# cpack -G DEB, in the build folder. The weights are no part of it: `styler weights install` gets them.
set(CPACK_PACKAGE_NAME styler)
set(CPACK_PACKAGE_CONTACT "The styler authors <styler@localhost>")
set(CPACK_PACKAGE_DESCRIPTION
"Styler gives a photo the style of a painting, from the shell. It minimises Gatys'
 content and Gram-matrix style losses over VGG19 with L-BFGS, coarse to fine.")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL styler dev)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_STYLER_PACKAGE_NAME styler)
set(CPACK_DEBIAN_STYLER_PACKAGE_SECTION graphics)
set(CPACK_DEBIAN_STYLER_PACKAGE_SHLIBDEPS ON)
# LibTorch asks for any BLAS; with the reference one the tool takes four times as long.
set(CPACK_DEBIAN_STYLER_PACKAGE_DEPENDS "libopenblas0, ca-certificates")
set(CPACK_COMPONENT_DEV_DESCRIPTION "Library, headers and CMake package file of styler")
set(CPACK_DEBIAN_DEV_PACKAGE_NAME libstyler-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS "libtorch-dev, libssl-dev")
set(CPACK_DEBIAN_DEV_PACKAGE_SUGGESTS
    "libopencv-imgcodecs-dev, libopencv-imgproc-dev, libopencv-video-dev, libjpeg-dev, libturbojpeg0-dev, libpng-dev, libtiff-dev, libwebp-dev, liblcms2-dev, libexiv2-dev, libhdf5-dev, libcurl4-openssl-dev, libzip-dev")
include(CPack)
