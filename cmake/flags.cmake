# SPDX-License-Identifier: Apache-2.0
# Compiler flags of our own code only; the libraries' headers are system headers.
add_library(certhealth_flags INTERFACE)
target_compile_options(certhealth_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion)
# clang has coroutines, but before 17 does not say so to the library's <coroutine>.
target_compile_definitions(certhealth_flags INTERFACE
  $<$<AND:$<CXX_COMPILER_ID:Clang>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,17>>:__cpp_impl_coroutine=201902L>)
if(CERTHEALTH_WERROR)
  target_compile_options(certhealth_flags INTERFACE -Werror)
endif()
if(CERTHEALTH_HARDEN)
  target_compile_options(certhealth_flags INTERFACE -fstack-protector-strong -fstack-clash-protection
                         -D_FORTIFY_SOURCE=2 -D_GLIBCXX_ASSERTIONS -fcf-protection)
  target_link_options(certhealth_flags INTERFACE -Wl,-z,relro,-z,now -pie)
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
endif()
if(CERTHEALTH_SANITIZE)
  # Reports name lines; to step through a program there is the dev preset.
  add_compile_options(-fsanitize=${CERTHEALTH_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all -O1
                      -gline-tables-only)
  add_link_options(-fsanitize=${CERTHEALTH_SANITIZE})
endif()
if(CERTHEALTH_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
endif()
if(CERTHEALTH_SANITIZE MATCHES undefined OR CERTHEALTH_FUZZ)
  # What clang 14 puts before a coroutine for this check does not assemble when the coroutine is inline.
  add_compile_options($<$<CXX_COMPILER_ID:Clang>:-fno-sanitize=function>)
endif()

execute_process(COMMAND git -C ${PROJECT_SOURCE_DIR} rev-parse --short=12 HEAD
                OUTPUT_VARIABLE CERTHEALTH_REVISION OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
execute_process(COMMAND git -C ${PROJECT_SOURCE_DIR} rev-parse --abbrev-ref HEAD
                OUTPUT_VARIABLE CERTHEALTH_BRANCH OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
