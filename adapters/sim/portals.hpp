#pragma once

#include "adapters/sim/plan.hpp"
#include "adapters/sim/token_desk.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bccid::sim {

// The systems of the state that hear of dossiers: the national portal with both of its transports (a session
// in each body, or bare arrays under a token), and the measuring system. They keep books of their own: what
// exists is not added again, what does not exist is neither updated nor given steps, more than ten steps are
// refused, and so is status 10 without NgayTra.
class Portals {
 public:
  explicit Portals(Plan& plan) : plan_(plan) {}

  // `portal` and the path below "/portal/<portal>".
  Answer handle(std::string_view portal, std::string_view path, const Call& call);
  // Makes every token and session given so far worthless.
  void revoke_tokens();

  // The dossiers by portal and code, from position `after` on, and the measured events.
  boost::json::object dossiers(std::size_t after, std::size_t limit) const;
  boost::json::object figures() const;

 private:
  struct Dossier {
    boost::json::object data;  // as it was sent last
    std::vector<boost::json::object> steps;
    std::uint64_t added = 0, updated = 0, progress_messages = 0;
  };
  using Key = std::pair<std::string, std::string>;

  Answer sign_in(std::string_view portal, const Call& call);
  Answer exchange(std::string_view portal, std::string_view path, const Call& call);
  Answer apply(std::string_view portal, std::string_view path, bool updating, const boost::json::array& data);
  Answer sync(std::string_view portal, bool updating, const boost::json::array& data);
  Answer progress(std::string_view portal, const boost::json::array& data);
  Answer measure(const Call& call);

  Plan& plan_;
  TokenDesk desk_{"portal"};
  std::uint64_t session_ = 1;
  std::map<Key, Dossier> dossiers_;
  boost::json::array events_;
  std::uint64_t requests_ = 0, refused_ = 0, sign_ins_ = 0, stale_ = 0;
};

}  // namespace bccid::sim
