#include "flow/waybills.hpp"

#include "domain/parcel/item_code.hpp"
#include "tests/flow/order_case.hpp"

#include <set>
#include <thread>

namespace bccid {
namespace {

using namespace std::chrono_literals;

class Waybills : public test::OrderCase {
 protected:
  static std::string code(int serial) {
    return make_item_code("EB", std::to_string(10'000'000 + serial), "VN").value().text;
  }
  static std::string file_of(int from, int count) {
    std::string text = "item_code\n";
    for (int at = 0; at < count; ++at) text += code(from + at) + "\n";
    return text;
  }
  Input<std::size_t> import_file(const std::string& text, const std::string& carrier = "vnpost") {
    return session.in_tx([&](sql::Tx& tx) { return import_waybills(tx, carrier, text, "operator:cli"); });
  }
  void give(int from, int count) {
    const auto stored = import_file(file_of(from, count));
    ASSERT_TRUE(stored);
    ASSERT_EQ(*stored, static_cast<std::size_t>(count));
  }
  SendPlan plan(const std::string& number, std::size_t low = 0) {
    const SendTerms terms{60s, true, low};
    return session.in_tx([&](sql::Tx& tx) { return plan_order_send(tx, number, terms, now); });
  }
  void answer(const std::string& number, SendOutcome outcome) {
    SendReport report;
    report.outcome = outcome;
    report.reason = "x";
    session.in_tx([&](sql::Tx& tx) { apply_send_report(tx, number, report, now); });
  }
  std::string free_and_linked() {
    std::string text;
    auto free = session.in_tx([](sql::Tx& tx) { return free_waybills(tx); });
    for (const auto& stock : session.in_tx([](sql::Tx& tx) { return waybill_stocks(tx); })) {
      EXPECT_EQ(free[stock.carrier], stock.free) << "both ways of counting agree";
      text += stock.carrier + " " + std::to_string(stock.free) + "/" + std::to_string(stock.linked);
    }
    return text;
  }
};

TEST_F(Waybills, AnOrderTakesTheNextFreeNumberAndItsParcelHasIt) {
  give(1, 3);
  const auto order = place("H20.01-1");
  const auto send = plan(order.number);
  ASSERT_EQ(send.step, SendStep::send);
  EXPECT_EQ(send.order.item_code, code(1));
  EXPECT_EQ(session.text("SELECT item_code FROM parcel"), code(1));
  EXPECT_EQ(free_and_linked(), "vnpost 2/1");
  EXPECT_EQ(open_items(), "");
}

TEST_F(Waybills, AnOrderThatIsSentAgainBearsTheSameNumber) {
  give(1, 3);
  const auto order = place("H20.01-1");
  ASSERT_EQ(plan(order.number).order.item_code, code(1));
  answer(order.number, SendOutcome::not_sent);
  EXPECT_EQ(plan(order.number).order.item_code, code(1));
  EXPECT_EQ(free_and_linked(), "vnpost 2/1");
}

TEST_F(Waybills, WithoutANumberTheOrderWaitsIsShownAndGoesOutAfterTheImport) {
  const auto order = place("H20.01-1");
  const auto waiting = plan(order.number, 5);
  EXPECT_EQ(waiting.step, SendStep::no_number);
  EXPECT_EQ(waiting.reason, "no waybill number of carrier vnpost is left");
  EXPECT_EQ(state_of(order.number), "wanted");
  session.sql("UPDATE outbox SET next_at = now() + interval '9 hours', reason = '" + waiting.reason + "'");
  EXPECT_EQ(open_items(), "waybills_exhausted carrier:vnpost");
  give(1, 5);
  EXPECT_EQ(open_items(), "");
  EXPECT_EQ(session.number("SELECT count(*) FROM outbox WHERE next_at > now()"), 0);
  EXPECT_EQ(plan(order.number, 4).order.item_code, code(1));
  EXPECT_EQ(open_items(), "");
  EXPECT_EQ(plan(place("H20.01-2").number, 4).order.item_code, code(2));
  EXPECT_EQ(open_items(), "waybills_low carrier:vnpost");
  EXPECT_EQ(session.text("SELECT detail FROM attention WHERE closed_at IS NULL"),
            "3 waybill numbers of carrier vnpost are left, fewer than 4");
}

TEST_F(Waybills, ANumberThatStandsOnAnotherParcelIsNotFree) {
  give(1, 3);
  place("H20.01-1");
  session.sql("UPDATE parcel SET item_code = '" + code(1) + "'");
  EXPECT_EQ(free_and_linked(), "vnpost 2/1");
  EXPECT_EQ(plan(place("H20.01-2").number, 2).order.item_code, code(2));
  EXPECT_EQ(session.text("SELECT detail FROM attention WHERE closed_at IS NULL"),
            "1 waybill numbers of carrier vnpost are left, fewer than 2");
}

TEST_F(Waybills, APostThatNumbersItsLabelsItselfNeedsNone) {
  give(1, 1);
  const auto order = place("H20.01-1");
  const auto send = session.in_tx([&](sql::Tx& tx) { return plan_order_send(tx, order.number, {60s}, now); });
  EXPECT_EQ(send.step, SendStep::send);
  EXPECT_EQ(send.order.item_code, "");
  EXPECT_EQ(free_and_linked(), "vnpost 1/0");
}

TEST_F(Waybills, SendersThatTakeAtOnceTakeDifferentNumbers) {
  give(1, 20);
  std::vector<std::string> numbers;
  for (int at = 1; at <= 16; ++at) numbers.push_back(place("H20.01-" + std::to_string(at)).number);
  std::vector<std::string> taken(numbers.size());
  std::vector<std::thread> senders;
  for (std::size_t first = 0; first < 4; ++first)
    senders.emplace_back([&, first] {
      test::Session own(database.dsn());
      const SendTerms terms{60s, true, 0};
      for (auto at = first; at < numbers.size(); at += 4)
        own.in_tx(
            [&](sql::Tx& tx) { taken[at] = plan_order_send(tx, numbers[at], terms, now).order.item_code; });
    });
  for (auto& sender : senders) sender.join();
  EXPECT_EQ(std::set<std::string>(taken.begin(), taken.end()).size(), numbers.size());
  EXPECT_EQ(free_and_linked(), "vnpost 4/16");
}

TEST_F(Waybills, TheSameRangeAgainIsNoNews) {
  give(1, 3);
  const auto again = import_file(file_of(2, 4));
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, 2U);
  EXPECT_EQ(free_and_linked(), "vnpost 5/0");
  EXPECT_EQ(session.number("SELECT count(*) FROM audit WHERE action = 'waybill.import'"), 2);
}

TEST_F(Waybills, AFileWithAWrongNumberIsRefusedWholeAndEachIsNamed) {
  give(1, 1);
  const auto order = place("H20.01-1");
  session.sql("UPDATE parcel SET item_code = '" + code(7) + "'");
  auto wrong_digit = code(8);
  wrong_digit[10] = wrong_digit[10] == '0' ? '1' : '0';
  const auto refused = import_file("item_code\n" + code(5) + "\n" + wrong_digit + "\nxyz\n" + code(5) + "\n");
  ASSERT_FALSE(refused);
  std::string places;
  for (const auto& error : refused.error().errors) places += error.pointer + " ";
  EXPECT_EQ(places, "/line/3 /line/4 /line/5 ");
  const auto taken = import_file("item_code\n" + code(1) + "\n" + code(7) + "\n", "vnpost2");
  ASSERT_FALSE(taken);
  ASSERT_EQ(taken.error().errors.size(), 2U);
  EXPECT_EQ(taken.error().errors[0].detail, code(1) + " belongs to the numbers of carrier vnpost");
  EXPECT_EQ(taken.error().errors[1].detail, code(7) + " belongs to the parcel of order " + order.number);
  EXPECT_FALSE(import_file("code\nx\n"));
  EXPECT_EQ(free_and_linked(), "vnpost 1/0");
}

TEST_F(Waybills, PostgreSqlRefusesToLinkANumberTwiceOrToLoseIt) {
  give(1, 2);
  const auto one = place("H20.01-1"), other = place("H20.01-2");
  ASSERT_EQ(plan(one.number).order.item_code, code(1));
  for (const auto* text :
       {"UPDATE waybill SET order_id = (SELECT max(id) FROM orders) WHERE order_id IS NOT NULL",
        "UPDATE waybill SET order_id = NULL, linked_at = NULL WHERE order_id IS NOT NULL",
        "UPDATE waybill SET item_code = 'EB999999999VN'", "DELETE FROM waybill", "TRUNCATE waybill"})
    EXPECT_NE(session.refusal(text), "") << text;
  EXPECT_EQ(free_and_linked(), "vnpost 1/1");
}

}  // namespace
}  // namespace bccid
