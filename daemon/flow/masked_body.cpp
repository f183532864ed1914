#include "flow/masked_body.hpp"

#include "base/limits.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace bccid {
namespace {

constexpr std::string_view kMask = "***";
constexpr std::size_t kNameCharsMax = 40;
constexpr std::size_t kValueCharsMax = 64;
constexpr std::size_t kNumberDigitsMin = 9;   // phone numbers have 9 to 11 digits, identity numbers 9 or 12
constexpr std::size_t kTokenCharsMin = 25;    // in a value; an object id of a feed has 24
constexpr std::size_t kTokenInWordsMin = 32;  // in a sentence
constexpr std::size_t kMailCharsMax = 254;

// Lower case, without what separates words; sorted. Fields of our own messages and of the counterparts that
// say nothing about a person.
constexpr std::array<std::string_view, 64> kHarmless{"agency",
                                                     "agencycode",
                                                     "amount",
                                                     "arisingdate",
                                                     "atend",
                                                     "attempt",
                                                     "channel",
                                                     "codamount",
                                                     "code",
                                                     "count",
                                                     "cuscode",
                                                     "customercode",
                                                     "datacontenttype",
                                                     "deliveredat",
                                                     "dossiercode",
                                                     "errorcode",
                                                     "event",
                                                     "expiresin",
                                                     "fkey",
                                                     "flagconfig",
                                                     "id",
                                                     "invnum",
                                                     "itemcode",
                                                     "key",
                                                     "kind",
                                                     "leg",
                                                     "limit",
                                                     "madonvi",
                                                     "magiaodich",
                                                     "mahoso",
                                                     "mathongdiep",
                                                     "mathutuc",
                                                     "maxa",
                                                     "ngaytra",
                                                     "number",
                                                     "occurredat",
                                                     "orderid",
                                                     "ordernumber",
                                                     "pattern",
                                                     "paymentmethod",
                                                     "portalstatus",
                                                     "procedurecode",
                                                     "prodprice",
                                                     "prodquantity",
                                                     "reason",
                                                     "receiverdistrict",
                                                     "receiverprovince",
                                                     "requestid",
                                                     "result",
                                                     "senderdistrict",
                                                     "senderprovince",
                                                     "serial",
                                                     "source",
                                                     "specversion",
                                                     "state",
                                                     "status",
                                                     "step",
                                                     "thoidiemxuly",
                                                     "time",
                                                     "tokentype",
                                                     "total",
                                                     "trangthai",
                                                     "type",
                                                     "version"};

bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

// A run of digits with single separators in it, from `at` on; its end.
struct DigitRun {
  std::size_t end = 0;
  std::size_t digits = 0;
};
DigitRun digit_run(std::string_view text, std::size_t at) {
  DigitRun run{at, 0};
  for (std::size_t i = at; i < text.size(); ++i) {
    if (digit(text[i])) {
      ++run.digits;
      run.end = i + 1;
    } else if (!one_of(text[i], " .-()") || i + 1 == text.size() || !digit(text[i + 1])) {
      break;
    }
  }
  return run;
}

// Nine digits together, unless a letter stands before them as in an item code.
bool has_long_number(std::string_view text) {
  std::size_t run = 0;
  bool led = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!digit(text[i])) {
      run = 0;
      continue;
    }
    if (run++ == 0) led = i > 0 && letter(text[i - 1]);
    if (run >= kNumberDigitsMin && !led) return true;
  }
  return false;
}

bool has_token(std::string_view text) {
  std::size_t run = 0;
  for (const char c : text) {
    run = letter(c) || digit(c) ? run + 1 : 0;
    if (run >= kTokenCharsMin) return true;
  }
  return false;
}

std::string plain_name(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z')
      plain += static_cast<char>(c + 32);
    else if (letter(c) || digit(c))
      plain += c;
  }
  return plain;
}

bool harmless_name(std::string_view name) {
  if (name.size() > kNameCharsMax) return false;
  return std::ranges::binary_search(kHarmless, std::string_view(plain_name(name)));
}

bool harmless_value(std::string_view value) {
  if (value.size() > kValueCharsMax || has_long_number(value) || has_token(value)) return false;
  return std::ranges::all_of(value, [](char c) { return letter(c) || digit(c) || one_of(c, "._:+/;-"); });
}

// A name is shown when it can be one: a map whose names are phone numbers must not be told either.
std::string_view shown_name(std::string_view name) {
  const bool fits =
      !name.empty() && name.size() <= kNameCharsMax && !has_long_number(name) && !has_token(name) &&
      (letter(name.front()) || name.front() == '_') &&
      std::ranges::all_of(name, [](char c) { return letter(c) || digit(c) || one_of(c, "_.-"); });
  return fits ? name : kMask;
}

// Reads JSON as far as it goes: the head of a long body is no JSON any more.
class JsonHead {
 public:
  explicit JsonHead(std::string_view text) : text_(text) {}

  std::string masked() {
    while (at_ < text_.size()) step();
    return std::move(out_);
  }

 private:
  void step() {
    const char c = text_[at_];
    if (blank(c)) {
      ++at_;
    } else if (one_of(c, "{}[],:")) {
      // What follows an object or a list in a list belongs to no field of theirs.
      if (one_of(c, "{}]")) name_ = {};
      out_ += c;
      ++at_;
    } else if (c == '"') {
      take_text();
    } else {
      take_literal();
    }
  }

  void take_text() {
    const std::size_t begin = ++at_;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2U : 1U;
    const bool whole = at_ < text_.size();
    const auto inner = text_.substr(begin, std::min(at_, text_.size()) - begin);
    at_ = std::min(at_ + 1, text_.size());
    if (names_a_field()) {
      name_ = inner;
      out_ += '"';
      out_ += shown_name(inner);
      out_ += '"';
      return;
    }
    put_value(inner, whole, true);
  }

  void take_literal() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && !blank(text_[at_]) && !one_of(text_[at_], "{}[],:\"")) ++at_;
    put_value(text_.substr(begin, at_ - begin), at_ < text_.size(), false);
  }

  // A value that is cut off may be the beginning of anything.
  void put_value(std::string_view value, bool whole, bool quoted) {
    const bool shown = whole && harmless_name(name_) && harmless_value(value);
    if (quoted || !shown) out_ += '"';
    out_ += shown ? value : kMask;
    if (quoted || !shown) out_ += '"';
  }

  bool names_a_field() const {
    std::size_t next = at_;
    while (next < text_.size() && blank(text_[next])) ++next;
    return next < text_.size() && text_[next] == ':';
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string_view name_;  // of the field whose value comes
  std::string out_;
};

// The elements of an XML body without their attributes, and the texts of the harmless ones.
class XmlHead {
 public:
  explicit XmlHead(std::string_view text) : text_(text) {}

  std::string masked() {
    while (at_ < text_.size()) {
      if (text_[at_] == '<')
        take_tag();
      else
        take_text();
    }
    return std::move(out_);
  }

 private:
  void take_tag() {
    if (text_.substr(at_).starts_with("<![CDATA[")) return take_cdata();
    const auto end = text_.find('>', at_);
    auto tag = text_.substr(at_ + 1, end == std::string_view::npos ? end : end - at_ - 1);
    at_ = end == std::string_view::npos ? text_.size() : end + 1;
    if (tag.empty() || one_of(tag.front(), "?!")) return;
    const bool closes = tag.front() == '/';
    if (closes) tag.remove_prefix(1);
    const auto name = tag.substr(0, tag.find_first_of(" \t\r\n/"));
    const auto local = name.substr(name.find(':') == std::string_view::npos ? 0 : name.find(':') + 1);
    name_ = closes ? std::string_view{} : local;
    out_ += closes ? "</" : "<";
    out_ += shown_name(local);
    out_ += tag.ends_with('/') ? "/>" : ">";
  }

  void take_cdata() {
    const auto end = text_.find("]]>", at_);
    at_ = end == std::string_view::npos ? text_.size() : end + 3;
    out_ += kMask;
  }

  void take_text() {
    const auto end = std::min(text_.find('<', at_), text_.size());
    auto value = text_.substr(at_, end - at_);
    const bool whole = end < text_.size();
    at_ = end;
    while (!value.empty() && blank(value.front())) value.remove_prefix(1);
    while (!value.empty() && blank(value.back())) value.remove_suffix(1);
    if (value.empty()) return;
    const bool shown = whole && harmless_name(name_) && harmless_value(value);
    out_ += shown ? value : answer_code(value, whole);
  }

  // "ERR:20" of a provider of receipts tells what was wrong and nothing of a person.
  std::string_view answer_code(std::string_view value, bool whole) const {
    if (!whole || !value.starts_with("ERR:") || value.size() > 8 || !harmless_value(value)) return kMask;
    return value;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string_view name_;
  std::string out_;
};

// "text/html" of "text/html; charset=utf-8".
std::string media_type(std::string_view content_type) {
  std::string type;
  for (const char c : content_type.substr(0, kNameCharsMax)) {
    if (!letter(c) && !digit(c) && !one_of(c, "/.+-")) break;
    type += c;
  }
  return type.empty() ? "unknown type" : type;
}

bool token_char(char c) { return letter(c) || digit(c) || one_of(c, "+/=_-"); }

// 8-4-4-4-12
bool is_uuid(std::string_view word) {
  if (word.size() != 36) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash != (word[i] == '-')) return false;
  }
  return true;
}

bool mail_char(char c) { return letter(c) || digit(c) || one_of(c, "._%+-"); }

// A digit that goes on what stands before it, such as a part of an order's number or of a UUID.
bool inside_a_word(std::string_view text, std::size_t at) {
  const auto joins = [text](std::size_t i) { return letter(text[i]) || digit(text[i]); };
  if (at == 0) return false;
  return joins(at - 1) || (at > 1 && one_of(text[at - 1], ".-") && joins(at - 2));
}

// What is behind "Bearer " or "Basic " is a secret of any length.
bool behind_a_scheme(std::string_view done) {
  const std::string lower = plain_name(done.substr(done.size() - std::min<std::size_t>(done.size(), 8)));
  return done.ends_with(' ') && (lower.ends_with("bearer") || lower.ends_with("basic"));
}

}  // namespace

std::string masked_body(std::string_view body, std::string_view content_type) {
  if (body.empty()) return {};
  const auto head = body.substr(0, limits::kTraceBodyBytesMax);
  const auto first = std::ranges::find_if_not(head, blank);
  const char begins = first == head.end() ? ' ' : *first;
  std::string masked;
  if (begins == '{' || begins == '[')
    masked = JsonHead(head).masked();
  else if (begins == '<' && content_type.find("xml") != std::string_view::npos)
    masked = XmlHead(head).masked();
  else
    masked = "(" + std::to_string(body.size()) + " bytes of " + media_type(content_type) + ", not shown)";
  if (masked.size() > limits::kTraceBodyBytesMax) masked.resize(limits::kTraceBodyBytesMax);
  return masked;
}

std::string masked_words(std::string_view words) {
  std::string out;
  out.reserve(words.size());
  for (std::size_t at = 0; at < words.size();) {
    if (digit(words[at]) && !inside_a_word(words, at)) {
      if (const auto run = digit_run(words, at); run.digits >= kNumberDigitsMin) {
        out += kMask;
        at = run.end;
        continue;
      }
    }
    if (token_char(words[at]) && !(at > 0 && token_char(words[at - 1]))) {
      std::size_t end = at;
      while (end < words.size() && token_char(words[end])) ++end;
      const auto word = words.substr(at, end - at);
      if (behind_a_scheme(out) || (word.size() >= kTokenInWordsMin && !is_uuid(word))) {
        out += kMask;
        at = end;
        continue;
      }
    }
    if (words[at] == '@') {
      const std::size_t before = out.size();
      while (!out.empty() && before - out.size() < kMailCharsMax && mail_char(out.back())) out.pop_back();
      while (at < words.size() && (mail_char(words[at]) || words[at] == '@')) ++at;
      out += kMask;
      continue;
    }
    out += words[at++];
  }
  return out;
}

std::string without_secrets(std::string text, const std::vector<std::string>& secrets) {
  for (const auto& secret : secrets) {
    if (secret.size() < 4) continue;
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at))
      text.replace(at, secret.size(), kMask);
  }
  return text;
}

}  // namespace bccid
