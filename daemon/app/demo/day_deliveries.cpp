#include "app/demo/day.hpp"

#include "base/time_text.hpp"

#include <boost/json.hpp>

namespace bccid::app {
namespace {

namespace json = boost::json;

// Beats after the round began, the same for every parcel.
constexpr std::int64_t kHandOver = 125;
constexpr std::int64_t kAfterwards = 140;
constexpr std::int64_t kHandOverAtLast = 150;

std::int64_t round_of(const DemoDossier& dossier) { return static_cast<std::int64_t>(dossier.index % 45); }

bool given_to_a_person(const DemoDossier& dossier) {
  return dossier.delivery && dossier.ending != Ending::refused && dossier.ending != Ending::failed_twice;
}

json::object recipient_of(const DemoDossier& dossier) {
  return json::object{
      {"kind", dossier.index % 4 == 0 ? "authorised" : "self"}, {"id_checked", true}, {"id_last4", "0123"}};
}

}  // namespace

// Act 4: results go out; to a checked person, refused, or back after failed attempts.
void DemoDay::deliver_results() {
  act_began_ = SystemClock().now();
  read_labels();
  std::map<std::string, json::array> by_postman;
  json::array feed;
  for (const auto& dossier : world_.dossiers) {
    if (!dossier.delivery) continue;
    const std::string number = notes_.delivery_orders.at(dossier.code);
    const std::string item = notes_.item_codes.at(number);
    auto& items = by_postman[world_.postmen[dossier.postman].id];
    take_round(dossier, item, items);
    if (!given_to_a_person(dossier)) continue;
    hand_over(dossier, item, items);
    // The post's own system reports some of the same deliveries through its feed, late and twice.
    if (dossier.index % 5 == 0 && dossier.ending != Ending::corrected)
      feed.push_back(json::object{
          {"order_number", number},
          {"status_code", 4},
          {"occurred_at", to_rfc3339(act_began_ + (round_of(dossier) + kHandOver + 1) * kBeat)}});
  }
  send_in_batches(by_postman);
  stage_.sim().expect(200, "/sim/post/events", "", json::object{{"events", feed}});
  stage_.sim().expect(200, "/control/feed/flush", "", json::object{});
  say_("act 4: " + std::to_string(notes_.delivery_orders.size()) + " results delivered, refused or returned");
  await_quiet("the one-stop systems to hear of the deliveries");
  look_before_the_proof();
  prove_and_correct();
  deliver_corrected();
  await_quiet("act 5: every final state to reach the one-stop systems");
}

// Everything on the way of a result but its hand-over.
void DemoDay::take_round(const DemoDossier& dossier, const std::string& item, json::array& items) {
  const std::int64_t at = round_of(dossier);
  const auto absent = [&](std::int64_t beats) {
    auto failed = scan(dossier, item, "delivery_failed", at + beats);
    failed["reason"] = "recipient_absent";
    items.push_back(std::move(failed));
  };
  items.push_back(scan(dossier, item, "accepted_at_office", at));
  items.push_back(scan(dossier, item, "in_transit", at + 30));
  items.push_back(scan(dossier, item, "out_for_delivery", at + 60));
  if (dossier.ending == Ending::absent_once || dossier.ending == Ending::failed_twice) {
    absent(70);
    items.push_back(scan(dossier, item, "out_for_delivery", at + 100));
  }
  if (dossier.ending == Ending::refused) items.push_back(scan(dossier, item, "refused", at + 80));
  if (dossier.ending == Ending::failed_twice) {
    absent(110);
    items.push_back(scan(dossier, item, "returning", at + 120));
  }
  if (!given_to_a_person(dossier)) items.push_back(scan(dossier, item, "returned", at + 150));
}

// For a dossier that is corrected later this is the scan of the wrong label: with a recipient and cash.
void DemoDay::hand_over(const DemoDossier& dossier, const std::string& item, json::array& items) {
  const std::int64_t at = round_of(dossier) + kHandOver;
  auto given = scan(dossier, item, "delivered", at);
  if (dossier.ending != Ending::late_proof) given["recipient"] = recipient_of(dossier);
  if (dossier.ending == Ending::corrected) {
    given["cash"] = cash_of(Money(), dossier.delivery_charge, dossier.delivery_postage);
    notes_.taken_back_total += dossier.delivery_charge + dossier.delivery_postage;
    wrong_scans_[dossier.code] = std::string(given.at("event_id").as_string());
  } else {
    take_cash(given, dossier, Money(), dossier.delivery_charge, dossier.delivery_postage);
    notes_.delivered_at[dossier.code] = act_began_ + at * kBeat;
  }
  items.push_back(std::move(given));
}

// A delivery that nobody has proved yet must not stand as returned at the one-stop system.
void DemoDay::look_before_the_proof() {
  std::map<std::string, std::pair<std::int64_t, std::string>> told;
  for (std::size_t after = 0;;) {
    const auto page = stage_.sim().get("/books/dossiers?limit=1000&after=" + std::to_string(after));
    const auto& dossiers = page.body.at("dossiers").as_array();
    if (dossiers.empty()) break;
    after += dossiers.size();
    for (const auto& dossier : dossiers)
      told[std::string(dossier.at("dossier_code").as_string())] = {
          dossier.at("status").as_int64(), std::string(dossier.at("returned_at").as_string())};
  }
  for (const auto& dossier : world_.dossiers) {
    if (!dossier.delivery || dossier.ending != Ending::late_proof) continue;
    ++notes_.awaiting_proof;
    if (told[dossier.code] != std::pair<std::int64_t, std::string>(9, "")) ++notes_.ten_without_proof;
  }
}

// The proofs come in, and who scanned the wrong label says so.
void DemoDay::prove_and_correct() {
  std::map<std::string, json::array> by_postman;
  for (const auto& dossier : world_.dossiers) {
    if (!dossier.delivery) continue;
    const std::string item = notes_.item_codes.at(notes_.delivery_orders.at(dossier.code));
    auto& items = by_postman[world_.postmen[dossier.postman].id];
    const std::int64_t at = round_of(dossier) + kAfterwards;
    if (dossier.ending == Ending::late_proof) {
      auto proof = scan(dossier, item, "proof_recorded", at);
      proof["evidence"] = json::array{json::object{{"kind", "signature"}, {"sha256", std::string(64, 'a')}}};
      items.push_back(std::move(proof));
    }
    if (dossier.ending == Ending::corrected) {
      auto correction = scan(dossier, item, "retracted", at);
      correction["retracts"] = wrong_scans_.at(dossier.code);
      items.push_back(std::move(correction));
    }
  }
  send_in_batches(by_postman);
}

void DemoDay::deliver_corrected() {
  std::map<std::string, json::array> by_postman;
  for (const auto& dossier : world_.dossiers) {
    if (!dossier.delivery || dossier.ending != Ending::corrected) continue;
    const std::string item = notes_.item_codes.at(notes_.delivery_orders.at(dossier.code));
    const std::int64_t at = round_of(dossier) + kHandOverAtLast;
    auto given = scan(dossier, item, "delivered", at);
    given["recipient"] = recipient_of(dossier);
    take_cash(given, dossier, Money(), dossier.delivery_charge, dossier.delivery_postage);
    notes_.delivered_at[dossier.code] = act_began_ + at * kBeat;
    by_postman[world_.postmen[dossier.postman].id].push_back(std::move(given));
  }
  send_in_batches(by_postman);
  say_("  " + std::to_string(notes_.awaiting_proof) + " proofs recorded, " +
       std::to_string(wrong_scans_.size()) + " wrong deliveries taken back and made good");
}

}  // namespace bccid::app
