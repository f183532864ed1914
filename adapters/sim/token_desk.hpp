#pragma once

#include "adapters/sim/plan.hpp"

#include <cstdint>
#include <string>

namespace bccid::sim {

// Gives out bearer tokens by client credentials and recognises them. Stateless but for a generation:
// revoking makes every token given so far worthless.
class TokenDesk {
 public:
  explicit TokenDesk(std::string name) : name_(std::move(name)) {}

  // Answers a token request; 401 without Basic credentials, 400 without the grant.
  Answer give(const Call& call);
  bool recognises(const Call& call) const;
  void revoke() { ++generation_; }
  std::uint64_t given() const { return given_; }
  void set_lifetime_s(std::uint64_t seconds) { lifetime_s_ = seconds; }

 private:
  std::string current() const { return "sim-" + name_ + "-" + std::to_string(generation_); }

  std::string name_;
  std::uint64_t generation_ = 1;
  std::uint64_t given_ = 0;
  std::uint64_t lifetime_s_ = 3600;
};

// A JSON answer of status 200.
Answer json_answer(const boost::json::value& value, int status = 200);

}  // namespace bccid::sim
