#include "http/target.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace bccid::http {
namespace {

constexpr std::size_t kPairsMax = 100;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Failure bad_target(std::string_view why) {
  return {Errc::malformed, "the path or query " + std::string(why),
          "Percent-encode UTF-8, and write no \"..\"."};
}

bool is_plain(std::string_view text, bool plus_is_blank) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return c != '%' && c >= 0x20 && c < 0x7F && !(plus_is_blank && c == '+');
  });
}

bool no_controls(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

// Line ends are text in a form, but nothing that a path may hold.
Status decode(std::string_view text, bool form, std::string& out) {
  if (is_plain(text, form)) {
    out.assign(text);
    return {};
  }
  out.clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && form) {
      out += ' ';
    } else if (text[i] == '%') {
      if (i + 2 >= text.size()) return bad_target("has a broken percent escape");
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return bad_target("has a broken percent escape");
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i];
    }
  }
  if (!valid_utf8(out)) return bad_target("is not valid UTF-8");
  if (!form && !no_controls(out)) return bad_target("hides a control character");
  return {};
}

}  // namespace

Status split_target(std::string_view target, std::vector<std::string>& path, Pairs& query) {
  path.clear();
  query.clear();
  const auto mark = target.find('?');
  std::string_view rest = target.substr(0, mark);
  while (!rest.empty()) {
    rest.remove_prefix(1);  // the slash
    const auto end = std::min(rest.find('/'), rest.size());
    if (auto read = decode(rest.substr(0, end), false, path.emplace_back()); !read) return read;
    if (path.back() == "." || path.back() == "..") return bad_target("has a dot segment");
    rest.remove_prefix(end);
  }
  if (mark == std::string_view::npos) return {};
  return parse_pairs(target.substr(mark + 1), query);
}

Status parse_pairs(std::string_view text, Pairs& out) {
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (pair.empty()) continue;
    if (out.size() >= kPairsMax)
      return Failure(Errc::too_large, "there are more than 100 names in the query or form", "Send fewer.");
    const auto equals = std::min(pair.find('='), pair.size());
    std::string name;
    std::string value;
    if (auto read = decode(pair.substr(0, equals), true, name); !read) return read;
    if (equals < pair.size())
      if (auto read = decode(pair.substr(equals + 1), true, value); !read) return read;
    out.add(std::move(name), std::move(value));
  }
  return {};
}

std::string percent_encode(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '.' || c == '_' || c == '~';
    if (kept) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

}  // namespace bccid::http
