# Language level, faster tools where they are installed, sanitizers. Compiler flags of a build type live in
# the presets.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

# One code model for libraries and programs, so that they share the precompiled header.
add_compile_options(-fPIE)
add_link_options(-pie)

find_program(BCCID_CCACHE ccache)
if(BCCID_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${BCCID_CCACHE}")
  if(BCCID_PCH)
    # A precompiled header carries time stamps; without this ccache would never hit behind one.
    set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime "${BCCID_CCACHE}")
  endif()
endif()

find_program(BCCID_MOLD mold)
find_program(BCCID_LLD ld.lld)
if(BCCID_MOLD)
  add_link_options(-fuse-ld=mold)
elseif(BCCID_LLD)
  add_link_options(-fuse-ld=lld)
endif()

if(BCCID_HARDEN)
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -D_GLIBCXX_ASSERTIONS
    -fstack-protector-strong -fstack-clash-protection)
  add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    add_compile_options(-fcf-protection=full)
  endif()
endif()

if(BCCID_SANITIZE)
  add_compile_options(-fsanitize=${BCCID_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${BCCID_SANITIZE})
endif()

if(BCCID_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wno-tsan)
endif()
if(BCCID_SANITIZE MATCHES "undefined" AND CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # clang 14 cannot emit the function sanitizer's prefix data for coroutines compiled with -g.
  add_compile_options(-fno-sanitize=function)
endif()

if(BCCID_FUZZ)
  # Every library tells the fuzzer which edges an input reached; only a fuzz target links the fuzzer itself.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
