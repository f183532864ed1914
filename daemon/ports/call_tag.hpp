#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace bccid {

// Whose call it is: the one half goes along to the counterpart, by the other the trace of the call finds its
// message. A class with constructors, because g++ 12 frees aggregates twice in a co_await expression.
class CallTag {
 public:
  CallTag() = default;
  CallTag(std::string request_id_in, std::int64_t outbox_id_in = 0)  // NOLINT(google-explicit-constructor)
      : request_id(std::move(request_id_in)), outbox_id(outbox_id_in) {}
  CallTag(const char* request_id_in) : request_id(request_id_in) {}  // NOLINT(google-explicit-constructor)

  std::string request_id;      // goes out as X-Request-Id; may be empty
  std::int64_t outbox_id = 0;  // 0: no message caused it
};

// The call whose empty pages are one trace an hour.
inline constexpr const char* kFeedCall = "feed";

// What a call is called in its trace, and by whom it is answered.
struct CallName {
  std::string
      counterpart;   // carrier:NAME, onestop:AGENCY, receipt:ISSUER, webhook:ID; empty: leaves no trace
  std::string name;  // order.create, feed, token, ...
};

}  // namespace bccid
