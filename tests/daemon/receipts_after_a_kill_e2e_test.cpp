#include "tests/daemon/running_daemon.hpp"

#include "base/ids.hpp"
#include "base/time_text.hpp"
#include "store/verify.hpp"

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <atomic>
#include <map>
#include <thread>

namespace bccid::test {
namespace {

namespace json = boost::json;

constexpr std::size_t kPayments = 96;
constexpr std::size_t kSenders = 4;

const sql::Query kReceiptsGiven{"e2e_receipts_given", "SELECT count(*) FROM receipt"};
const sql::Query kPaymentsWithReceipts{"e2e_payments_with_receipts", R"(
SELECT count(*) FROM (SELECT event_key FROM receipt WHERE cancelled_at IS NULL GROUP BY event_key
                      HAVING count(*) = 2 AND count(DISTINCT kind) = 2) AS whole)"};
const sql::Query kNumbersMissing{"e2e_numbers_missing", R"(
SELECT coalesce(sum(s.next_no - 1 - (SELECT count(*) FROM receipt r WHERE r.series_id = s.id)), 0)::bigint,
       count(*) FROM receipt_series s)"};
const sql::Query kMoneyTaken{"e2e_money_taken", R"(
SELECT coalesce(sum(amount), 0)::bigint FROM receipt WHERE cancelled_at IS NULL)"};
const sql::Query kOnTheWay{"e2e_on_the_way", R"(
SELECT count(*) FROM outbox WHERE state IN ('scheduled', 'leased'))"};
const sql::Query kDocumentsIssued{"e2e_documents_issued", R"(
SELECT count(*) FILTER (WHERE state = 'issued'), count(*) FROM e_receipt)"};

// Postmen who take cash while the daemon is killed under them, and send again what was not answered.
class ReceiptsAfterAKill : public testing::Test {
 protected:
  void take_orders() {
    for (std::size_t at = 0; at < kPayments; ++at) {
      const auto& dossier = daemon_.world.dossiers[at % daemon_.world.dossiers.size()];
      const auto amount = static_cast<std::int64_t>(1'000 + at);
      json::object body;
      body["agency"] = daemon_.world.agencies[dossier.agency].code;
      body["leg"] = "delivery";
      body["dossier_code"] = dossier.code.substr(0, dossier.code.rfind('-') + 1) + std::to_string(2'000 + at);
      body["procedure_code"] = dossier.procedure;
      body["portal_status"] = 9;
      body["citizen"] = json::object{{"name", dossier.citizen},
                                     {"phone", dossier.phone},
                                     {"address", dossier.address},
                                     {"province_code", "82"},
                                     {"commune_code", dossier.commune}};
      body["charges"] = json::array{json::object{{"kind", "charge"}, {"amount_vnd", amount}},
                                    json::object{{"kind", "postage"}, {"amount_vnd", 20'000}}};
      const auto order = daemon_.stage->bccid().expect(201, "/v1/orders", clerk(), body);
      batches_.push_back(paid_delivery(std::string(order.at("number").as_string()), amount));
      wanted_ += Money(amount) + Money(20'000);
    }
  }

  json::object paid_delivery(const std::string& item, std::int64_t amount) const {
    json::object fetched = scan(item, "collected", 1), given = scan(item, "delivered", 2);
    given["recipient"] = json::object{{"kind", "self"}, {"id_checked", true}};
    given["cash"] = json::object{{"charge_vnd", amount}, {"postage_vnd", 20'000}};
    return json::object{{"items", json::array{fetched, given}}};
  }
  json::object scan(const std::string& item, const char* code, int second) const {
    json::object out;
    out["event_id"] = new_uuid_v7(SystemClock().now()).to_text();
    out["device"] = "pda-e2e";
    out["item"] = item;
    out["code"] = code;
    out["occurred_at"] = to_rfc3339(began_ + std::chrono::seconds(second));
    return out;
  }
  const std::string& clerk() { return daemon_.stage->token(daemon_.world.postmen.front().id); }

  // Several postmen at once; each stops where his connection breaks. Returns how many batches were answered.
  std::size_t send_until_killed(std::int64_t receipts_before_the_kill) {
    const std::string token = clerk(), url = daemon_.stage->daemon_url();
    std::atomic<std::size_t> answered{0};
    std::vector<std::thread> postmen;
    for (std::size_t sender = 0; sender < kSenders; ++sender)
      postmen.emplace_back([&, sender] {
        app::DemoClient client(url);
        try {
          for (std::size_t at = sender; at < batches_.size(); at += kSenders)
            if (client.post("/v1/scans", token, batches_[at]).status == 200) ++answered;
        } catch (const std::runtime_error&) {
        }
      });
    EXPECT_TRUE(comes_true([&] { return daemon_.number(kReceiptsGiven) >= receipts_before_the_kill; }));
    daemon_.kill_and_restart();
    for (auto& postman : postmen) postman.join();
    return answered;
  }
  void send_all_again() {
    std::size_t scans = 0;
    for (const auto& batch : batches_) {
      const auto answer = daemon_.stage->bccid().expect(200, "/v1/scans", clerk(), batch);
      scans += static_cast<std::size_t>(answer.at("accepted").as_int64() + answer.at("duplicate").as_int64());
    }
    EXPECT_EQ(scans, 2 * batches_.size());
  }

  void expect_whole() {
    EXPECT_EQ(daemon_.number(kReceiptsGiven), 2 * static_cast<std::int64_t>(kPayments));
    EXPECT_EQ(daemon_.number(kPaymentsWithReceipts), static_cast<std::int64_t>(kPayments));
    EXPECT_EQ(daemon_.number(kNumbersMissing), 0);
    EXPECT_GE(daemon_.number(kNumbersMissing, 1), 2);
    EXPECT_EQ(daemon_.number(kMoneyTaken), wanted_.dong());
    const auto report = run_verify(daemon_.stage->dsn()).value();
    for (const auto& finding : report.findings) ADD_FAILURE() << finding.check << ": " << finding.text;
  }

  RunningDaemon daemon_;
  Time began_ = SystemClock().now() - std::chrono::minutes(5);
  std::vector<json::value> batches_;
  Money wanted_;
};

TEST_F(ReceiptsAfterAKill, EachPaymentHasOneOfEachKindAndNoNumberIsMissing) {
  take_orders();
  EXPECT_LT(send_until_killed(kPayments / 4), kPayments) << "the kill came too late to be in the middle";
  EXPECT_LT(send_until_killed(kPayments), kPayments + 1);
  send_all_again();
  expect_whole();
}

// The same, with a provider of electronic receipts that loses answers: whatever dies, each has one document.
TEST_F(ReceiptsAfterAKill, EachReceiptHasOneElectronicDocument) {
  const auto rule = [](const char* reply, int every, bool effect) {
    return json::object{{"reply", reply}, {"every", every}, {"effect", effect}};
  };
  const json::array rules{rule("hang", 17, true), rule("http_500", 11, true), rule("html", 7, false),
                          rule("reset", 5, true)};
  daemon_.stage->sim().expect(200, "/control/plan", "",
                              json::object{{"target", "receipt.issue"}, {"rules", rules}});
  take_orders();
  send_until_killed(kPayments / 4);
  send_all_again();
  ASSERT_TRUE(comes_true([&] { return daemon_.number(kOnTheWay) == 0; })) << daemon_.log_text();
  expect_whole();
  EXPECT_EQ(daemon_.number(kDocumentsIssued), static_cast<std::int64_t>(kPayments)) << "of lệ phí alone";
  EXPECT_EQ(daemon_.number(kDocumentsIssued, 1), static_cast<std::int64_t>(kPayments));
  const auto book = daemon_.stage->sim().get("/books/receipts").body;
  EXPECT_EQ(book.at("total").as_int64(), static_cast<std::int64_t>(kPayments));
  for (const auto& document : book.at("documents").as_array())
    EXPECT_EQ(document.at("times_issued").as_int64(), 1) << document.at("key");
}

}  // namespace
}  // namespace bccid::test
