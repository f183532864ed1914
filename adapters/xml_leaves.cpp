#include "adapters/xml_leaves.hpp"

#include "base/text.hpp"

#include <expat.h>

#include <algorithm>
#include <memory>
#include <new>

namespace bccid {
namespace {

constexpr std::size_t kLeafDepthMax = 30;
constexpr char kNameSpaceEnd = ' ';  // between an element's namespace and its name; in neither of them

// What expat calls. Memory is bounded by the text's own size, which was checked.
struct LeafWalk {
  XML_Parser parser = nullptr;
  std::vector<XmlLeaf> open, done;
  bool bad = false;

  void stop() {
    bad = true;
    XML_StopParser(parser, XML_FALSE);
  }

  static void XMLCALL begin(void* user, const XML_Char* name, const XML_Char**) {
    auto& walk = *static_cast<LeafWalk*>(user);
    if (walk.open.size() >= kLeafDepthMax) return walk.stop();
    const std::string_view whole(name);
    const auto split = whole.rfind(kNameSpaceEnd);
    XmlLeaf leaf;
    leaf.path = walk.open.empty() ? "" : walk.open.back().path + "/";
    leaf.path += split == std::string_view::npos ? whole : whole.substr(split + 1);
    walk.open.push_back(std::move(leaf));
  }
  static void XMLCALL end(void* user, const XML_Char*) {
    auto& walk = *static_cast<LeafWalk*>(user);
    XmlLeaf leaf = std::move(walk.open.back());
    walk.open.pop_back();
    leaf.text = std::string(trim(leaf.text));
    walk.done.push_back(std::move(leaf));
  }
  static void XMLCALL text(void* user, const XML_Char* bytes, int length) {
    auto& walk = *static_cast<LeafWalk*>(user);
    if (!walk.open.empty()) walk.open.back().text.append(bytes, static_cast<std::size_t>(length));
  }
  static void XMLCALL doctype(void* user, const XML_Char*, const XML_Char*, const XML_Char*, int) {
    static_cast<LeafWalk*>(user)->stop();
  }
};

}  // namespace

std::optional<std::vector<XmlLeaf>> xml_leaves(std::string_view text, std::size_t bytes_max) {
  if (text.empty() || text.size() > bytes_max) return std::nullopt;
  const std::unique_ptr<XML_ParserStruct, void (*)(XML_ParserStruct*)> parser(
      XML_ParserCreateNS("UTF-8", kNameSpaceEnd), &XML_ParserFree);
  if (parser == nullptr) throw std::bad_alloc();
  LeafWalk walk;
  walk.parser = parser.get();
  XML_SetUserData(parser.get(), &walk);
  XML_SetElementHandler(parser.get(), &LeafWalk::begin, &LeafWalk::end);
  XML_SetCharacterDataHandler(parser.get(), &LeafWalk::text);
  XML_SetStartDoctypeDeclHandler(parser.get(), &LeafWalk::doctype);
  const auto parsed = XML_Parse(parser.get(), text.data(), static_cast<int>(text.size()), XML_TRUE);
  if (parsed != XML_STATUS_OK || walk.bad) return std::nullopt;
  return std::move(walk.done);
}

std::optional<std::string> leaf_text(const std::vector<XmlLeaf>& leaves, std::string_view path) {
  const auto found = std::ranges::find(leaves, path, &XmlLeaf::path);
  if (found == leaves.end()) return std::nullopt;
  return found->text;
}

std::string xml_escaped(std::string_view text) {
  std::string out;
  const std::string composed = to_nfc(text);
  for (std::size_t at = 0; at < composed.size(); ++at) {
    const char c = composed[at];
    // U+FFFE and U+FFFF are no characters of XML.
    if (const auto three = std::string_view(composed).substr(at, 3);
        three == "\xEF\xBF\xBE" || three == "\xEF\xBF\xBF") {
      out += '?';
      at += 2;
      continue;
    }
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&apos;"; break;
      default: out += static_cast<unsigned char>(c) < 0x20U || c == '\x7F' ? ' ' : c;
    }
  }
  return out;
}

}  // namespace bccid
