#include "adapters/list.hpp"
#include "adapters/order_post_wire.hpp"
#include "base/time_text.hpp"
#include "tests/adapters/fixture_files.hpp"
#include "tests/adapters/loopback.hpp"

#include <boost/json/parse.hpp>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <set>
#include <tuple>

namespace bccid::ngsp {
namespace {

namespace json = boost::json;
using test::adapter_fixture;
using test::carrier_at;
using test::sample_order;

constexpr std::array<std::string_view, 17> kOrder{
    "CustomerCode",     "OrderNumber",  "CODAmount",       "SenderProvince", "SenderDistrict",
    "SenderAddress",    "SenderName",   "SenderEmail",     "SenderTel",      "SenderDesc",
    "Description",      "ReceiverName", "ReceiverAddress", "ReceiverTel",    "ReceiverProvince",
    "ReceiverDistrict", "ReceiverEmail"};

json::object body_of(const CarrierOrder& order, const CarrierBlock& block) {
  return json::parse(order_body(order, block)).as_object();
}

// After the keys of all rows here.
const Time kNow = parse_rfc3339("2026-12-01T00:00:00Z").value();

FeedPage page_of(const std::string& body, std::string_view cursor = kFirstCursor) {
  return read_feed_reply(200, body, cursor, carrier_at("http://post"), kNow).value();
}

std::string row_with(const std::string& members) {
  return R"({"_embedded":{"rh:doc":[{"_id":{"$oid":"6a4746000000000000000001"},"OrderNumber":"A-1",)" +
         members + "}]}}";
}

TEST(OrderBody, has_the_17_members_in_their_order_with_nulls_written_out) {
  const auto body = body_of(sample_order("H20.01-260703-0001-T1"), carrier_at("http://post"));
  ASSERT_EQ(body.size(), kOrder.size());
  std::size_t at = 0;
  for (const auto& member : body) EXPECT_EQ(std::string_view(member.key()), kOrder[at++]);
  EXPECT_TRUE(body.at("SenderEmail").is_null());
  EXPECT_TRUE(body.at("Description").is_null());
  EXPECT_EQ(body.at("CODAmount").as_int64(), 38'000);
  EXPECT_EQ(body.at("ReceiverName").as_string(), "Nguyễn Đình Hậu");
}

TEST(OrderBody, sends_the_national_province_code_unless_the_operator_mapped_it) {
  CarrierBlock block = carrier_at("http://post");
  EXPECT_EQ(body_of(sample_order("n"), block).at("SenderProvince").as_int64(), 82);
  EXPECT_EQ(body_of(sample_order("n"), block).at("ReceiverDistrict").as_int64(), 0);
  block.province_codes["82"] = 87;
  block.district_codes["29875"] = 8710;
  block.district_code_default = 9;
  const auto body = body_of(sample_order("n"), block);
  EXPECT_EQ(body.at("SenderProvince").as_int64(), 87);
  EXPECT_EQ(body.at("ReceiverDistrict").as_int64(), 8710);
  EXPECT_EQ(body.at("SenderDistrict").as_int64(), 9);
}

TEST(OrderBody, sends_an_unreadable_province_as_null_not_as_zero) {
  CarrierOrder order = sample_order("n");
  order.receiver.province_code = "Đồng Tháp";
  EXPECT_TRUE(body_of(order, carrier_at("http://post")).at("ReceiverProvince").is_null());
}

TEST(OrderBody, puts_the_own_party_where_the_order_names_nobody) {
  CarrierBlock block = carrier_at("http://post");
  block.own_party.name = "Sở Tư pháp";
  CarrierOrder order = sample_order("n");
  order.sender = CarrierParty{};
  EXPECT_EQ(body_of(order, block).at("SenderName").as_string(), "Sở Tư pháp");
}

TEST(OrderBody, composes_decomposed_vietnamese) {
  CarrierOrder order = sample_order("n");
  order.receiver.name = "Ha\xCC\xA3nh";
  EXPECT_EQ(body_of(order, carrier_at("http://post")).at("ReceiverName").as_string(), "Hạnh");
}

TEST(CancelTarget, escapes_what_it_is_given) {
  EXPECT_EQ(cancel_target("A&B=1 đ", carrier_at("http://post")),
            "/apiVNPostNGSP/p1.0/order/cancel?CustomerCode=DT82&OrderNumber=A%26B%3D1%20%C4%91");
}

TEST(FeedTarget, keeps_the_page_size_within_the_interfaces_limit) {
  CarrierBlock block = carrier_at("http://post");
  block.feed_page_rows = 100'000;
  EXPECT_EQ(feed_target(kFirstCursor, block),
            "/apiVNPostNGSP/p1.0/order/tracking?pagesize=1000&lastId=000000000000000000000000");
}

TEST(FeedReply, reads_what_it_can_and_counts_what_it_cannot) {
  const FeedPage page = page_of(adapter_fixture("vnpost_ngsp/fixtures/feed_page.json"));
  ASSERT_EQ(page.rows.size(), 5U);
  EXPECT_EQ(page.unreadable, 3U);
  EXPECT_EQ(page.next_cursor, "6a4746000000000000000007");
  EXPECT_FALSE(page.at_end);
  EXPECT_EQ(page.rows[0].item_code, "CP000000014VN");
  EXPECT_EQ(page.rows[0].raw_text, "Đã tiếp nhận");
  EXPECT_EQ(page.rows[1].row_id, "6a4746000000000000000002");
  EXPECT_EQ(page.rows[1].raw_code, "4");
  EXPECT_EQ(page.rows[1].office, "870100");
  EXPECT_EQ(page.rows[2].order_number, "");
  EXPECT_EQ(page.rows[2].raw_code, "97");
}

TEST(FeedReply, finds_the_unit_of_the_time_by_its_size) {
  const FeedPage page = page_of(adapter_fixture("vnpost_ngsp/fixtures/feed_page.json"));
  EXPECT_EQ(to_rfc3339(page.rows[0].occurred_at), "2026-07-03T04:00:00Z");
  EXPECT_EQ(page.rows[1].occurred_at, page.rows[0].occurred_at);
  EXPECT_EQ(to_rfc3339(page.rows[2].occurred_at), "2026-07-03T04:01:00Z");
  EXPECT_EQ(page.rows[3].occurred_at, page.rows[2].occurred_at);
}

TEST(FeedReply, takes_the_time_of_storing_when_a_row_has_no_readable_time) {
  const FeedPage page = page_of(adapter_fixture("vnpost_ngsp/fixtures/feed_page.json"));
  EXPECT_EQ(page.rows[4].occurred_at, Time{std::chrono::seconds{0x6a474600}});
  for (const char* time : {"\"EventTime\":-5", "\"EventTime\":99", "\"EventTime\":9999999999999999",
                           "\"EventTime\":{}", "\"EventTime\":[]", "\"StatusCode\":1"})
    EXPECT_EQ(page_of(row_with(time)).rows.at(0).occurred_at, Time{std::chrono::seconds{0x6a474600}}) << time;
}

TEST(FeedReply, takes_digits_of_another_century_for_no_time) {
  for (const char* time : {"\"EventTime\":19000101000000", "\"EventTime\":29991231235959"})
    EXPECT_EQ(page_of(row_with(time)).rows.at(0).occurred_at, Time{std::chrono::seconds{0x6a474600}}) << time;
}

TEST(FeedReply, obeys_a_configured_unit) {
  CarrierBlock block = carrier_at("http://post");
  block.event_time_unit = EventTimeUnit::seconds;
  const auto page = read_feed_reply(200, row_with("\"EventTime\":1783051200000"), kFirstCursor, block, kNow);
  ASSERT_TRUE(page);
  EXPECT_EQ(page->rows.at(0).occurred_at, Time{std::chrono::seconds{0x6a474600}});
}

TEST(FeedReply, ends_only_with_a_page_that_brings_nothing_new) {
  const std::string cursor = "6a4746000000000000000001";
  EXPECT_FALSE(page_of(row_with("\"StatusCode\":1")).at_end);
  EXPECT_TRUE(page_of(R"({"_returned":0})", cursor).at_end);
  EXPECT_TRUE(page_of(R"({"_embedded":{"rh:doc":[]}})", cursor).at_end);
  const FeedPage inclusive = page_of(row_with("\"StatusCode\":1"), cursor);
  EXPECT_TRUE(inclusive.at_end);
  EXPECT_EQ(inclusive.next_cursor, cursor);
}

TEST(FeedReply, never_moves_the_cursor_backwards) {
  const std::string cursor = "6a4746ff0000000000000001";
  EXPECT_EQ(page_of(row_with("\"StatusCode\":1"), cursor).next_cursor, cursor);
}

TEST(FeedReply, does_not_let_a_forged_key_carry_the_cursor_to_the_end_of_time) {
  const std::string forged =
      R"({"_embedded":{"rh:doc":[{"_id":{"$oid":"ffffffffffffffffffffffff"},"OrderNumber":"A"},
    {"_id":{"$oid":"6a4746000000000000000001"},"OrderNumber":"B"}]}})";
  const FeedPage page = page_of(forged);
  EXPECT_EQ(page.next_cursor, "6a4746000000000000000001");
  EXPECT_EQ(page.unreadable, 1U);
}

TEST(FeedReply, one_row_with_broken_bytes_hides_none_that_follow) {
  const auto page =
      page_of(R"({"_embedded":{"rh:doc":[{"_id":{"$oid":"6a4746000000000000000001"},"OrderNumber":"A-1",)"
              R"("StatusMessage":"ph)"
              "\xE1\xBB"
              R"(t"},{"_id":{"$oid":"6a4746000000000000000002"},"OrderNumber":"A-2"}]}})");
  ASSERT_EQ(page.rows.size(), 2U);
  EXPECT_EQ(page.rows[0].raw_text, "ph??t");
  EXPECT_EQ(page.next_cursor, "6a4746000000000000000002");
}

TEST(FeedStart, goes_back_two_minutes_while_rows_may_still_appear_behind_the_cursor) {
  const Time read = parse_rfc3339("2026-07-03T05:17:52Z").value();
  const auto second = std::chrono::floor<std::chrono::seconds>(read.time_since_epoch()).count();
  std::string cursor(24, '1'), earlier(24, '0');
  cursor.replace(0, 8, fmt::format("{:08x}", second));
  earlier.replace(0, 8, fmt::format("{:08x}", second - 120));
  EXPECT_EQ(feed_start(cursor, read), earlier);
  EXPECT_EQ(feed_start(cursor, read + std::chrono::minutes(5)), earlier);
  EXPECT_EQ(feed_start(cursor, read + std::chrono::minutes(6)), cursor);
  EXPECT_EQ(feed_start(kFirstCursor, read), kFirstCursor);
}

// A post whose two servers make keys in the same second, so that the smaller one may be stored last.
TEST(FeedStart, a_row_that_appears_behind_the_cursor_is_read_and_the_cursor_stays) {
  const SystemClock clock;
  const auto second = std::chrono::floor<std::chrono::seconds>(clock.now().time_since_epoch()).count();
  const auto id = [second](int number) { return fmt::format("{:08x}{:016x}", second, number); };
  std::set<std::string> stored{id(3), id(4), id(5), id(6)};
  test::Loopback net([&](const sim::Call& call) {
    if (call.path.ends_with("/token"))
      return sim::Answer(200, "application/json", R"({"access_token":"t","expires_in":3600})");
    std::string rows;
    int count = 0;
    const std::string last(call.parameter("lastId"));
    for (auto at = stored.upper_bound(last); at != stored.end() && count < 3; ++at, ++count)
      rows += std::string(rows.empty() ? "" : ",") + R"({"_id":{"$oid":")" + *at +
              R"("},"OrderNumber":"A","StatusCode":"1"})";
    return sim::Answer(200, "application/json", R"({"_embedded":{"rh:doc":[)" + rows + "]}}");
  });
  const auto port = open_carrier(carrier_at(net.url("/post")), net.client, clock).value();
  const auto keys_from = [&](const std::string& cursor) {
    const auto page = test::run(net.io, port->read_feed(cursor)).value();
    std::set<std::string> keys;
    for (const auto& row : page.rows) keys.insert(row.row_id);
    return std::tuple(keys, page.next_cursor, page.at_end);
  };
  EXPECT_EQ(keys_from(""), std::tuple(std::set{id(3), id(4), id(5)}, id(5), false));
  EXPECT_EQ(keys_from(id(5)), std::tuple(std::set{id(3), id(4), id(5), id(6)}, id(6), false));
  EXPECT_EQ(keys_from(id(6)), std::tuple(std::set{id(3), id(4), id(5), id(6)}, id(6), true));
  stored.insert(id(1));
  EXPECT_EQ(keys_from(id(6)), std::tuple(std::set{id(1), id(3), id(4), id(5), id(6)}, id(6), true));
}

TEST(FeedReply, refuses_a_page_that_cannot_advance) {
  const auto page = read_feed_reply(200, R"({"_embedded":{"rh:doc":[{"OrderNumber":"A"}]}})", kFirstCursor,
                                    carrier_at("http://post"), kNow);
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, Errc::unavailable);
}

TEST(FeedReply, a_row_of_a_clock_that_runs_ahead_is_taken_but_hides_no_row_that_follows) {
  const auto page = page_of(
      R"({"_embedded":{"rh:doc":[
        {"_id":{"$oid":"6a4746000000000000000001"},"OrderNumber":"A-1","StatusCode":"1"},
        {"_id":{"$oid":"72c746000000000000000002"},"OrderNumber":"A-2","StatusCode":"1"}
      ]}})");
  EXPECT_EQ(page.rows.size(), 2U);
  EXPECT_EQ(page.next_cursor, "6a4746000000000000000001");
  EXPECT_FALSE(page.at_end);
  const auto only = page_of(
      R"({"_embedded":{"rh:doc":[{"_id":{"$oid":"72c746000000000000000002"},"OrderNumber":"A-2"}]}})");
  EXPECT_EQ(only.rows.size(), 1U);
  EXPECT_EQ(only.next_cursor, kFirstCursor);
  EXPECT_FALSE(only.at_end);  // or it is our clock that lags, and more follows
}

}  // namespace
}  // namespace bccid::ngsp
