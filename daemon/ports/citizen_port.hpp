#pragma once

#include "ports/call_tag.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>
#include <vector>

namespace bccid {

// Who is looked up. Held only while the question is on its way: never stored, never logged.
struct CitizenQuestion {
  std::string name;
  std::string id_number;  // 9 digits (CMND) or 12 (CCCD, số định danh)
  std::string address;
};

enum class CitizenAnswer {
  matched,      // all that was compared agrees
  not_matched,  // something of it does not
  unavailable,  // no answer, or none that can be read
};

struct CitizenVerdict {
  CitizenAnswer answer = CitizenAnswer::unavailable;
  std::vector<std::string> compared;  // of name, id_number, address; empty when there was no answer
  std::string reason;                 // why there was none; no word of the question or the answer
};

// "matched", "not_matched", "unavailable".
constexpr const char* name(CitizenAnswer answer) {
  switch (answer) {
    case CitizenAnswer::matched: return "matched";
    case CitizenAnswer::not_matched: return "not_matched";
    case CitizenAnswer::unavailable: break;
  }
  return "unavailable";
}

// The population database, or whatever gateway leads to it.
class CitizenPort {
 public:
  CitizenPort() = default;
  CitizenPort(const CitizenPort&) = delete;
  CitizenPort& operator=(const CitizenPort&) = delete;
  virtual ~CitizenPort() = default;

  // Never fails: what goes wrong on the way is "unavailable". Ends within the block's timeout and that of its
  // sign-in.
  virtual boost::asio::awaitable<CitizenVerdict> verify(const CitizenQuestion& question, CallTag tag) = 0;
};

}  // namespace bccid
