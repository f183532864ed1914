#pragma once

#include "app/demo/checks.hpp"
#include "app/demo/day.hpp"
#include "app/demo/stage.hpp"
#include "app/demo/world.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace bccid::app {

// What two officers of finance do after the day: they decide, match, refund, close and print. Each thing is
// held to the đồng as soon as it is done.
class DemoEvening {
 public:
  DemoEvening(DemoStage& stage, const DemoWorld& world, const DemoNotebook& notes, const Say& say);

  // Throws std::runtime_error when the evening cannot go on.
  std::vector<DemoCheck> play();

 private:
  using Balances = std::map<std::string, Money>;

  void take_late_cash();
  DemoCheck waive_the_rest();
  DemoCheck match_by_hand();
  DemoCheck refund_refused();
  DemoCheck pay_by_phone();
  DemoCheck pay_online();
  DemoCheck close_period();
  DemoCheck print_minutes();

  boost::json::value order(boost::json::object body);
  boost::json::object scan(const std::string& item, const char* code, int second);
  // The open break of that type and order; null when there is none.
  boost::json::value open_break(const std::string& type, const std::string& order_number);
  // Proposed by one and approved by another; one's own approval must be refused.
  bool decide(const boost::json::value& found, boost::json::object proposal);
  int status_of(const std::string& who, const std::string& path, const boost::json::value& body);
  Balances balances();

  DemoStage& stage_;
  const DemoWorld& world_;
  const DemoNotebook& notes_;
  const Say& say_;
  const DemoNotebook::Remittance& matched_;  // an undisturbed one: matched, settled
  Time began_{};
  std::string part_paid_, refused_slip_, refused_;  // order numbers, and a slip's
  std::uint64_t next_key_ = 1;
};

}  // namespace bccid::app
