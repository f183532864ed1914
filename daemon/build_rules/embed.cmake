# The files of schemas/ and of the console that the daemon carries. The assembler reads them (.incbin), so a
# megabyte costs nothing to compile; a changed file reassembles, a new one reconfigures.

file(GLOB bccid_embedded CONFIGURE_DEPENDS RELATIVE "${CMAKE_SOURCE_DIR}/schemas"
  "${CMAKE_SOURCE_DIR}/schemas/sql/*.sql"
  "${CMAKE_SOURCE_DIR}/schemas/sql/verify/*.sql"
  "${CMAKE_SOURCE_DIR}/schemas/codes/*.csv"
  "${CMAKE_SOURCE_DIR}/schemas/reference/*.csv"
  "${CMAKE_SOURCE_DIR}/schemas/events/*.json"
  "${CMAKE_SOURCE_DIR}/schemas/api/openapi.yaml")
file(GLOB bccid_console CONFIGURE_DEPENDS RELATIVE "${CMAKE_SOURCE_DIR}/daemon"
  "${CMAKE_SOURCE_DIR}/daemon/console/files/*.js"
  "${CMAKE_SOURCE_DIR}/daemon/console/files/*.css"
  "${CMAKE_SOURCE_DIR}/daemon/console/pages/*.html"
  "${CMAKE_SOURCE_DIR}/daemon/console/texts.csv")
list(APPEND bccid_embedded ${bccid_console})
list(SORT bccid_embedded COMPARE STRING)  # embedded_file() searches by bisection

set(assembly "    \".section .rodata\\n\"\n")
set(declarations "")
set(rows "")
set(inputs "")
set(number 0)
foreach(path IN LISTS bccid_embedded)
  set(symbol "bccid_embedded_${number}")
  if(path MATCHES "^console/")
    set(file "${CMAKE_SOURCE_DIR}/daemon/${path}")
  else()
    set(file "${CMAKE_SOURCE_DIR}/schemas/${path}")
  endif()
  string(APPEND assembly "    \"${symbol}:\\n.incbin \\\"${file}\\\"\\n${symbol}_end:\\n.byte 0\\n\"\n")
  string(APPEND declarations "extern const char ${symbol}[];\nextern const char ${symbol}_end[];\n")
  string(APPEND rows "        {\"${path}\", between(${symbol}, ${symbol}_end)},\n")
  list(APPEND inputs "${file}")
  math(EXPR number "${number} + 1")
endforeach()
string(APPEND assembly "    \".previous\\n\"")

set(bccid_embedded_source "${CMAKE_BINARY_DIR}/generated/embedded_files.cpp")
file(CONFIGURE OUTPUT "${bccid_embedded_source}" @ONLY CONTENT [=[
#include "base/embedded.hpp"

#include <array>

// NOLINTBEGIN
__asm__(
@assembly@);

extern "C" {
@declarations@}
// NOLINTEND

namespace bccid {

namespace {

[[maybe_unused]] std::string_view between(const char* begin, const char* end) noexcept
{
    return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

std::span<const EmbeddedFile> embedded_files() noexcept
{
    static const std::array<EmbeddedFile, @number@> files{{
@rows@    }};
    return files;
}

}  // namespace bccid
]=])

add_library(bccid_embedded OBJECT "${bccid_embedded_source}")
target_include_directories(bccid_embedded PRIVATE "${CMAKE_SOURCE_DIR}/daemon")
set_source_files_properties("${bccid_embedded_source}" PROPERTIES OBJECT_DEPENDS "${inputs}")
# A compiler cache keys on the source text and would not see the bytes that the assembler reads.
set_target_properties(bccid_embedded PROPERTIES CXX_COMPILER_LAUNCHER "")
bccid_warnings(bccid_embedded)
