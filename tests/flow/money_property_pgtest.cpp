// Any sequence of what people and machines do with money, against a second, naive count of where it is; after
// each step every check of schemas/sql/verify runs (I14 to I18).

#include "flow/accept_scans.hpp"
#include "flow/close_day.hpp"
#include "flow/matches_by_hand.hpp"
#include "flow/payer_transfers.hpp"
#include "flow/split_lines.hpp"
#include "tests/flow/break_day.hpp"
#include "tests/support/builders.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <utility>

namespace bccid {
namespace {

using namespace std::chrono_literals;

// Where the money of one agency is, counted as a person with a sheet of paper would.
struct Count {
  std::int64_t cash = 0, office = 0, sent = 0, paid_out = 0;
};

class MoneyProperty : public test::BreakDay, public testing::WithParamInterface<unsigned> {
 protected:
  // Every other province takes small differences for settled.
  MoneyProperty() {
    if (GetParam() % 2 == 0) rules.tolerance = {Money(100), Money(200)};
    rules.transfer_within = 6h;
  }

  std::int64_t pick(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random_() % static_cast<unsigned long>(high - low + 1));
  }
  void note(const std::string& what) { story_ += what + '\n'; }

  void place_order() {
    const std::string number = "A" + std::to_string(++orders_);
    std::vector<WantedCharge> wanted{{"fee", Money(1'000 * pick(1, 9))}};
    if (pick(0, 1) == 1) wanted.push_back({"charge", Money(1'000 * pick(1, 9))});
    if (pick(0, 1) == 1) wanted.push_back({"postage", Money(1'000 * pick(1, 9))});
    note("order " + number);
    order(number, wanted);
  }

  // Exactly, less, more, or again.
  void take_cash() {
    if (orders_ == 0) return place_order();
    const std::string number = "A" + std::to_string(pick(1, orders_));
    const auto id = session.number("SELECT id FROM orders WHERE number = '" + number + "'");
    const auto due = [&](const std::string& kind) {
      const auto owed = session.number(
          "SELECT coalesce(sum(amount), 0)::bigint FROM charge WHERE state = 'due' AND kind = '" + kind +
          "' AND order_id = " + std::to_string(id));
      return std::max<std::int64_t>(
          0, owed + std::array<std::int64_t, 4>{0, 0, -500, 700}.at(static_cast<std::size_t>(pick(0, 3))));
    };
    auto taken = cash(id, number, Money(due("fee")), Money(due("charge")), Money(due("postage")));
    taken.occurred_at = now;
    const Money sum = taken.fee + taken.charge + taken.postage;
    if (sum.zero()) return;
    note("collect " + std::to_string(sum.dong()) + " on " + number);
    collect({taken});
    count_.cash += sum.dong();
    events_.push_back({taken.event_key, sum.dong()});
  }

  void retract() {
    if (events_.empty()) return;
    const auto at = static_cast<std::size_t>(pick(0, static_cast<std::int64_t>(events_.size()) - 1));
    const auto event = events_.at(at).first;
    const auto back = session.in_tx([&](sql::Tx& tx) { return reverse_cash(tx, {event}, "postman-7", now); });
    note("retract " + event.to_text() + (back.empty() ? ": kept" : ""));
    if (back.empty()) return;
    count_.cash -= events_.at(at).second;
    events_.erase(events_.begin() + static_cast<std::ptrdiff_t>(at));
  }

  void bring_in() {
    if (count_.cash == 0) return;
    const auto off = std::array<std::int64_t, 4>{0, 0, -300, 400}.at(static_cast<std::size_t>(pick(0, 3)));
    const auto counted = std::max<std::int64_t>(0, count_.cash + off);
    note("hand in " + std::to_string(counted) + " of " + std::to_string(count_.cash));
    ASSERT_TRUE(hand_all_in(Money(counted)));
    // The post answers for what its collector lacks: the till is owed all of it.
    count_.office += std::max(count_.cash, counted);
    count_.cash = 0;
  }

  void send_on() {
    const auto sent = send();
    ASSERT_TRUE(sent);
    for (const auto& one : *sent) {
      note("remit " + one.reference + " of " + std::to_string(one.amount.dong()));
      count_.office -= one.amount.dong();
      count_.sent += one.amount.dong();
    }
  }

  void import_lines() {
    std::vector<BankLine> lines;
    for (auto left = pick(1, 3); left > 0; --left) {
      const std::string ref = "FT" + std::to_string(++lines_);
      const auto known = session.text(
          "SELECT coalesce((SELECT reference || '|' || amount FROM remittance ORDER BY md5(reference || " +
          std::to_string(pick(1, 9'999)) + ") LIMIT 1), '')");
      if (known.empty() || pick(0, 4) == 0) {
        lines.push_back(line(ref, pick(0, 3) == 0 ? -700 : 9'000, "khong ro"));
        continue;
      }
      const auto bar = known.find('|');
      const auto off = std::array<std::int64_t, 4>{0, 0, -100, 200}.at(static_cast<std::size_t>(pick(0, 3)));
      lines.push_back(line(ref, std::stoll(known.substr(bar + 1)) + off, known.substr(0, bar)));
    }
    note("import " + std::to_string(lines.size()) + " lines");
    ASSERT_TRUE(import_file(statement(lines)));
  }

  // An order with a fee that is due; its id and how much.
  std::pair<std::int64_t, std::int64_t> some_due_fee() {
    const auto found = session.text(
        "SELECT coalesce((SELECT order_id || ' ' || sum(amount) FROM charge WHERE state = 'due' AND kind = "
        "'fee' "
        "GROUP BY order_id ORDER BY md5(order_id::text || " +
        std::to_string(pick(1, 9'999)) + ") LIMIT 1), '')");
    if (found.empty()) return {};
    return {std::stoll(found), std::stoll(found.substr(found.find(' ')))};
  }

  // The payer's own transfer: exactly, less, more.
  void pay_by_transfer() {
    const auto [id, due] = some_due_fee();
    if (id == 0) return place_order();
    const PaymentReference reference{ChargeKind::fee, id, ++attempts_[id] - 1};
    if (reference.attempt >= kPaymentAttempts) return;
    const auto off = std::array<std::int64_t, 4>{0, 0, -400, 600}.at(static_cast<std::size_t>(pick(0, 3)));
    note("transfer " + std::to_string(due + off) + " as " + payment_reference_text(reference));
    ASSERT_TRUE(import_file(statement(
        {line("FT" + std::to_string(++lines_), due + off, "IBFT " + payment_reference_text(reference))})));
    count_.sent += std::min(due, due + off);
  }

  // Handed over because the payer promised to pay by the code that he was shown: it is nobody's cash, and is
  // asked for only when its time is over.
  void deliver_on_a_promise() {
    const auto number = session.text(
        "SELECT coalesce((SELECT order_number FROM parcel WHERE final_at IS NULL ORDER BY md5(order_number "
        "|| " +
        std::to_string(pick(1, 9'999)) + ") LIMIT 1), '')");
    if (number.empty()) return place_order();
    note("promise for " + number);
    for (const auto* code : {"collected", "out_for_delivery", "delivered"}) {
      auto scan = test::scan_of(number, code, now += 1min);
      scan.by_transfer = std::string_view(code) == "delivered";
      session.in_tx([&](sql::Tx& tx) { return accept_scans(tx, {&scan, 1}, now); });
    }
    promised_[number] = now;
    look_for_breaks();
    for (const auto& [promised, at] : promised_) {
      const std::string of_it =
          " FROM charge c JOIN orders o ON o.id = c.order_id WHERE c.state = 'due' AND c.kind <> 'postage' "
          "AND o.number = '" +
          promised + "' AND ";
      const std::string asked =
          "EXISTS (SELECT 1 FROM recon_break b WHERE b.subject = 'charge:' || c.id AND b.type = "
          "'delivered_unpaid' AND ";
      if (now - at < rules.transfer_within)
        EXPECT_EQ(session.number("SELECT count(*)" + of_it + asked + "b.resolved_at IS NULL)"), 0)
            << promised;
      else
        EXPECT_EQ(session.number("SELECT count(*)" + of_it + "NOT " + asked +
                                 "(b.resolved_at IS NULL OR b.resolved_by NOT LIKE 'rule:%'))"),
                  0)
            << promised;
    }
  }

  void pay_online() {
    const auto [id, due] = some_due_fee();
    if (id == 0) return place_order();
    const std::string reference = "PF-" + std::to_string(++lines_);
    note("online " + std::to_string(due) + " as " + reference);
    const PayerTransfer paid{id, ChargeKind::fee, "1010001", Money(due), reference, now, kPaidOnline};
    const auto booked = session.in_tx([&](sql::Tx& tx) { return book_transfers(tx, finance, {paid}, now); });
    ASSERT_EQ(booked.amounts, std::vector{Money(due)});
    count_.sent += due;
  }

  void take_match_apart() {
    const auto id = session.text(
        "SELECT coalesce((SELECT public_id::text FROM line_match WHERE undone_at IS NULL "
        "ORDER BY md5(public_id::text || " +
        std::to_string(pick(1, 9'999)) + ") LIMIT 1), '')");
    if (id.empty()) return;
    note("undo a match");
    const auto match = parse_uuid(id).value();
    ASSERT_TRUE(
        session.in_tx([&](sql::Tx& tx) { return undo_match(tx, finance, match, "wrong", now, rules); }));
  }

  void match_by_hand() {
    const auto line_id = session.number(
        "SELECT coalesce((SELECT l.id FROM statement_line l WHERE l.amount > 0 AND NOT EXISTS (SELECT 1 FROM "
        "matched_line m WHERE m.line_id = l.id AND NOT m.undone) AND NOT EXISTS (SELECT 1 FROM line_split s "
        "WHERE s.joined_at IS NULL AND s.line_id = l.id) AND NOT EXISTS (SELECT 1 FROM line_split s "
        "WHERE s.joined_at IS NOT NULL AND s.id = l.split_id) ORDER BY l.id DESC LIMIT 1), 0)");
    const auto reference = awaited_reference();
    if (line_id == 0 || reference.empty()) return;
    note("match line " + std::to_string(line_id) + " with " + reference);
    const MatchWish wish{{line_id}, {reference}, "seen on the bank's page"};
    ASSERT_TRUE(session.in_tx([&](sql::Tx& tx) { return match_by_person(tx, finance, wish, now, rules); }));
  }

  std::string awaited_reference() {
    return session.text(
        "SELECT coalesce((SELECT reference FROM remittance WHERE state = 'sent' ORDER BY id LIMIT 1), '')");
  }
  // A line that came in and waits for its explanation: its id and how much; zero when there is none.
  std::pair<std::int64_t, std::int64_t> some_open_line() {
    const auto found = session.text(
        "SELECT coalesce((SELECT l.id || ' ' || l.amount FROM recon_break b JOIN statement_line l "
        "ON b.subject = 'line:' || l.line_key WHERE b.resolved_at IS NULL AND l.amount > 1 "
        "ORDER BY md5(l.id::text || " +
        std::to_string(pick(1, 9'999)) + ") LIMIT 1), '')");
    if (found.empty()) return {};
    return {std::stoll(found), std::stoll(found.substr(found.find(' ')))};
  }

  void split_a_line() {
    const auto [id, amount] = some_open_line();
    if (id == 0) return import_lines();
    const auto first = pick(1, amount - 1);
    note("split line " + std::to_string(id) + " of " + std::to_string(amount) + " at " +
         std::to_string(first));
    const SplitWish wish{id, {{Money(first)}, {Money(amount - first)}}, "two things"};
    ASSERT_TRUE(session.in_tx([&](sql::Tx& tx) { return split_line(tx, finance, wish, now, rules); }));
  }
  // Refused where something was done with a part.
  void join_a_line() {
    const auto id = session.number(
        "SELECT coalesce((SELECT line_id FROM line_split WHERE joined_at IS NULL ORDER BY md5(id::text || " +
        std::to_string(pick(1, 9'999)) + ") LIMIT 1), 0)");
    if (id == 0) return split_a_line();
    const JoinWish wish{id, "one thing after all"};
    const auto joined = session.in_tx([&](sql::Tx& tx) { return join_line(tx, finance, wish, now, rules); });
    note("join line " + std::to_string(id) + (joined ? "" : ": refused"));
  }
  void match_a_part_of_a_line() {
    const auto [id, amount] = some_open_line();
    const auto reference = awaited_reference();
    if (id == 0 || reference.empty()) return split_a_line();
    MatchWish wish{{id}, {reference}, "a part of it"};
    wish.amount = Money(pick(1, amount));
    note("match " + std::to_string(wish.amount->dong()) + " of line " + std::to_string(id) + " with " +
         reference);
    ASSERT_TRUE(session.in_tx([&](sql::Tx& tx) { return match_by_person(tx, finance, wish, now, rules); }));
  }

  void something_stops() {
    if (orders_ == 0) return;
    const std::string number = "A" + std::to_string(pick(1, orders_));
    if (pick(0, 2) > 0) {
      note("dossier of " + number + " is refused");
      session.sql("UPDATE dossier SET portal_status = 3 WHERE code = 'D-" + number + "'");
    } else {
      note("dossier of " + number + " goes on");
      session.sql("UPDATE dossier SET portal_status = 4 WHERE code = 'D-" + number + "'");
    }
    look_for_breaks();
  }

  // A break and an action that it lists; what cannot be done is refused and changes nothing.
  void end_some_break() {
    // Refunds are a few among many; they are asked for by name every other time.
    const BreakQuestion question{
        .type = std::array<std::string, 4>{"", "", "receipt_for_refused_dossier", "refund_owed"}.at(
            static_cast<std::size_t>(pick(0, 3)))};
    const auto found =
        session.in_tx([&](sql::Tx& tx) { return list_breaks(tx, finance, question, {}, now); });
    if (found->items.empty()) return;
    const auto last = static_cast<std::int64_t>(found->items.size()) - 1;
    const auto& one = found->items.at(static_cast<std::size_t>(pick(0, last)));
    const auto ends = ends_of(one.type, one.amount);
    const auto action =
        ends.at(static_cast<std::size_t>(pick(0, static_cast<std::int64_t>(ends.size()) - 1)));
    // A short match that is accepted leaves money in transit that verify asks an open break for.
    if (action == BreakAction::accept && one.type == BreakType::short_paid) return;
    const bool office_pays = action == BreakAction::pay_back || action == BreakAction::refund;
    const BreakWish wish{action, "as the paper says", office_pays ? "82001" : ""};
    const auto proposed =
        session.in_tx([&](sql::Tx& tx) { return propose_end(tx, finance, one.id, wish, now); });
    const bool ended = proposed && (!needs_second_person(action) || decided(one.id));
    note(std::string(name(action)) + " of " + std::string(name(one.type)) + ' ' + one.subject +
         (ended ? "" : ": refused"));
    if (ended) count_end(one, action);
  }

  bool decided(const Uuid& id) {
    if (session.in_tx([&](sql::Tx& tx) { return decide_end(tx, second, id, true, "", now); })) return true;
    EXPECT_TRUE(session.in_tx([&](sql::Tx& tx) { return decide_end(tx, second, id, false, "no", now); }));
    return false;
  }

  void count_end(const BreakView& one, BreakAction action) {
    std::int64_t out = 0;
    if (action == BreakAction::pay_back) out = one.amount.dong();
    if (action == BreakAction::refund) {
      const auto owed = session.number(
          "SELECT coalesce((SELECT -amount FROM recon_break WHERE type = 'refund_owed' AND subject = '" +
          one.subject + "'), 0)");
      out = one.amount.dong() - owed;
    }
    count_.office -= out;
    count_.paid_out += out;
  }

  void step() {
    now += std::chrono::minutes(pick(1, 90));
    switch (pick(0, 28)) {
      case 0:
      case 1: return place_order();
      case 2:
      case 3:
      case 4:
      case 5: return take_cash();
      case 6: return retract();
      case 7:
      case 8: return bring_in();
      case 9:
      case 10: return send_on();
      case 11:
      case 12: return import_lines();
      case 13: return take_match_apart();
      case 14: return match_by_hand();
      case 15: return something_stops();
      case 16:
      case 17:
      case 18: return end_some_break();
      case 19:
      case 20: return pay_by_transfer();
      case 21: return pay_online();
      case 22: return split_a_line();
      case 23: return join_a_line();
      case 24:
      case 25: return match_a_part_of_a_line();
      case 26:
      case 27: return deliver_on_a_promise();
      default: return close_the_day();
    }
  }

  void close_the_day() {
    note("close the day");
    (void)session.in_tx([&](sql::Tx& tx) { return close_day(tx, clerk, "82001", now); });
    session.in_tx([&](sql::Tx& tx) { sum_closed_days(tx, now); });
  }

  std::int64_t held_by(const std::string& role) {
    return session.number(
        "SELECT coalesce(sum(CASE p.side WHEN 'D' THEN p.amount ELSE -p.amount END), 0)::bigint "
        "FROM account a JOIN posting p ON p.account_id = a.id WHERE a.role = '" +
        role + "'");
  }
  void compare() {
    EXPECT_EQ(held_by("cash"), count_.cash);
    EXPECT_EQ(held_by("office"), count_.office);
    EXPECT_EQ(session.number("SELECT coalesce(sum(amount), 0)::bigint FROM remittance"), count_.sent);
    EXPECT_EQ(session.number("SELECT coalesce(sum(p.amount), 0)::bigint FROM posting p "
                             "JOIN account a ON a.id = p.account_id JOIN journal j ON j.id = p.journal_id "
                             "WHERE j.kind = 'refunded' AND a.role = 'office' AND p.side = 'C'"),
              count_.paid_out);
    test::expect_verified(database.dsn());
  }

  std::string story_;

 private:
  std::mt19937 random_{GetParam()};
  Count count_;
  std::int64_t orders_ = 0, lines_ = 0;
  std::map<std::int64_t, int> attempts_;               // transfers of each order
  std::map<std::string, Time> promised_;               // by the number of the order
  std::vector<std::pair<Uuid, std::int64_t>> events_;  // and what each took
};

TEST_P(MoneyProperty, HoldsAfterEveryStep) {
  for (int steps = 0; steps < 60 && !HasFailure(); ++steps) {
    step();
    compare();
  }
  if (HasFailure()) ADD_FAILURE() << "after, with seed " << GetParam() << ":\n" << story_;
}

INSTANTIATE_TEST_SUITE_P(Seeds, MoneyProperty, testing::Values(1U, 2U, 3U));

}  // namespace
}  // namespace bccid
