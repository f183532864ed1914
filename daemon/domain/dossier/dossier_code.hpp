#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace bccid {

// True for the shapes of an agency's identifier, as dossier codes begin with it: `H20.12`, `G09.20.1` (QĐ
// 20/2020/QĐ-TTg) or the older `000.00.16.H01`; 3 to 35 characters.
bool is_agency_code(std::string_view text);

// True for the shapes of a mã số hồ sơ in the wild: `000.00.16.H01-191001-0001` (old agency code),
// `H01.16-250701-0001` (QĐ 20/2020/QĐ-TTg), `G09.20-20260609-0092637`; at most 50 characters.
bool is_dossier_code(std::string_view text);

// Takes blanks off the ends and checks; never re-formats, because the exact text is the key.
// Errors: invalid_field.
Result<std::string> parse_dossier_code(std::string_view text);

}  // namespace bccid
