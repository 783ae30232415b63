# SPDX-License-Identifier: Apache-2.0
# Run by cpack when the files of a package are in place: what a .deb has besides.
if(CPACK_GENERATOR STREQUAL "DEB")
  set(share ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share)
  execute_process(COMMAND gzip -9nc ${CPACK_CERTHEALTH_BUILD}/generated/changelog.Debian
                  OUTPUT_FILE ${share}/doc/${CPACK_PACKAGE_NAME}/changelog.Debian.gz COMMAND_ERROR_IS_FATAL ANY)
  file(MAKE_DIRECTORY ${share}/lintian/overrides)
  file(COPY_FILE ${CPACK_CERTHEALTH_SOURCE}/packaging/debian/lintian-overrides
       ${share}/lintian/overrides/${CPACK_PACKAGE_NAME})
endif()
