# daemon/base/version.hpp declares version(); its one source file is written at build time and touched only
# when the answer of `git describe` changed, so that a commit relinks and never rebuilds.

set(bccid_version_source "${CMAKE_BINARY_DIR}/generated/version.cpp")
add_custom_target(bccid_version_text
  COMMAND "${CMAKE_COMMAND}" -D "SOURCE_DIR=${CMAKE_SOURCE_DIR}" -D "OUTPUT=${bccid_version_source}"
          -D "VERSION=${PROJECT_VERSION}" -P "${CMAKE_SOURCE_DIR}/daemon/build_rules/write_version.cmake"
  BYPRODUCTS "${bccid_version_source}"
  COMMENT ""
  VERBATIM)

add_library(bccid_version OBJECT "${bccid_version_source}")
add_dependencies(bccid_version bccid_version_text)
target_include_directories(bccid_version PRIVATE "${CMAKE_SOURCE_DIR}/daemon")
bccid_warnings(bccid_version)
