#include "http/wire.hpp"

#include "base/ids.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace bccid::http {
namespace {

// Sent unless the response brings its own of that name: a page of the console needs another policy.
struct DefaultHeader {
  std::string_view name;
  std::string_view line;
};

constexpr std::array<DefaultHeader, 4> kDefaults{{
    {"Cache-Control", "Cache-Control: no-store\r\n"},
    {"Content-Security-Policy", "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"},
    {"Referrer-Policy", "Referrer-Policy: no-referrer\r\n"},
    {"X-Content-Type-Options", "X-Content-Type-Options: nosniff\r\n"},
}};

constexpr std::string_view kAllDefaults =
    "Cache-Control: no-store\r\n"
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "X-Content-Type-Options: nosniff\r\n";

std::string_view reason(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 422: return "Unprocessable Content";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 503: return "Service Unavailable";
    default: return "";
  }
}

bool clean_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

bool clean_name(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F && c != ':'; });
}

bool clean(const Response& response) {
  if (!clean_value(response.content_type)) return false;
  return std::all_of(response.headers.begin(), response.headers.end(),
                     [](const auto& field) { return clean_name(field.first) && clean_value(field.second); });
}

void append_number(std::string& out, std::size_t number) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

bool brings(const Response& response, std::string_view name) {
  return std::any_of(response.headers.begin(), response.headers.end(),
                     [&](const auto& field) { return equal_ignoring_case(field.first, name); });
}

void append_defaults(const Response& response, std::string& out) {
  if (response.headers.empty()) {
    out.append(kAllDefaults);
    return;
  }
  for (const auto& one : kDefaults)
    if (!brings(response, one.name)) out.append(one.line);
}

}  // namespace

bool append_response(const Response& response, const WireContext& context, std::string& out) {
  if (!clean(response)) return false;
  out.append("HTTP/1.1 ");
  append_number(out, static_cast<std::size_t>(response.status));
  out.append(" ").append(reason(response.status)).append("\r\nDate: ").append(context.date);
  out.append("\r\nX-Request-Id: ").append(context.request_id).append("\r\n");
  append_defaults(response, out);
  if (context.is_tls) out.append("Strict-Transport-Security: max-age=31536000; includeSubDomains\r\n");
  if (context.close) out.append("Connection: close\r\n");
  for (const auto& [name, value] : response.headers)
    out.append(name).append(": ").append(value).append("\r\n");
  if (!response.content_type.empty())
    out.append("Content-Type: ").append(response.content_type).append("\r\n");
  const bool bodiless = response.status == 204 || response.status == 304;
  if (!bodiless) {
    out.append("Content-Length: ");
    append_number(out, response.body.size());
    out.append("\r\n");
  }
  out.append("\r\n");
  if (!bodiless && !context.head_only) out.append(response.body);
  return true;
}

bool valid_request_id(std::string_view text) {
  return text.size() >= 8 && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                  c == '_' || c == '-';
         });
}

RequestIds::RequestIds() : prefix_(random_token(9) + "-") {}

std::string RequestIds::next() {
  std::string out = prefix_;
  append_number(out, ++count_);
  return out;
}

std::string_view HttpDate::now() {
  const std::time_t current = std::time(nullptr);
  if (current != second_) {
    second_ = current;
    std::tm parts{};
    gmtime_r(&current, &parts);
    std::array<char, 40> text{};
    // The daemon never sets a locale, so these names are English.
    const std::size_t size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    text_.assign(text.data(), size);
  }
  return text_;
}

}  // namespace bccid::http
