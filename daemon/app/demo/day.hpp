#pragma once

#include "app/demo/stage.hpp"
#include "app/demo/world.hpp"
#include "base/clock.hpp"

#include <boost/json/array.hpp>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace bccid::app {

// What the people of the day wrote down themselves; compared with the daemon's books at the end.
struct DemoNotebook {
  std::map<std::string, std::string> pickup_orders;    // slip number -> order number
  std::map<std::string, std::string> delivery_orders;  // dossier code -> order number
  std::map<std::string, std::string> item_codes;       // order number -> what the label says
  std::size_t triggers_sent = 0, triggers_repeated = 0;
  std::size_t scans_sent = 0, scans_accepted = 0, scans_duplicate = 0, scans_held = 0, scans_rejected = 0;
  std::vector<std::string> unknown_labels;           // scanned, and of no order of ours
  std::size_t scans_known = 0;                       // distinct events that must be stored
  std::map<std::string, Money> collected;            // by postman
  std::map<std::string, Money> collected_by_agency;  // phí and lệ phí only: what must be remitted
  Money collected_total;                             // with postage
  Money taken_back_total;                            // booked with scans that were retracted
  std::map<std::string, Time> delivered_at;          // dossier code -> when the result was really given
  // Looked up at the one-stop systems while proof was still on its way.
  std::size_t awaiting_proof = 0, ten_without_proof = 0;
  struct Remittance {
    std::string reference, agency, account;
    Money amount;
    Time sent_at{};
  };
  std::vector<Remittance> remittances;
  // The offices' closed days, added up.
  struct ClosedDays {
    std::size_t days = 0, receipts = 0;
    Money collected, taken_back, counted, still_held;
  };
  ClosedDays closed;
  // What the bank was told to get wrong, and the break that must name it.
  struct Planted {
    std::string type, reference, account, owner;  // no reference: a stranger's money
    Money amount;                                 // more or less than was ordered
  };
  std::vector<Planted> planted;
};

// The day is played fast: what takes a minute in life takes a tenth of a second here, in the same order.
inline constexpr std::chrono::milliseconds kBeat{100};

// The six acts of the day, in order. Each throws std::runtime_error when the day cannot go on.
class DemoDay {
 public:
  DemoDay(DemoStage& stage, const DemoWorld& world, const Say& say);

  const DemoNotebook& play();

 private:
  void misbehave();
  void ask_for_pickups();
  void collect_dossiers();
  void finish_dossiers();
  void scan_before_the_order_is_known();
  void deliver_results();
  void settle_money();
  void close_days();
  void order_transfers();
  void send_statements();

  void take_round(const DemoDossier& dossier, const std::string& item, boost::json::array& items);
  void hand_over(const DemoDossier& dossier, const std::string& item, boost::json::array& items);
  void look_before_the_proof();
  void prove_and_correct();
  void deliver_corrected();
  void wait_for_orders(const std::map<std::string, std::string>& ids, const std::string& what);
  void read_labels();
  boost::json::object scan(const DemoDossier& dossier, const std::string& item, const std::string& code,
                           std::int64_t beats);
  void send_scans(const std::string& postman, const boost::json::array& items);
  void send_in_batches(const std::map<std::string, boost::json::array>& by_postman);
  static boost::json::object cash_of(Money fee, Money charge, Money postage);
  void take_cash(boost::json::object& scan, const DemoDossier& dossier, Money fee, Money charge,
                 Money postage);
  void await_quiet(const std::string& what);

  DemoStage& stage_;
  const DemoWorld& world_;
  Time act_began_{};
  const Say& say_;
  DemoNotebook notes_;
  std::map<std::string, std::int64_t> device_seq_;
  std::map<std::string, std::string> order_ids_;    // order number -> id
  std::map<std::string, std::string> wrong_scans_;  // dossier code -> event id of the wrong delivery
  std::uint64_t next_event_ = 1;
  bool killed_ = false;
};

}  // namespace bccid::app
