#pragma once

#include "adapters/sim/http_server.hpp"
#include "base/result.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace bccid::sim {

// How a simulator answers instead of telling the truth.
enum class Reply {
  normal,
  hang,
  reset,
  status_101,
  reject,
  html,
  http_401,
  http_500,
  http_503,
  truncated,
  cut
};

// One way to misbehave. It applies to the requests that meet every condition given.
struct Rule {
  std::uint64_t every = 0;      // the every-th, 2*every-th ... request of the target; 0: any
  unsigned percent = 100;       // of the keys, chosen by seed and key: the same ones in every run
  std::string key;              // exactly this order number or dossier; empty: any
  unsigned attempts = 1;        // the first that many requests of one key; 0: always
  std::uint64_t times_max = 0;  // so often in all; 0: no limit
  bool effect = true;           // whether what was asked for happens
  Reply reply = Reply::normal;
  unsigned retry_after_s = 0;
  std::uint64_t times = 0;  // how often it applied so far
};

// What to do with one request.
struct Doing {
  bool effect = true;
  Reply reply = Reply::normal;
  unsigned retry_after_s = 0;
};

// The rules of all targets ("post.create", "post.cancel", "post.feed", "post.token", "post.price",
// "my.token", "my.create", "my.read", "my.history", "my.cancel", "my.price", "agency.progress",
// "agency.status", "agency.token", "webhook", "receipt.issue", "receipt.replace", "receipt.cancel",
// "receipt.ask", "portal.sign_in", "portal.sync", "portal.progress", "portal.event",
// "citizens.verify"). The first rule that
// applies decides.
class Plan {
 public:
  explicit Plan(std::uint64_t seed) : seed_(seed) {}

  // Replaces the rules of a target. Errors: invalid_field, naming the member.
  Status set(std::string_view target, const boost::json::array& rules);
  void clear();

  // Counts the request of that target and key and says what to do with it.
  Doing next(std::string_view target, std::string_view key);

 private:
  struct Target {
    std::vector<Rule> rules;
    std::uint64_t requests = 0;
    std::unordered_map<std::string, unsigned> attempts;  // emptied when it grows too large
  };
  bool applies(const Rule& rule, std::uint64_t request, unsigned attempt, std::string_view key) const;

  std::uint64_t seed_;
  std::map<std::string, Target, std::less<>> targets_;
};

// The answer that a reply stands for; `truth` is what an honest simulator would say.
Answer dress(const Doing& doing, Answer truth);

}  // namespace bccid::sim
