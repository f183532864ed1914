#include "http/message.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>

namespace bccid::http {
namespace {

constexpr std::array<std::string_view, 7> kMethods{"GET",   "HEAD",   "POST",   "PUT",
                                                   "PATCH", "DELETE", "OPTIONS"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

}  // namespace

std::string_view method_name(Method method) { return kMethods[static_cast<std::size_t>(method)]; }

std::optional<Method> parse_method(std::string_view text) {
  for (std::size_t i = 0; i < kMethods.size(); ++i)
    if (kMethods[i] == text) return static_cast<Method>(i);
  return std::nullopt;
}

bool equal_ignoring_case(std::string_view left, std::string_view right) {
  return left.size() == right.size() && std::equal(left.begin(), left.end(), right.begin(),
                                                   [](char a, char b) { return lower(a) == lower(b); });
}

void Headers::clear() {
  text_.clear();
  entries_.clear();
}

void Headers::add(std::string_view name, std::string_view value) {
  entries_.push_back({static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(name.size()),
                      static_cast<std::uint32_t>(value.size())});
  text_.append(name).append(value);
}

std::string_view Headers::name(std::size_t at) const {
  const Entry& entry = entries_[at];
  return std::string_view(text_).substr(entry.at, entry.name_size);
}

std::string_view Headers::value(std::size_t at) const {
  const Entry& entry = entries_[at];
  return std::string_view(text_).substr(entry.at + entry.name_size, entry.value_size);
}

std::optional<std::string_view> Headers::find(std::string_view wanted) const {
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (equal_ignoring_case(name(i), wanted)) return value(i);
  return std::nullopt;
}

std::string_view Headers::get(std::string_view wanted) const {
  return find(wanted).value_or(std::string_view{});
}

const std::string* Pairs::find(std::string_view name) const {
  const auto found =
      std::find_if(pairs_.begin(), pairs_.end(), [&](const auto& pair) { return pair.first == name; });
  return found == pairs_.end() ? nullptr : &found->second;
}

std::size_t Pairs::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::count_if(pairs_.begin(), pairs_.end(), [&](const auto& pair) { return pair.first == name; }));
}

std::string_view Request::param(std::string_view name) const {
  const std::string* found = params.find(name);
  return found == nullptr ? std::string_view{} : std::string_view(*found);
}

Response::Response(int status_in, std::string content_type_in, std::string body_in)
    : status(status_in), content_type(std::move(content_type_in)), body(std::move(body_in)) {}

Response& Response::with(std::string name, std::string value) {
  headers.emplace_back(std::move(name), std::move(value));
  return *this;
}

Response json_response(int status, const boost::json::value& value) {
  return {status, "application/json", boost::json::serialize(value)};
}

Response json_text_response(int status, std::string body) {
  return {status, "application/json", std::move(body)};
}

}  // namespace bccid::http
