# One library a room; its link list is its arrows: base <- domain <- ports <- {store, net} <- flow <- {jobs,
# http} <- app, domain <- paper <- http, and base <- console <- http. Sources are globbed, so a new file needs
# no edit here; a room without sources yet is an INTERFACE library.

set(bccid_include_roots "${CMAKE_SOURCE_DIR}/daemon" "${CMAKE_SOURCE_DIR}")

# bccid_library(<target> SOURCES <file>... LINKS <target>... [PRIVATE_LINKS <target>...] [PCH])
function(bccid_library target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "PCH" "" "SOURCES;LINKS;PRIVATE_LINKS")
  if(NOT arg_SOURCES)
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE ${bccid_include_roots})
    target_link_libraries(${target} INTERFACE ${arg_LINKS})
    return()
  endif()
  add_library(${target} STATIC ${arg_SOURCES})
  target_include_directories(${target} PUBLIC ${bccid_include_roots})
  target_link_libraries(${target} PUBLIC ${arg_LINKS} PRIVATE ${arg_PRIVATE_LINKS})
  bccid_warnings(${target})
  if(arg_PCH AND BCCID_PCH)
    target_precompile_headers(${target} REUSE_FROM bccid_pch)
  endif()
endfunction()

# bccid_room(<room> ...): the library bccid_<room> of all daemon/<room>/**.cpp.
function(bccid_room room)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/daemon/${room}/*.cpp")
  bccid_library(bccid_${room} SOURCES ${sources} ${ARGN})
endfunction()

# bccid_program(<target> SOURCES <file>... LINKS <target>...): nothing when it has no sources yet.
function(bccid_program target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINKS")
  if(NOT arg_SOURCES)
    return()
  endif()
  add_executable(${target} ${arg_SOURCES})
  target_include_directories(${target} PRIVATE ${bccid_include_roots})
  target_link_libraries(${target} PRIVATE ${arg_LINKS})
  bccid_warnings(${target})
endfunction()

# Boost's header-only parts, compiled once.
file(GLOB vendor_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/daemon/vendor_tu/*.cpp")
add_library(bccid_vendor STATIC ${vendor_sources})
target_compile_definitions(bccid_vendor PUBLIC
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED BOOST_BEAST_SEPARATE_COMPILATION)
target_include_directories(bccid_vendor PUBLIC ${bccid_include_roots})
target_link_libraries(bccid_vendor PUBLIC
  Boost::headers Boost::url OpenSSL::SSL OpenSSL::Crypto Threads::Threads)

if(BCCID_PCH)
  # The precompiled header is made once, by a target of its own, with the flags that the rooms share.
  file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/generated/pch.cpp" CONTENT "")
  add_library(bccid_pch OBJECT "${CMAKE_BINARY_DIR}/generated/pch.cpp")
  target_link_libraries(bccid_pch PUBLIC bccid_vendor spdlog::spdlog)
  target_precompile_headers(bccid_pch PRIVATE "${CMAKE_SOURCE_DIR}/daemon/build_rules/pch.hpp")
  bccid_warnings(bccid_pch)
endif()

bccid_room(base
  LINKS bccid_vendor spdlog::spdlog
  PRIVATE_LINKS ICU::uc ICU::i18n)
target_sources(bccid_base PRIVATE $<TARGET_OBJECTS:bccid_embedded> $<TARGET_OBJECTS:bccid_version>)

bccid_room(domain LINKS bccid_base)

add_library(bccid_ports INTERFACE)
target_include_directories(bccid_ports INTERFACE ${bccid_include_roots})
target_link_libraries(bccid_ports INTERFACE bccid_domain)

bccid_room(store LINKS bccid_ports PRIVATE_LINKS bccid::pqxx)
bccid_room(net LINKS bccid_ports PCH)
bccid_room(paper LINKS bccid_domain PRIVATE_LINKS bccid::pangocairo bccid::fontconfig
  bccid::xlsxwriter bccid::zint)
bccid_room(console LINKS bccid_base)
bccid_room(flow LINKS bccid_store bccid_net PCH)
bccid_room(jobs LINKS bccid_flow bccid::prometheus PCH)
bccid_room(http LINKS bccid_flow bccid_paper bccid_console bccid::prometheus PRIVATE_LINKS bccid::argon2 PCH)

file(GLOB_RECURSE adapter_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/adapters/*.cpp")
list(FILTER adapter_sources EXCLUDE REGEX "/adapters/sim/")
bccid_library(bccid_adapters SOURCES ${adapter_sources} LINKS bccid_ports bccid_net
  PRIVATE_LINKS bccid::expat bccid::toml bccid::zip PCH)

# The private PostgreSQL cluster is apart from app, so that the tests start one without linking the daemon.
file(GLOB cluster_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/daemon/app/private_cluster*.cpp")
bccid_library(bccid_cluster SOURCES ${cluster_sources} LINKS bccid_base)

file(GLOB_RECURSE app_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/daemon/app/*.cpp")
list(FILTER app_sources EXCLUDE REGEX "/app/private_cluster[^/]*$")
bccid_library(bccid_app SOURCES ${app_sources}
  LINKS bccid_jobs bccid_http bccid_adapters bccid_cluster bccid::cli11
  PRIVATE_LINKS bccid::toml bccid::systemd bccid::argon2 PCH)

file(GLOB main_source CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/daemon/main.cpp")
bccid_program(bccid SOURCES ${main_source} LINKS bccid_app)

# A library of its own, so that the adapters' tests run the simulators inside their own process.
file(GLOB_RECURSE sim_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/adapters/sim/*.cpp")
list(FILTER sim_sources EXCLUDE REGEX "/adapters/sim/main.cpp$")
bccid_library(bccid_simulators SOURCES ${sim_sources} LINKS bccid_adapters PCH)
file(GLOB sim_main CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/adapters/sim/main.cpp")
bccid_program(bccid-sim SOURCES ${sim_main} LINKS bccid_simulators bccid::cli11)
