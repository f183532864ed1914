#pragma once

#include "adapters/sim/plan.hpp"
#include "adapters/sim/token_desk.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace bccid::sim {

// A population database behind a gateway: it compares name, id number and address with its register and says
// only whether they agree.
class Citizens {
 public:
  explicit Citizens(Plan& plan) : plan_(plan) {}

  // The path below "/citizens".
  Answer handle(std::string_view path, const Call& call);
  // Fills the register: {"citizens":[{"id_number","name","address"}]}.
  Answer enter(const boost::json::object& wish);
  void revoke_tokens() { desk_.revoke(); }

  boost::json::object figures() const;

 private:
  struct Citizen {
    std::string name, address;
  };
  Answer verify(const Call& call);

  Plan& plan_;
  TokenDesk desk_{"citizens"};
  std::map<std::string, Citizen> register_;
  std::uint64_t questions_ = 0, matched_ = 0;
};

}  // namespace bccid::sim
