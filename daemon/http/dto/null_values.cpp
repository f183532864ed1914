#include "http/dto/null_values.hpp"

#include "base/time_text.hpp"

namespace bccid::http {

namespace json = boost::json;

json::value or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::value or_null(const std::optional<Time>& at) {
  return at ? json::value(to_rfc3339(*at)) : json::value(nullptr);
}

json::value or_null(const std::optional<std::int64_t>& number) {
  return number ? json::value(*number) : json::value(nullptr);
}

json::value or_null(const std::optional<Uuid>& id) {
  return id ? json::value(id->to_text()) : json::value(nullptr);
}

json::value or_null(const std::optional<TransferPromise>& promise) {
  if (!promise) return nullptr;
  return json::object{
      {"event_id", promise->event.to_text()}, {"by", promise->by}, {"at", to_rfc3339(promise->at)}};
}

}  // namespace bccid::http
