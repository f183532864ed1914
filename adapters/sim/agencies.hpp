#pragma once

#include "adapters/sim/plan.hpp"
#include "adapters/sim/token_desk.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bccid::sim {

// The one-stop systems of all agencies: they keep the state of each dossier and its history, recognise a
// repeated MaThongDiep, and refuse status 10 without NgayTra.
class Agencies {
 public:
  explicit Agencies(Plan& plan) : plan_(plan) {}

  // `agency` and the path below "/agency/<agency>".
  Answer handle(std::string_view agency, std::string_view path, const Call& call);
  void revoke_tokens() { desk_.revoke(); }

  // The dossiers by agency and code, from position `after` on.
  boost::json::object dossiers(std::size_t after, std::size_t limit) const;
  boost::json::object figures() const;

 private:
  struct Step {
    std::string text;
    std::string at;
    std::int64_t status = 0;
  };
  struct Dossier {
    std::int64_t status = 0;  // 0 until the first status message
    std::string returned_at;  // NgayTra
    std::vector<Step> steps;  // the first kStepsMax
    std::set<std::string> progress_ids;
    std::set<std::string> status_ids;
    std::uint64_t progress_messages = 0;  // accepted ones
    std::uint64_t status_messages = 0;
    std::uint64_t repeats = 0;           // answered "đã tồn tại"
    std::uint64_t times_taken_back = 0;  // from 10 to another status
  };
  using Key = std::pair<std::string, std::string>;

  Answer take(std::string_view agency, const Call& call, bool is_progress);
  Answer take_progress(Dossier& dossier, const boost::json::object& message);
  Answer take_status(Dossier& dossier, const boost::json::object& message);

  Plan& plan_;
  TokenDesk desk_{"agency"};
  std::map<Key, Dossier> dossiers_;
  std::uint64_t requests_ = 0;
  std::uint64_t refused_ = 0;
};

}  // namespace bccid::sim
