#include "base/text.hpp"
#include "http/body_reader.hpp"
#include "http/field_rules.hpp"
#include "http/guard.hpp"
#include "http/json_body.hpp"
#include "http/pairs_reader.hpp"
#include "http/target.hpp"
#include "tests/fuzz/parsers.hpp"
#include "tests/fuzz/require.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace bccid::fuzz {
namespace {

using http::Head;
using http::HeadScanner;
using http::Pairs;

// Where the head ends, found in one look and byte by byte: both must say the same.
HeadScanner::Found find_head(std::string_view bytes, std::size_t& size) {
  HeadScanner whole;
  HeadScanner steps;
  const auto found = whole.scan(bytes);
  auto stepped = HeadScanner::Found::more;
  for (std::size_t i = 1; i <= bytes.size() && stepped == HeadScanner::Found::more; ++i)
    stepped = steps.scan(bytes.substr(0, i));
  require(found == stepped, "a head ends at the same place however it arrives");
  size = found == HeadScanner::Found::end ? whole.size() : 0;
  require(size == (stepped == HeadScanner::Found::end ? steps.size() : 0), "and has the same size");
  return found;
}

std::size_t count_named(const Head& head, std::string_view name) {
  return static_cast<std::size_t>(
      std::count_if(head.fields.begin(), head.fields.end(),
                    [&](const auto& field) { return http::equal_ignoring_case(field.name, name); }));
}

std::string_view value_of(const Head& head, std::string_view name) {
  for (const auto& field : head.fields)
    if (http::equal_ignoring_case(field.name, name)) return field.value;
  return {};
}

// What RFC 9112 asks of a head, said a second time and in other words than the guard's.
void check_framing(std::string_view block, const Head& head) {
  for (std::size_t i = 0; i < block.size(); ++i) {
    require(block[i] != '\0', "a head holds no NUL");
    require(block[i] != '\n' || block[i - 1] == '\r', "a line feed follows its carriage return");
    require(block[i] != '\r' || block[i + 1] == '\n', "a carriage return has its line feed");
  }
  require(count_named(head, "Host") == 1, "a head names one host");
  const auto codings = count_named(head, "Transfer-Encoding");
  const auto lengths = count_named(head, "Content-Length");
  require(codings + lengths <= 1, "a body is framed in one way");
  require(head.chunked == (codings == 1), "chunks are announced");
  require(!head.chunked || value_of(head, "transfer-encoding") == "chunked", "the coding is chunked alone");
  require(!head.chunked || !head.http_1_0, "HTTP/1.0 has no chunks");
  require(head.content_length.has_value() == (lengths == 1), "a length is announced");
  require(head.target.starts_with('/'), "the target is in origin form");
}

std::string head_text(const Head& head) {
  std::string out(http::method_name(head.method));
  out.append(" ").append(head.target).append(head.http_1_0 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
  for (const auto& field : head.fields)
    out.append(field.name).append(": ").append(field.value).append("\r\n");
  return out + "\r\n";
}

bool same_head(const Head& left, const Head& right) {
  const auto same_field = [](const auto& a, const auto& b) { return a.name == b.name && a.value == b.value; };
  return left.method == right.method && left.target == right.target && left.http_1_0 == right.http_1_0 &&
         left.close == right.close && left.chunked == right.chunked &&
         left.expects_continue == right.expects_continue && left.content_length == right.content_length &&
         std::equal(left.fields.begin(), left.fields.end(), right.fields.begin(), right.fields.end(),
                    same_field);
}

// A whole body and how many bytes it took. Nothing while more must come or when it is refused: which of the
// two it is may hang on whether the bytes behind a fault are there yet.
struct WholeBody {
  std::string bytes;
  std::size_t used = 0;

  bool operator==(const WholeBody&) const = default;
};
using BodyEnd = std::optional<WholeBody>;

BodyEnd refused_body(const Failure& failure) {
  require_fit(failure);
  return std::nullopt;
}

// Hands over `rest` as a connection would, `step` bytes at a time.
BodyEnd read_body(std::string_view block, const Head& head, std::string_view rest, std::size_t step) {
  constexpr std::size_t kBodyBytesMax = 4096;
  http::BodyReader reader;
  if (const auto begun = reader.begin(block, head, kBodyBytesMax); !begun) return refused_body(begun.error());
  std::size_t arrived = 0;
  std::size_t used = 0;
  while (!reader.done()) {
    if (arrived == rest.size()) return std::nullopt;
    arrived = std::min(arrived + step, rest.size());
    for (std::size_t taken = 1; taken > 0 && used < arrived && !reader.done(); used += taken) {
      const auto put = reader.put(rest.substr(used, arrived - used));
      if (!put) return refused_body(put.error());
      taken = *put;
    }
  }
  auto body = reader.take();
  if (!body) return refused_body(body.error());
  require(body->size() <= kBodyBytesMax, "a body keeps its limit");
  return WholeBody{std::move(*body), used};
}

std::string query_text(const Pairs& pairs) {
  std::string out;
  for (const auto& [name, value] : pairs)
    out += (out.empty() ? "" : "&") + http::percent_encode(name) + "=" + http::percent_encode(value);
  return out;
}

void require_same(const Pairs& left, const Pairs& right) {
  require(std::equal(left.begin(), left.end(), right.begin(), right.end()),
          "names and values survive writing and reading, in their order");
}

void check_readers(const Pairs& pairs) {
  http::PairsReader reader(pairs, "?");
  const auto after = reader.optional_text("after", {.max = 200});
  const auto limit = reader.optional_integer("limit", {.min = 1, .max = 200});
  const auto at = reader.optional_time("at");
  const auto day = reader.optional_day("day");
  if (const auto bad = reader.finish()) return require_fit(*bad);
  if (after) require_clean(*after, 200, "a text of a query");
  require(!limit || (*limit >= 1 && *limit <= 200), "a number of a query keeps its range");
  require(!at || gives(parse_rfc3339(*pairs.find("at")), *at), "a time of a query is what was sent");
  require(!day || to_text(*day) == *pairs.find("day"), "a day of a query is what was sent");
}

}  // namespace

int check_guard(std::string_view bytes) {
  std::size_t size = 0;
  if (find_head(bytes, size) != HeadScanner::Found::end) return 0;
  const std::string_view block = bytes.substr(0, size);
  Head head;
  const http::GuardRules rules;
  if (const auto read = http::check_head(block, rules, head); !read) {
    require_fit(read.error());
    return 0;
  }
  check_framing(block, head);
  const std::string text = head_text(head);
  Head again;
  // Blanks around a value are written as one, so the text may be a little longer than what came.
  if (text.size() > rules.header_bytes_max) return 0;
  require(http::check_head(text, rules, again).has_value(), "a head that was read can be written and read");
  require(same_head(head, again), "a head survives writing and reading");
  return 0;
}

int check_body_reader(std::string_view bytes) {
  std::size_t size = 0;
  if (find_head(bytes, size) != HeadScanner::Found::end) return 0;
  Head head;
  const std::string_view block = bytes.substr(0, size);
  if (!http::check_head(block, {}, head)) return 0;
  const std::string_view rest = bytes.substr(size);
  const BodyEnd whole = read_body(block, head, rest, std::max<std::size_t>(rest.size(), 1));
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}})
    require(read_body(block, head, rest, step) == whole, "a body is the same however it arrives");
  if (!whole) return 0;
  if (!head.has_body())
    require(whole->bytes.empty() && whole->used == 0, "no body is read where none was told");
  if (head.chunked || !head.content_length) return 0;
  require(whole->bytes == rest.substr(0, *head.content_length), "a body with a length is its bytes");
  require(whole->used == *head.content_length, "and not one more of the next request");
  return 0;
}

int check_target(std::string_view bytes) {
  Head head;
  const std::string block = "GET " + std::string(bytes) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  if (!http::check_head(block, {}, head) || head.target != bytes) return 0;
  std::vector<std::string> path;
  Pairs query;
  if (const auto read = http::split_target(head.target, path, query); !read) {
    require_fit(read.error());
    return 0;
  }
  std::string text;
  for (const auto& segment : path) {
    require(valid_utf8(segment), "a segment of a path is valid UTF-8 without NUL");
    require(std::none_of(segment.begin(), segment.end(),
                         [](char c) { return static_cast<unsigned char>(c) < 0x20U || c == '\x7F'; }),
            "a segment of a path holds no control character");
    require(segment != "." && segment != "..", "a path has no dot segment");
    text += "/" + http::percent_encode(segment);
  }
  if (!query.empty()) text += "?" + query_text(query);
  std::vector<std::string> again;
  Pairs asked;
  require(http::split_target(text, again, asked).has_value(), "a target can be written and read");
  require(path == again, "a path survives writing and reading");
  require_same(query, asked);
  return 0;
}

int check_pairs(std::string_view bytes) {
  http::Request form;
  form.headers.add("Content-Type", "application/x-www-form-urlencoded");
  form.body = std::string(bytes);
  const auto fields = http::form_body(form);
  if (!fields) require_fit(fields.error());
  Pairs pairs;
  if (const auto read = http::parse_pairs(bytes, pairs); !read) {
    require_fit(read.error());
    return 0;
  }
  for (const auto& [name, value] : pairs)
    require(valid_utf8(name) && valid_utf8(value), "a name and its value are valid UTF-8 without NUL");
  Pairs again;
  require(http::parse_pairs(query_text(pairs), again).has_value(), "pairs can be written and read");
  require_same(pairs, again);
  check_readers(pairs);
  return 0;
}

int check_content_type(std::string_view bytes) {
  const std::string block = "POST / HTTP/1.1\r\nHost: a\r\nContent-Type:" + std::string(bytes) + "\r\n\r\n";
  Head head;
  if (!http::check_head(block, {}, head)) return 0;
  http::Request request;
  for (const auto& field : head.fields) request.headers.add(field.name, field.value);
  for (const std::string_view expected : {"application/json", "text/csv"}) {
    const auto checked = http::check_content_type(request, expected);
    if (!checked) {
      require_fit(checked.error());
      continue;
    }
    const auto type = request.headers.get("Content-Type");
    require(http::equal_ignoring_case(type.substr(0, expected.size()), expected), "the type is as expected");
    if (request.headers.has("Content-Encoding")) continue;
    http::Request compressed = request;
    compressed.headers.add("Content-Encoding", "gzip");
    require(!http::check_content_type(compressed, expected), "nothing compressed is read");
  }
  return 0;
}

int check_idempotency_key(std::string_view bytes) {
  const auto key = http::idempotency_key(bytes);
  if (!key) {
    require_fit(key.error());
    return 0;
  }
  require(!key->empty(), "a key is not empty");
  require_clean(*key, limits::kIdempotencyKeyCharsMax, "an Idempotency-Key");
  require(gives(http::idempotency_key("\"" + *key + "\""), *key), "a key in quotes is the same key");
  return 0;
}

}  // namespace bccid::fuzz
