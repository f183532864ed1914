# The test binaries and the benchmark. The file's suffix and folder decide where it goes (see
# tests/README.md). A binary runs in shards: each is one ctest entry and writes a report that `./dev test`
# counts.

file(GLOB support_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/support/*.cpp")
bccid_library(test_support SOURCES ${support_sources}
  LINKS bccid_cluster bccid_http bccid_adapters GTest::gtest GTest::gmock bccid::pqxx PCH)

# bccid_tests(<target> <shards> SOURCES <file>... LINKS <target>...)
function(bccid_tests target shards)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "SOURCES;LINKS")
  if(NOT arg_SOURCES)
    return()
  endif()
  bccid_program(${target} SOURCES ${arg_SOURCES} LINKS ${arg_LINKS} test_support GTest::gmock_main)
  target_compile_definitions(${target} PRIVATE
    BCCID_SOURCE_DIR="${CMAKE_SOURCE_DIR}" BCCID_BINARY_DIR="${CMAKE_BINARY_DIR}")
  if(BCCID_PCH)
    target_precompile_headers(${target} REUSE_FROM bccid_pch)
  endif()
  math(EXPR last "${shards} - 1")
  foreach(shard RANGE ${last})
    set(name "${target}")
    if(shards GREATER 1)
      math(EXPR number "${shard} + 1")
      set(name "${target}.${number}")
    endif()
    add_test(NAME ${name}
      COMMAND ${target} --gtest_brief=1 "--gtest_output=xml:${CMAKE_BINARY_DIR}/reports/${name}.xml")
    set_tests_properties(${name} PROPERTIES TIMEOUT 900
      ENVIRONMENT "GTEST_TOTAL_SHARDS=${shards};GTEST_SHARD_INDEX=${shard}")
  endforeach()
endfunction()

# What the fuzz targets check, apart from the fuzzer: the unit tests replay the corpus through it with any
# compiler.
file(GLOB fuzz_check_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/fuzz/*.cpp")
list(FILTER fuzz_check_sources EXCLUDE REGEX "/fuzz_[^/]*$")
bccid_library(fuzz_checks SOURCES ${fuzz_check_sources} LINKS bccid_app bccid::zip PCH)

file(GLOB_RECURSE unit_sources CONFIGURE_DEPENDS
  "${CMAKE_SOURCE_DIR}/tests/unit/*_test.cpp" "${CMAKE_SOURCE_DIR}/tests/http/*_test.cpp"
  "${CMAKE_SOURCE_DIR}/tests/net/*_test.cpp")
bccid_tests(unit_tests 1 SOURCES ${unit_sources}
  LINKS bccid_app fuzz_checks bccid::pqxx bccid::yaml bccid::valijson)

file(GLOB_RECURSE pg_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/*_pgtest.cpp")
bccid_tests(pg_tests 4 SOURCES ${pg_sources}
  LINKS bccid_jobs bccid_http bccid::pqxx bccid::yaml bccid::valijson)

file(GLOB_RECURSE adapter_test_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/adapters/*_test.cpp")
bccid_tests(adapter_tests 1 SOURCES ${adapter_test_sources} LINKS bccid_simulators bccid::zip)

file(GLOB_RECURSE e2e_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/*_e2e_test.cpp")
bccid_tests(e2e_tests 4 SOURCES ${e2e_sources} LINKS bccid_app bccid::pqxx bccid::yaml bccid::valijson)
foreach(program bccid bccid-sim)
  if(TARGET e2e_tests AND TARGET ${program})
    add_dependencies(e2e_tests ${program})
  endif()
endforeach()

# The console in Debian's Chromium, by the packages of tests/browser, which `./dev test` installs to
# build/browser.
file(GLOB browser_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/browser/*_test.cpp")
bccid_tests(browser_tests 1 SOURCES ${browser_sources} LINKS bccid_app bccid::pqxx)
if(TARGET browser_tests AND TARGET bccid)
  add_dependencies(browser_tests bccid)
endif()

file(GLOB_RECURSE tidy_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/tidy/*.cpp")
bccid_tests(tidy_tests 1 SOURCES ${tidy_sources} LINKS bccid_base)

file(GLOB_RECURSE bench_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/bench/*.cpp")
list(FILTER bench_sources EXCLUDE REGEX "/slow_flush/")
bccid_program(bccid-bench SOURCES ${bench_sources} LINKS bccid_app bccid::pqxx)
if(TARGET bccid-bench)
  # Preloaded into the benchmark's own PostgreSQL; without the sanitizers' flags, which could not be
  # loaded there.
  add_library(slow_flush MODULE "${CMAKE_SOURCE_DIR}/tests/bench/slow_flush/slow_flush.cpp")
  target_link_libraries(slow_flush PRIVATE ${CMAKE_DL_LIBS})
  set_target_properties(slow_flush PROPERTIES PREFIX "" COMPILE_OPTIONS "" LINK_OPTIONS "")
  target_compile_definitions(bccid-bench PRIVATE
    BCCID_SOURCE_DIR="${CMAKE_SOURCE_DIR}" BCCID_SLOW_FLUSH="$<TARGET_FILE:slow_flush>")
  add_dependencies(bccid-bench slow_flush bccid)
endif()

if(BCCID_FUZZ)
  file(GLOB fuzz_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/fuzz/fuzz_*.cpp")
  foreach(source IN LISTS fuzz_sources)
    cmake_path(GET source STEM name)
    bccid_program(${name} SOURCES ${source} LINKS fuzz_checks)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  endforeach()
endif()
