# SPDX-License-Identifier: Apache-2.0
# What goes where, and the packages of a release build: cpack --config build/release/CPackConfig.cmake -G DEB (or RPM).
set(package prometheus-certhealth-exporter)
set(packaging ${PROJECT_SOURCE_DIR}/packaging)

set(CPACK_PACKAGE_NAME ${package})
set(CPACK_PACKAGE_CONTACT "The certhealth_exporter maintainers <maintainers@certhealth-exporter.example.com>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Prometheus exporter for the health of certificates and renewals")
set(CPACK_PACKAGE_DESCRIPTION "Tells, before a certificate's renewal is even due, whether the next renewal
by certbot will work, and if not, why; and whether the last one worked. It
reads what certbot leaves on a machine: lineages, renewal confs, accounts,
logs, and the timers and cron tables that start it.")
set(CPACK_STRIP_FILES ON)
set(CPACK_SET_DESTDIR ON)  # files go to /etc too
set(CPACK_INSTALL_PREFIX /usr)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS adduser)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "certbot, prometheus")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA conffiles triggers postinst prerm postrm)
list(TRANSFORM CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA PREPEND ${packaging}/debian/)

set(CPACK_RPM_FILE_NAME RPM-DEFAULT)
set(CPACK_RPM_PACKAGE_LICENSE "ASL 2.0 and MIT")
set(CPACK_RPM_PACKAGE_REQUIRES_PRE shadow-utils)
set(CPACK_RPM_PRE_INSTALL_SCRIPT_FILE ${packaging}/rpm/pre)
set(CPACK_RPM_POST_INSTALL_SCRIPT_FILE ${packaging}/rpm/post)
set(CPACK_RPM_PRE_UNINSTALL_SCRIPT_FILE ${packaging}/rpm/preun)
set(CPACK_RPM_POST_UNINSTALL_SCRIPT_FILE ${packaging}/rpm/postun)
set(CPACK_RPM_USER_FILELIST "%config(noreplace) /etc/default/${package}")
set(CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION /etc /etc/default /usr/lib/systemd /usr/lib/systemd/system /usr/share/man
    /usr/share/man/man1 /usr/share/bash-completion /usr/share/bash-completion/completions /usr/share/zsh
    /usr/share/zsh/vendor-completions /usr/share/fish /usr/share/fish/vendor_completions.d)

execute_process(COMMAND git -C ${PROJECT_SOURCE_DIR} log -1 --format=%cD
                OUTPUT_VARIABLE CERTHEALTH_COMMIT_DATE OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT CERTHEALTH_COMMIT_DATE)  # sources without their history
  string(TIMESTAMP CERTHEALTH_COMMIT_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)
endif()
configure_file(${packaging}/debian/changelog.in ${PROJECT_BINARY_DIR}/generated/changelog.Debian @ONLY)

install(FILES ${packaging}/systemd/${package}.service ${packaging}/systemd/${package}-textfile.service
        ${packaging}/systemd/${package}-textfile.timer DESTINATION lib/systemd/system)
install(FILES ${packaging}/systemd/${package}.default DESTINATION /etc/default RENAME ${package})
install(FILES ${packaging}/completion/certhealth_exporter.bash
        DESTINATION share/bash-completion/completions RENAME certhealth_exporter)
install(FILES ${packaging}/completion/_certhealth_exporter DESTINATION share/zsh/vendor-completions)
install(FILES ${packaging}/completion/certhealth_exporter.fish DESTINATION share/fish/vendor_completions.d)
install(FILES ${packaging}/debian/copyright README.md DESTINATION share/doc/${package})
install(DIRECTORY alerts dashboards DESTINATION share/doc/${package}/examples
        FILES_MATCHING PATTERN "*.rules.yml" PATTERN "*.example.yml" PATTERN "RUNBOOK.md" PATTERN "*.json")

# The flags in the manual page are those that the program itself lists, so it is written when the program is there.
install(CODE "
  set(share \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/share\")
  file(MAKE_DIRECTORY \"\${share}/man/man1\")
  execute_process(COMMAND sh -c \"'${packaging}/make-man-page' '$<TARGET_FILE:certhealth_exporter>' | gzip -9n\"
                  OUTPUT_FILE \"\${share}/man/man1/certhealth_exporter.1.gz\" COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND gzip -9nc \"${PROJECT_SOURCE_DIR}/CHANGELOG.md\"
                  OUTPUT_FILE \"\${share}/doc/${package}/changelog.gz\" COMMAND_ERROR_IS_FATAL ANY)
")
set(CPACK_CERTHEALTH_BUILD ${PROJECT_BINARY_DIR})
set(CPACK_CERTHEALTH_SOURCE ${PROJECT_SOURCE_DIR})
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/package_debian.cmake)
include(CPack)
