#include "flow/accept_scans.hpp"
#include "flow/held_scans.hpp"
#include "store/parcel_store.hpp"
#include "tests/flow/post_day.hpp"

#include <array>
#include <thread>

namespace bccid {
namespace {

using namespace std::chrono_literals;

// Scans beside other transactions at the same parcels and dossiers: who waits for whom.
class ScanLocks : public test::PostDay {
 protected:
  template <class First>
  bool scan_beside(const Scan& one, First first) {
    return waits_for(first, [&](sql::Tx& tx) { accept_scans(tx, {&one, 1}, now); });
  }
};

TEST_F(ScanLocks, AnOrderThatIsAcknowledgedWhileItsParcelEndsIsCompleted) {
  const auto order = wish(test::delivery_wish(test::dossier_code(1))).value();
  begin_send(order.number);
  walk(order.number, {"collected", "out_for_delivery"}, now);
  const auto last = test::scan_of(order.number, "delivered", now + 1h);
  EXPECT_TRUE(scan_beside(last, [&](sql::Tx& tx) {
    SendReport yes;
    yes.outcome = SendOutcome::accepted;
    apply_send_report(tx, order.number, yes, now);
  }));
  EXPECT_EQ(read(order.id).state, "completed");
}

TEST_F(ScanLocks, ACorrectionOfAnEarlierDeliveryAndAScanOfTheLaterOneAreToldOneAfterTheOther) {
  const auto code = test::dossier_code(1);
  const auto earlier = delivery(1);
  walk(earlier, {"collected", "out_for_delivery"}, now);
  const auto returned = test::scan_of(earlier, "returned", now + 10min);
  scan_one(returned);
  EXPECT_EQ(parcel("one_of_several", earlier), "false");
  const auto later = delivery(1);
  ASSERT_NE(later, earlier);
  EXPECT_EQ(parcel("one_of_several", earlier), "true");
  EXPECT_EQ(parcel("one_of_several", later), "true");
  walk(later, {"collected"}, now + 1h);
  // The return was a mistake: the result was given then, with proof. At the same time the later parcel moves.
  auto given = test::scan_of(earlier, "delivered", now + 11min);
  given.evidence = true;
  const std::array correction{retraction_of(returned, now + 2h), given};
  const auto moves = test::scan_of(later, "in_transit", now + 2h);
  EXPECT_TRUE(scan_beside(moves, [&](sql::Tx& tx) { accept_scans(tx, correction, now); }));
  EXPECT_TRUE(told(code).ends_with(" 10 9")) << told(code);
  EXPECT_EQ(session.number("SELECT told_status FROM dossier"), 9);  // what was told last
}

TEST_F(ScanLocks, AnOrderOfADossierTakesItsParcelBeforeTheDossierAsScansDo) {
  const auto earlier = delivery(1);
  walk(earlier, {"collected", "out_for_delivery"}, now);
  const auto returned = test::scan_of(earlier, "returned", now + 10min);
  scan_one(returned);
  // A scan that has the parcel and only then wants the dossier does not find an order in between.
  bool dossier_is_free = false;
  test::Session third(database.dsn());
  test::Session scanner(database.dsn());
  std::thread order;
  scanner.in_tx([&](sql::Tx& tx) {
    lock_parcels(tx, {}, {earlier});
    order = std::thread([&] {
      test::Session mine(database.dsn());
      mine.in_tx([&](sql::Tx& other) {
        return place_order(other, clerk, test::kAgencyA, "post", test::delivery_wish(test::dossier_code(1)),
                           now);
      });
    });
    const std::string waiting =
        "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while (count(waiting) == 0) std::this_thread::yield();
    dossier_is_free = third.refusal("BEGIN; SELECT 1 FROM dossier FOR UPDATE NOWAIT; ROLLBACK").empty();
  });
  order.join();
  EXPECT_TRUE(dossier_is_free);
  EXPECT_EQ(count("orders"), 2);
}

TEST_F(ScanLocks, AScanAtAParcelMakesTheNextOrderOfItsDossierWaitAndSeeIt) {
  const auto earlier = delivery(1);
  walk(earlier, {"collected", "out_for_delivery"}, now);
  const auto returned = test::scan_of(earlier, "returned", now + 10min);
  scan_one(returned);
  const auto correction = retraction_of(returned, now + 1h);
  const auto ordered = waits_for(
      [&](sql::Tx& tx) {
        accept_scans(tx, {&correction, 1}, now);
      },
      [&](sql::Tx& tx) {
        const auto next = test::delivery_wish(test::dossier_code(1));
        const auto found = place_order(tx, clerk, test::kAgencyA, "post", next, now);
        ASSERT_TRUE(found);
        EXPECT_TRUE(found->existed);
      });
  EXPECT_TRUE(ordered);
  EXPECT_EQ(count("orders"), 1);  // it saw that the parcel travels again
}

TEST_F(ScanLocks, AnotherScanOfAHeldItemWaitsForTheOrderThatAdoptsIt) {
  const auto wanted = test::delivery_wish(test::dossier_code(1));
  const auto number = wanted.dossier_code + "-T1";
  scan_one(test::scan_of(number, "collected", now));
  ASSERT_EQ(open_attention_text(), "unknown_parcel parcel:" + number);
  const auto again = test::scan_of(number, "in_transit", now + 1min);
  EXPECT_TRUE(scan_beside(
      again, [&](sql::Tx& tx) { EXPECT_TRUE(place_order(tx, clerk, test::kAgencyA, "post", wanted, now)); }));
  EXPECT_EQ(state(number), "in_transit");
  EXPECT_EQ(open_attention_text(), "");
}

TEST_F(ScanLocks, ADiscardWaitsForAScanOfTheSameItem) {
  const auto item = test::item_code(1);
  scan_one(test::scan_of(item, "collected", now));
  const auto one = test::scan_of(item, "in_transit", now + 1min);
  EXPECT_TRUE(waits_for(
      [&](sql::Tx& tx) {
        accept_scans(tx, {&one, 1}, now);
      },
      [&](sql::Tx& tx) {
        EXPECT_EQ(discard_held_scans(tx, item, clerk, "label of another post", now).value(), 2U);
      }));
  EXPECT_EQ(open_attention_text(), "");
}

TEST_F(ScanLocks, AScanAndTheOrderThatMakesItsParcelKnownNeverMissEachOther) {
  for (const bool scan_first : {true, false}) {
    const auto wanted = test::delivery_wish(test::dossier_code(scan_first ? 1 : 2));
    const auto number = wanted.dossier_code + "-T1";
    const auto one = test::scan_of(number, "collected", now);
    const auto scans = [&](sql::Tx& tx) { accept_scans(tx, {&one, 1}, now); };
    const auto orders = [&](sql::Tx& tx) {
      EXPECT_TRUE(place_order(tx, clerk, test::kAgencyA, "post", wanted, now));
    };
    EXPECT_TRUE(scan_first ? waits_for(scans, orders) : waits_for(orders, scans));
    EXPECT_EQ(state(number), "collected");
    EXPECT_EQ(open_attention_text(), "");
  }
}

}  // namespace
}  // namespace bccid
