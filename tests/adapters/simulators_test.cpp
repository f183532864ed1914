#include "adapters/list.hpp"
#include "base/time_text.hpp"
#include "domain/parcel/item_code.hpp"
#include "net/webhook_signature.hpp"
#include "tests/adapters/fixture_files.hpp"
#include "tests/adapters/loopback.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <gtest/gtest.h>

namespace bccid {
namespace {

namespace json = boost::json;
using test::outcome_name;
using test::SimulatedDay;

class SimulatedPost : public testing::Test {
 protected:
  std::string_view create(const std::string& number) {
    const CarrierOrder order = test::sample_order(number);
    return outcome_name(test::run(day_.net.io, port_->create_order(order, "r")).outcome);
  }
  void plan(const std::string& target, const std::string& rules) {
    const auto answer = day_.post("/control/plan", R"({"target":")" + target + R"(","rules":)" + rules + "}");
    ASSERT_EQ(answer.status, 200) << answer.body;
  }
  std::int64_t times_created(const std::string& number) {
    const auto book = json::parse(day_.get("/books/orders", {{"number", number}}).body);
    return book.is_null() ? 0 : book.at("times_created").to_number<std::int64_t>();
  }
  std::vector<FeedRow> whole_feed() {
    std::vector<FeedRow> rows;
    std::string cursor;
    for (;;) {
      const auto page = test::run(day_.net.io, port_->read_feed(cursor));
      EXPECT_TRUE(page) << page.error().text();
      if (!page) return rows;
      for (const auto& row : page->rows)  // what is read again is known by its key
        if (std::ranges::find(rows, row.row_id, &FeedRow::row_id) == rows.end()) rows.push_back(row);
      if (page->at_end) return rows;
      cursor = page->next_cursor;
    }
  }

  static std::unique_ptr<CarrierPort> open(SimulatedDay& day) {
    CarrierBlock block = test::carrier_at(day.net.url("/post"));
    block.endpoint.timeout = std::chrono::milliseconds(400);
    block.feed_page_rows = 3;
    return open_carrier(block, day.net.client, day.clock).value();
  }

  SimulatedDay day_{7};
  std::unique_ptr<CarrierPort> port_ = open(day_);
};

TEST_F(SimulatedPost, makes_two_parcels_of_one_number_posted_twice) {
  EXPECT_EQ(create("A-1"), "accepted");
  EXPECT_EQ(create("A-1"), "accepted");
  EXPECT_EQ(times_created("A-1"), 2);
  const auto book = json::parse(day_.get("/books/orders").body);
  EXPECT_EQ(book.at("total").to_number<int>(), 1);
  const auto& items = book.at("orders").at(0).at("item_codes").as_array();
  ASSERT_EQ(items.size(), 2U);
  EXPECT_NE(items[0], items[1]);
  for (const auto& item : items) EXPECT_TRUE(parse_item_code(std::string_view(item.as_string()))) << item;
}

TEST_F(SimulatedPost, can_create_and_not_say_so_in_every_way) {
  for (const char* reply :
       {"hang", "reset", "cut", "status_101", "html", "http_500", "http_503", "truncated"}) {
    SCOPED_TRACE(reply);
    plan("post.create", std::string(R"([{"reply":")") + reply + R"("}])");
    EXPECT_EQ(create(reply), "unknown");
    EXPECT_EQ(times_created(reply), 1);
    EXPECT_EQ(create(reply), "accepted");  // the plan spoils first attempts only
    EXPECT_EQ(times_created(reply), 2);
  }
}

TEST_F(SimulatedPost, can_fail_without_creating) {
  plan("post.create", R"([{"effect":false,"reply":"http_500"}])");
  EXPECT_EQ(create("A-1"), "unknown");
  EXPECT_EQ(times_created("A-1"), 0);
  EXPECT_TRUE(whole_feed().empty());
}

TEST_F(SimulatedPost, misbehaves_on_every_nth_request_or_on_named_ones) {
  plan("post.create", R"([{"every":3,"reply":"status_101"},{"key":"B","reply":"http_500"}])");
  EXPECT_EQ(create("A"), "accepted");
  EXPECT_EQ(create("B"), "unknown");
  EXPECT_EQ(create("C"), "unknown");
  EXPECT_EQ(create("D"), "accepted");
}

TEST_F(SimulatedPost, chooses_the_same_share_of_orders_for_the_same_seed) {
  const auto spoiled = [](std::uint64_t seed) {
    SimulatedDay day(seed);
    day.post("/control/plan", R"({"target":"post.create","rules":[{"percent":30,"reply":"status_101"}]})");
    const auto port = open(day);
    std::string pattern;
    for (int i = 0; i < 40; ++i) {
      const CarrierOrder order = test::sample_order("A-" + std::to_string(i));
      const auto report = test::run(day.net.io, port->create_order(order, "r"));
      pattern += report.outcome == SendOutcome::accepted ? '.' : 'x';
    }
    return pattern;
  };
  EXPECT_EQ(spoiled(7), spoiled(7));
  EXPECT_NE(spoiled(7), spoiled(8));
}

TEST_F(SimulatedPost, refuses_an_incomplete_order) {
  CarrierOrder order = test::sample_order("A-1");
  order.receiver.phone.clear();
  const auto report = test::run(day_.net.io, port_->create_order(order, "r"));
  EXPECT_EQ(outcome_name(report.outcome), "rejected");
  EXPECT_EQ(report.reason, "Status 103: Thiếu trường ReceiverTel");
}

TEST_F(SimulatedPost, cancels_what_it_has) {
  EXPECT_EQ(create("A-1"), "accepted");
  EXPECT_EQ(outcome_name(test::run(day_.net.io, port_->cancel_order("A-1", "r")).outcome), "accepted");
  EXPECT_EQ(outcome_name(test::run(day_.net.io, port_->cancel_order("A-2", "r")).outcome), "rejected");
  EXPECT_EQ(whole_feed().back().raw_code, "9");
}

TEST_F(SimulatedPost, works_on_after_its_tokens_were_revoked) {
  EXPECT_EQ(create("A-1"), "accepted");
  day_.post("/control/tokens", "{}");
  EXPECT_EQ(create("A-2"), "accepted");
  EXPECT_EQ(times_created("A-2"), 1);
}

TEST_F(SimulatedPost, tells_every_order_and_event_in_its_feed_page_by_page) {
  for (int i = 0; i < 7; ++i) EXPECT_EQ(create("A-" + std::to_string(i)), "accepted");
  const auto answer = day_.post("/sim/post/events", R"({"events":[
    {"order_number":"A-3","status_code":4,"occurred_at":"2026-07-03T11:00:00+07:00","message":"Đã phát"},
    {"item_code":"không","status_code":"x"}]})");
  EXPECT_EQ(json::parse(answer.body).at("appended").to_number<int>(), 1);
  const auto rows = whole_feed();
  ASSERT_EQ(rows.size(), 8U);
  EXPECT_EQ(rows[2].order_number, "A-2");
  EXPECT_EQ(rows[7].raw_code, "4");
  EXPECT_EQ(to_rfc3339(rows[7].occurred_at), "2026-07-03T04:00:00Z");
  EXPECT_TRUE(parse_item_code(rows[7].item_code));
}

TEST_F(SimulatedPost, can_spoil_its_feed) {
  EXPECT_EQ(create("A"), "accepted");
  day_.post("/control/feed",
            R"({"late_every":2,"duplicate_every":3,"unknown_order_every":3,"unknown_code_every":5,
    "garbage_every":5,"time_unit":"s"})");
  std::string events;
  for (int i = 0; i < 6; ++i)
    events += std::string(i == 0 ? "" : ",") + R"({"order_number":"A","note":")" + std::to_string(i) +
              R"(","status_code":3,"occurred_at":"2026-07-03T11:00:00+07:00"})";
  day_.post("/sim/post/events", R"({"events":[)" + events + "]}");
  const auto notes = [this] {
    std::string text;
    for (const auto& row : whole_feed())
      text += row.order_number == "A" ? (row.raw_code == "97" ? "?" : row.note) : "!";
    return text;
  };
  EXPECT_EQ(notes(), "022!4?");
  day_.post("/control/feed/flush", "");
  EXPECT_EQ(notes(), "022!4?135");
  const auto stats = json::parse(day_.get("/books/stats").body);
  EXPECT_EQ(stats.at("post").at("feed_strangers").to_number<int>(), 1);
}

TEST(SimulatedAgency, keeps_the_dossiers_state_and_knows_repetitions) {
  SimulatedDay day;
  const auto port =
      open_onestop(test::onestop_at(day.net.url("/agency/H20.1")), day.net.client, day.clock).value();
  DossierStatus status = test::sample_status("m-1");
  EXPECT_EQ(outcome_name(test::run(day.net.io, port->write_status(status, "r")).outcome), "accepted");
  EXPECT_EQ(outcome_name(test::run(day.net.io, port->write_status(status, "r")).outcome), "accepted");
  status.message_id = "m-2";
  status.portal_status = 10;
  status.delivered_at = status.occurred_at;
  EXPECT_EQ(outcome_name(test::run(day.net.io, port->write_status(status, "r")).outcome), "accepted");
  const auto book = json::parse(day.get("/books/dossiers").body);
  const auto& dossier = book.at("dossiers").at(0);
  EXPECT_EQ(dossier.at("agency").as_string(), "H20.1");
  EXPECT_EQ(dossier.at("status").to_number<int>(), 10);
  EXPECT_EQ(dossier.at("returned_at").as_string(), "20260703110000");
  EXPECT_EQ(dossier.at("progress_messages").to_number<int>(), 2);
  EXPECT_EQ(dossier.at("repeats").to_number<int>(), 2);
}

TEST(SimulatedAgency, refuses_status_10_without_the_day_of_return) {
  SimulatedDay day;
  sim::Call call;
  call.method = "POST";
  call.path = "/agency/H20.1/CapNhatTrangThaiHoSo";
  call.headers.emplace_back("authorization", "Bearer sim-agency-1");
  call.body = R"({"MaHoSo":"A","TrangThai":10,"MaThongDiep":"m"})";
  EXPECT_EQ(json::parse(day.simulators.handle(call).body).at("error_code").as_string(), "5");
  EXPECT_EQ(json::parse(day.get("/books/dossiers").body).at("dossiers").at(0).at("status").to_number<int>(),
            0);
}

TEST(SimulatedAgency, can_lose_its_answer_after_the_effect) {
  SimulatedDay day;
  day.post("/control/plan", R"({"target":"agency.status","rules":[{"reply":"reset"}]})");
  const auto port =
      open_onestop(test::onestop_at(day.net.url("/agency/H20.1")), day.net.client, day.clock).value();
  const DossierStatus status = test::sample_status("m-1");
  test::run(day.net.io, port->write_status(status, "r"));
  EXPECT_EQ(outcome_name(test::run(day.net.io, port->write_status(status, "r")).outcome), "accepted");
  const auto book = json::parse(day.get("/books/dossiers").body);
  EXPECT_EQ(book.at("dossiers").at(0).at("status_messages").to_number<int>(), 1);
}

sim::Call webhook_call(const net::WebhookSecret& secret, const std::string& id, Time now) {
  const auto second = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  sim::Call call;
  call.method = "POST";
  call.path = "/webhooks/agency-1";
  call.body = R"({"type":"bccid.parcel.delivered","data":{}})";
  call.headers.emplace_back("webhook-id", id);
  call.headers.emplace_back("webhook-timestamp", std::to_string(second));
  call.headers.emplace_back("webhook-signature",
                            net::sign_webhook(std::span(&secret, 1), id, second, call.body).value());
  return call;
}

TEST(SimulatedReceiver, verifies_signatures_and_counts) {
  SimulatedDay day;
  const auto secret = net::WebhookSecret::create();
  day.post("/control/webhooks", R"({"secrets":[")" + secret.to_text() + R"("]})");
  const auto good = webhook_call(secret, "m-1", day.clock.now());
  EXPECT_EQ(day.simulators.handle(good).status, 204);
  EXPECT_EQ(day.simulators.handle(good).status, 204);
  auto forged = good;
  forged.body += " ";
  EXPECT_EQ(day.simulators.handle(forged).status, 401);
  const auto book = json::parse(day.get("/books/webhooks").body);
  EXPECT_EQ(book.at("received").to_number<int>(), 3);
  EXPECT_EQ(book.at("verified").to_number<int>(), 2);
  EXPECT_EQ(book.at("refused").to_number<int>(), 1);
  EXPECT_EQ(book.at("distinct").to_number<int>(), 1);
  EXPECT_EQ(book.at("repeated").to_number<int>(), 1);
  EXPECT_EQ(book.at("types").at("bccid.parcel.delivered").to_number<int>(), 1);
}

class SimulatedBank : public testing::Test {
 protected:
  static constexpr const char* kAccount = "115000820010";

  int order(const std::string& reference, std::int64_t amount, const std::string& account = kAccount) {
    return day_
        .post("/bank/transfers", R"({"transfers":[{"reference":")" + reference + R"(","account":")" +
                                     account + R"(","amount_vnd":)" + std::to_string(amount) + "}]}")
        .status;
  }
  int plant(const std::string& fault) {
    return day_.post("/control/bank", R"({"faults":[)" + fault + "]}").status;
  }
  std::string file(Day from, Day to) {
    const auto answer =
        day_.get("/bank/statement", {{"account", kAccount}, {"from", to_text(from)}, {"to", to_text(to)}});
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.body;
  }
  // The file as the daemon's own reader understands it: its sums, days and copies are judged there.
  BankStatement statement() {
    BankBlock block;
    block.name = "sim";
    block.kind = "bank_csv";
    return open_bank(block).value()->parse(file(today_, today_)).value();
  }
  json::value book() { return json::parse(day_.get("/books/bank").body); }

  SimulatedDay day_;
  Day today_ = business_day(day_.clock.now());
};

TEST_F(SimulatedBank, books_what_is_ordered_and_gives_it_out_as_a_file_that_we_read) {
  EXPECT_EQ(order("BCCI82R000001", 120'000), 200);
  EXPECT_EQ(order("BCCI82R000002", 80'000), 200);
  EXPECT_EQ(order("BCCI82R000003", 5, "another"), 200);
  const auto read = statement();
  EXPECT_EQ(read.account, kAccount);
  EXPECT_EQ(read.closing - read.opening, Money(200'000));
  ASSERT_EQ(read.lines.size(), 2U);
  EXPECT_EQ(read.lines[0].amount, Money(120'000));
  EXPECT_EQ(read.lines[0].booked_on, today_);
  EXPECT_NE(read.lines[0].text.find("BCCI82R000001"), std::string::npos) << read.lines[0].text;
  EXPECT_NE(read.lines[0].bank_ref, read.lines[1].bank_ref);
}

TEST_F(SimulatedBank, can_credit_less_nothing_twice_and_a_strangers_money) {
  EXPECT_EQ(plant(R"({"kind":"short","reference":"R1","by_vnd":10000},{"kind":"lost","reference":"R2"},
    {"kind":"twice","reference":"R3"},
    {"kind":"foreign","account":"115000820010","amount_vnd":7,"text":"nhầm \"tài khoản\"","payer":"Ông A"})"),
            200);
  for (const char* reference : {"R1", "R2", "R3", "R4"}) EXPECT_EQ(order(reference, 50'000), 200);
  std::vector<std::int64_t> amounts;
  const auto read = statement();
  for (const auto& line : read.lines) amounts.push_back(line.amount.dong());
  EXPECT_EQ(amounts, (std::vector<std::int64_t>{7, 40'000, 50'000, 50'000, 50'000}));
  EXPECT_EQ(read.lines.front().text, "nhầm \"tài khoản\"");
  std::vector<std::int64_t> credited;
  const auto kept = book();
  for (const auto& transfer : kept.at("transfers").as_array())
    credited.push_back(transfer.at("credited_vnd").to_number<std::int64_t>());
  EXPECT_EQ(credited, (std::vector<std::int64_t>{40'000, 0, 100'000, 50'000}));
}

TEST_F(SimulatedBank, spoils_a_transfer_once) {
  plant(R"({"kind":"lost","reference":"R1"})");
  order("R1", 50'000);
  order("R1", 50'000);
  EXPECT_EQ(statement().lines.size(), 1U);
}

TEST_F(SimulatedBank, carries_earlier_lines_in_the_opening_balance) {
  order("R1", 50'000);
  const Day tomorrow{std::chrono::sys_days{today_} + std::chrono::days{1}};
  const auto text = file(tomorrow, tomorrow);
  EXPECT_NE(text.find("so_du_dau,1050000\nso_du_cuoi,1050000\n"), std::string::npos) << text;
  EXPECT_NE(text.find("tong,0,0,,\n"), std::string::npos) << text;
}

TEST_F(SimulatedBank, books_nothing_of_a_list_that_it_cannot_read) {
  EXPECT_EQ(day_.post("/bank/transfers", R"({"transfers":[
    {"reference":"R1","account":"A","amount_vnd":5},{"reference":"R2","account":"A","amount_vnd":-5}]})")
                .status,
            400);
  EXPECT_EQ(day_.post("/bank/transfers", "{}").status, 400);
  EXPECT_EQ(book().at("accounts"), json::array());
  EXPECT_EQ(plant(R"({"kind":"stolen","reference":"R1"})"), 400);
  EXPECT_EQ(plant(R"({"kind":"short","reference":"R1"})"), 400);
  EXPECT_EQ(day_.get("/bank/statement", {{"account", "A"}}).status, 404);
}

TEST(SimulatorControl, refuses_what_it_does_not_know) {
  SimulatedDay day;
  EXPECT_EQ(day.post("/control/plan", R"({"target":"post.dance","rules":[]})").status, 400);
  EXPECT_EQ(day.post("/control/plan", R"({"target":"post.create","rules":[{"reply":"lie"}]})").status, 400);
  EXPECT_EQ(
      day.post("/control/plan", R"({"target":"post.create","rules":[{"every":-1,"reply":"html"}]})").status,
      400);
  EXPECT_EQ(day.post("/control/plan", "not json").status, 400);
  EXPECT_EQ(day.get("/control/plan").status, 404);
}

}  // namespace
}  // namespace bccid
