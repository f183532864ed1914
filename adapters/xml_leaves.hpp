#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// The text of one element, with its path by local names from the root on: "Envelope/Body/Fault/faultstring".
struct XmlLeaf {
  std::string path;
  std::string text;  // blanks at both ends removed
};

// All elements of a small XML text in the order of their ends, those with children included. Nothing when it
// is no well-formed XML, larger than `bytes_max`, nested deeply, or brings a document type.
std::optional<std::vector<XmlLeaf>> xml_leaves(std::string_view text, std::size_t bytes_max);

// The text of the first element of that path; nothing when there is none.
std::optional<std::string> leaf_text(const std::vector<XmlLeaf>& leaves, std::string_view path);

// Text made fit to stand between two tags: NFC, the five signs escaped, without what XML cannot carry. The
// text must be valid UTF-8.
std::string xml_escaped(std::string_view text);

}  // namespace bccid
