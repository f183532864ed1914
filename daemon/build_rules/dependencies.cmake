# Every foreign library under one name bccid::<what>, found the same way on Debian 12 and 13.

find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(ICU REQUIRED COMPONENTS uc i18n)
find_package(PkgConfig REQUIRED)
# URL is the one part of Boost that newer releases no longer let us compile ourselves.
find_package(Boost 1.81 REQUIRED CONFIG COMPONENTS url)
find_package(spdlog REQUIRED CONFIG)

pkg_check_modules(libpqxx REQUIRED IMPORTED_TARGET libpqxx)
pkg_check_modules(tomlplusplus REQUIRED IMPORTED_TARGET tomlplusplus)
pkg_check_modules(libargon2 REQUIRED IMPORTED_TARGET libargon2)
pkg_check_modules(expat REQUIRED IMPORTED_TARGET expat)
pkg_check_modules(libzip REQUIRED IMPORTED_TARGET libzip)
pkg_check_modules(libsystemd REQUIRED IMPORTED_TARGET libsystemd)
pkg_check_modules(pangocairo REQUIRED IMPORTED_TARGET pangocairo)
pkg_check_modules(fontconfig REQUIRED IMPORTED_TARGET fontconfig)
pkg_check_modules(xlsxwriter REQUIRED IMPORTED_TARGET xlsxwriter)

add_library(bccid::pqxx ALIAS PkgConfig::libpqxx)
add_library(bccid::toml ALIAS PkgConfig::tomlplusplus)
add_library(bccid::argon2 ALIAS PkgConfig::libargon2)
add_library(bccid::expat ALIAS PkgConfig::expat)
add_library(bccid::zip ALIAS PkgConfig::libzip)
add_library(bccid::systemd ALIAS PkgConfig::libsystemd)
add_library(bccid::pangocairo ALIAS PkgConfig::pangocairo)
add_library(bccid::fontconfig ALIAS PkgConfig::fontconfig)
add_library(bccid::xlsxwriter ALIAS PkgConfig::xlsxwriter)

# A header-only library, or (with a third argument) a header and its shared library.
# prometheus-cpp's own package file would also demand civetweb and curl, which the core does not use.
function(bccid_find_library name header)
  find_path(BCCID_${name}_INCLUDE "${header}" REQUIRED)
  add_library(bccid_${name} INTERFACE)
  add_library(bccid::${name} ALIAS bccid_${name})
  target_include_directories(bccid_${name} SYSTEM INTERFACE "${BCCID_${name}_INCLUDE}")
  foreach(library IN LISTS ARGN)
    find_library(BCCID_${name}_LIBRARY "${library}" REQUIRED)
    target_link_libraries(bccid_${name} INTERFACE "${BCCID_${name}_LIBRARY}")
  endforeach()
endfunction()

bccid_find_library(cli11 CLI/CLI.hpp)
bccid_find_library(prometheus prometheus/registry.h prometheus-cpp-core)
bccid_find_library(zint zint.h zint)

if(BCCID_TESTS)
  find_package(GTest REQUIRED CONFIG)
  pkg_check_modules(yamlcpp REQUIRED IMPORTED_TARGET yaml-cpp)
  add_library(bccid::yaml ALIAS PkgConfig::yamlcpp)
  bccid_find_library(valijson valijson/validator.hpp)
endif()
