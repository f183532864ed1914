#include "tests/daemon/running_daemon.hpp"

#include "base/ids.hpp"
#include "base/time_text.hpp"
#include "store/verify.hpp"

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <algorithm>
#include <atomic>
#include <map>
#include <set>
#include <thread>

namespace bccid::test {
namespace {

namespace json = boost::json;

constexpr Money kPostage{27'000};

const sql::Query kEvents{"e2e_events", R"(
SELECT count(*), count(DISTINCT event_key) FROM parcel_event WHERE source = 'bccid')"};
const sql::Query kWaiting{"e2e_waiting",
                          R"(SELECT count(*) FROM outbox WHERE state IN ('scheduled', 'leased'))"};

class ScanToWebhook : public ::testing::Test {
 protected:
  std::string order_number(const app::DemoDossier& dossier) {
    return order_number(dossier, daemon_.stage->bccid());
  }
  std::string order_number(const app::DemoDossier& dossier, app::DemoClient& client) {
    json::object body;
    body["agency"] = daemon_.world.agencies[dossier.agency].code;
    body["leg"] = "delivery";
    body["dossier_code"] = dossier.code;
    body["procedure_code"] = dossier.procedure;
    body["portal_status"] = 9;
    body["citizen"] = json::object{{"name", dossier.citizen},
                                   {"phone", dossier.phone},
                                   {"address", dossier.address},
                                   {"province_code", "82"},
                                   {"commune_code", dossier.commune}};
    body["charges"] = json::array{json::object{{"kind", "charge"}, {"amount_vnd", charge_of(dossier).dong()}},
                                  json::object{{"kind", "postage"}, {"amount_vnd", kPostage.dong()}}};
    const auto order = client.expect(201, "/v1/orders", clerk(), body);
    return std::string(order.at("number").as_string());
  }

  // Different for each dossier, so that no two amounts can stand for each other in a sum.
  static Money charge_of(const app::DemoDossier& dossier) {
    return Money(10'000 + 1'000 * static_cast<std::int64_t>(dossier.index * dossier.index));
  }

  json::object paid_delivery(const std::string& item, const app::DemoDossier& dossier,
                             std::chrono::milliseconds after) {
    auto given = scan(item, "delivered", after);
    given["recipient"] = json::object{{"kind", "self"}, {"id_checked", true}};
    given["cash"] = json::object{{"charge_vnd", charge_of(dossier).dong()}, {"postage_vnd", kPostage.dong()}};
    return given;
  }

  // What each account of cash in a postman's bag holds.
  std::map<std::string, Money> cash_in_bags() {
    const auto balances = daemon_.stage->bccid().get("/v1/ledger/balances", daemon_.stage->token("ketoan"));
    std::map<std::string, Money> held;
    for (const auto& entry : balances.body.at("accounts").as_array()) {
      const std::string account(entry.at("account").as_string());
      if (account.starts_with("cash/"))
        held[account] = Money(entry.at("debit_vnd").as_int64()) - Money(entry.at("credit_vnd").as_int64());
    }
    return held;
  }

  const std::string& clerk() { return daemon_.stage->token(daemon_.world.postmen.front().id); }

  json::object scan(const std::string& item, const char* code, std::chrono::milliseconds after) {
    json::object out;
    out["event_id"] = new_uuid_v7(SystemClock().now()).to_text();
    out["device"] = "pda-e2e";
    out["item"] = item;
    out["code"] = code;
    out["occurred_at"] = to_rfc3339(began_ + after);
    return out;
  }

  void expect_invariants() {
    const auto report = run_verify(daemon_.stage->dsn()).value();
    for (const auto& finding : report.findings) ADD_FAILURE() << finding.check << ": " << finding.text;
  }

  RunningDaemon daemon_;
  Time began_ = SystemClock().now() - std::chrono::minutes(5);
};

TEST_F(ScanToWebhook, ADeliveredScanReachesTheSubscriberSignedAndTheDossierAsTen) {
  const auto& dossier = daemon_.world.dossiers[2];
  const std::string number_of = order_number(dossier);
  auto given = scan(number_of, "delivered", std::chrono::seconds(2));
  given["recipient"] = json::object{{"kind", "self"}, {"id_checked", true}};
  const json::array items{scan(number_of, "collected", std::chrono::seconds(1)), given};
  const auto answer =
      daemon_.stage->bccid().expect(200, "/v1/scans", clerk(), json::object{{"items", items}});
  ASSERT_EQ(answer.at("accepted").as_int64(), 2) << answer;
  ASSERT_TRUE(comes_true([&] { return daemon_.number(kWaiting) == 0; })) << daemon_.log_text();

  const auto hooks = daemon_.stage->sim().get("/books/webhooks").body;
  EXPECT_EQ(hooks.at("refused").as_int64(), 0) << "a signature was wrong";
  ASSERT_FALSE(hooks.at("bodies").as_array().empty());
  const auto event = json::parse(hooks.at("bodies").as_array().back().at("body").as_string());
  EXPECT_EQ(event.at("type").as_string(), "vn.bccid.parcel.delivered");
  EXPECT_EQ(event.at("data").at("dossier_code").as_string(), dossier.code);
  const auto dossiers = daemon_.stage->sim().get("/books/dossiers").body.at("dossiers").as_array();
  ASSERT_EQ(dossiers.size(), 1U);
  EXPECT_EQ(dossiers.front().at("status").as_int64(), 10);
  expect_invariants();
}

TEST_F(ScanToWebhook, TwoDaemonsOnOneDatabaseShareTheWorkAndEitherDoesItAlone) {
  SecondDaemon second(daemon_.directory(), daemon_.config_text());
  app::DemoClient beside(second.url());
  const std::string token = clerk();
  json::array items;
  for (const auto& dossier : daemon_.world.dossiers) {
    const bool odd = dossier.index % 2 == 1;
    const auto number = order_number(dossier, odd ? beside : daemon_.stage->bccid());
    items.push_back(scan(number, "collected", std::chrono::seconds(1)));
  }
  beside.expect(200, "/v1/scans", token, json::object{{"items", items}});
  ASSERT_TRUE(comes_true([&] { return daemon_.number(kWaiting) == 0; })) << second.log_text();
  EXPECT_EQ(daemon_.stage->stop_daemon(), 0) << daemon_.log_text();
  for (auto& one : items) {
    auto& next = one.as_object();
    next = scan(std::string(next.at("item").as_string()), "in_transit", std::chrono::seconds(2));
  }
  beside.expect(200, "/v1/scans", token, json::object{{"items", items}});
  EXPECT_TRUE(comes_true([&] { return daemon_.number(kWaiting) == 0; })) << second.log_text();
  EXPECT_EQ(second.stop(), 0) << second.log_text();

  const auto orders = daemon_.stage->sim().get("/books/orders").body.at("orders").as_array();
  EXPECT_EQ(orders.size(), daemon_.world.dossiers.size());
  for (const auto& order : orders) EXPECT_EQ(order.at("times_created").as_int64(), 1) << order;
  const auto hooks = daemon_.stage->sim().get("/books/webhooks").body.at("bodies").as_array();
  std::map<std::string, int> collected, travelling;
  for (const auto& hook : hooks) {
    const auto event = json::parse(hook.at("body").as_string());
    auto& seen = event.at("type").as_string() == "vn.bccid.parcel.collected" ? collected : travelling;
    ++seen[std::string(event.at("subject").as_string())];
  }
  EXPECT_EQ(collected.size(), orders.size());
  EXPECT_EQ(travelling.size(), orders.size());
  expect_invariants();
}

// The scanner's point of view: batches whose answer was lost are sent again under the same keys.
TEST_F(ScanToWebhook, AKillInTheMiddleOfScanBatchesLosesAndDoublesNeitherScansNorCash) {
  const auto& dossiers = daemon_.world.dossiers;
  std::vector<std::string> numbers;
  for (const auto& dossier : dossiers) numbers.push_back(order_number(dossier));
  std::vector<json::array> batches;
  std::map<std::string, Money> taken;
  std::size_t events = 0;
  // Each round but the first may deliver one result for cash, so that the kill falls among the cash.
  const auto delivered_in = [](std::size_t dossier) { return 1 + dossier * 3 / 2; };
  for (std::size_t round = 0; round <= delivered_in(dossiers.size() - 1); ++round) {
    json::array items;
    const auto at = std::chrono::seconds(round + 1);
    for (std::size_t i = 0; i < dossiers.size(); ++i) {
      if (round > delivered_in(i)) continue;
      ++events;
      if (round < delivered_in(i)) {
        items.push_back(scan(numbers[i], round == 0 ? "collected" : "in_transit", at));
        continue;
      }
      items.push_back(paid_delivery(numbers[i], dossiers[i], at));
      const std::string& agency = daemon_.world.agencies[dossiers[i].agency].code;
      const std::string& postman = daemon_.world.postmen.front().id;
      taken["cash/charge/" + agency + "/" + postman] += charge_of(dossiers[i]);
      taken["cash/postage/" + agency + "/" + postman] += kPostage;
    }
    batches.push_back(std::move(items));
  }
  const std::string token = clerk();
  const auto body = [&](const json::array& items) { return json::object{{"items", items}}; };
  std::vector<char> answered(batches.size(), 0);
  std::atomic<int> sent{0};
  std::thread device([&] {
    app::DemoClient client(daemon_.stage->daemon_url());
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    for (std::size_t done = 0; done < batches.size() && std::chrono::steady_clock::now() < until;) {
      done = 0;
      for (std::size_t i = 0; i < batches.size(); ++i) {
        ++sent;
        try {
          if (answered[i] == 0) answered[i] = client.post("/v1/scans", token, body(batches[i])).status == 200;
        } catch (const std::runtime_error&) {
          client.reconnect();  // the answer is lost: the batch stays on the device
        }
        if (answered[i] != 0) ++done;
      }
    }
  });
  // In the middle: some batches are committed, one is under way. The child's parent is this thread, because
  // the kernel ends a child with the thread that made it.
  while (sent < 4) std::this_thread::yield();
  daemon_.kill_and_restart();
  device.join();
  EXPECT_TRUE(std::all_of(answered.begin(), answered.end(), [](char yes) { return yes != 0; }))
      << daemon_.log_text();
  EXPECT_EQ(daemon_.number(kEvents), static_cast<std::int64_t>(events));
  EXPECT_EQ(daemon_.number(kEvents, 1), static_cast<std::int64_t>(events));
  EXPECT_EQ(cash_in_bags(), taken);
  EXPECT_TRUE(comes_true([&] { return daemon_.number(kWaiting) == 0; })) << daemon_.log_text();
  expect_invariants();
}

}  // namespace
}  // namespace bccid::test
