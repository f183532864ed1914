#pragma once

#include <string>
#include <string_view>

namespace bccid::bank {

// "Số tham chiếu", "SO_THAM_CHIEU" and "so tham chieu" (NFC or NFD) are one title: "so_tham_chieu". Empty for
// what is too long to be a title.
std::string folded_title(std::string_view text);

}  // namespace bccid::bank
