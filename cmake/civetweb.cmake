# SPDX-License-Identifier: Apache-2.0
# civetweb as scripts/build-civetweb makes it from the distribution's source package: OpenSSL 3 linked in, IPv6 and
# unix sockets on, file serving and CGI off. The packaged library serves as a fallback for plain HTTP over IPv4.
set(civetweb_root ${PROJECT_SOURCE_DIR}/build/civetweb)
if(DEFINED ENV{CERTHEALTH_CIVETWEB_ROOT})
  set(civetweb_root $ENV{CERTHEALTH_CIVETWEB_ROOT})
endif()
set(CERTHEALTH_CIVETWEB_ROOT ${civetweb_root} CACHE PATH "Where scripts/build-civetweb put the library")
add_library(certhealth_civetweb INTERFACE)
if(EXISTS ${CERTHEALTH_CIVETWEB_ROOT}/lib/libcivetweb.a)
  target_include_directories(certhealth_civetweb SYSTEM INTERFACE ${CERTHEALTH_CIVETWEB_ROOT}/include)
  target_link_libraries(certhealth_civetweb INTERFACE ${CERTHEALTH_CIVETWEB_ROOT}/lib/libcivetweb.a
                        OpenSSL::SSL OpenSSL::Crypto Threads::Threads ${CMAKE_DL_LIBS})
else()
  message(WARNING "civetweb is the packaged one: no TLS, no IPv6, no unix sockets. "
                  "Run scripts/build-civetweb and configure again for all of them.")
  find_package(civetweb REQUIRED)
  target_link_libraries(certhealth_civetweb INTERFACE civetweb::civetweb-cpp)
  target_compile_definitions(certhealth_civetweb INTERFACE CERTHEALTH_PACKAGED_CIVETWEB=1)
endif()
