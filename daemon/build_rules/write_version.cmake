# cmake -P: writes OUTPUT from VERSION and, inside a git checkout, the commit it was built from.

set(revision "")
find_program(git git)
if(git AND EXISTS "${SOURCE_DIR}/.git")
  execute_process(COMMAND "${git}" -C "${SOURCE_DIR}" describe --always --dirty --abbrev=12 --exclude=*
                  OUTPUT_VARIABLE revision OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()

set(text "${VERSION}")
if(revision)
  string(APPEND text "+${revision}")
endif()

file(CONFIGURE OUTPUT "${OUTPUT}" @ONLY CONTENT [=[
#include "base/version.hpp"

namespace bccid {

std::string_view version() noexcept
{
    return "@text@";
}

}  // namespace bccid
]=])
