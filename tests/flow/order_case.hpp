#pragma once

#include "flow/carrier_orders.hpp"
#include "flow/place_order.hpp"
#include "tests/flow/money_day.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace bccid::test {

// A province with one agency whose dossiers travel with the post "vnpost".
class OrderCase : public testing::Test {
 protected:
  OrderCase() : database(to_current_schema), session(database.dsn()) {
    session.sql(R"(
      INSERT INTO province (code, name, full_name) VALUES ('82', 'Đồng Tháp', 'Tỉnh Đồng Tháp');
      INSERT INTO commune (code, province_code, full_name) VALUES ('29869', '82', 'Phường Cao Lãnh');
      INSERT INTO procedure (code, name, papers) VALUES ('1.001193', 'Đăng ký khai sinh', '{"Tờ khai"}');
      INSERT INTO agency (code, name, address, phone, commune_code)
      VALUES ('H20.01', 'Sở Tư pháp', '1 Lý Thường Kiệt', '02773851111', '29869');)");
  }
  void TearDown() override { expect_verified(database.dsn()); }

  OrderView place(const std::string& code, Money fee = Money(50'000)) {
    OrderWish wish;
    wish.leg = "delivery";
    wish.dossier_code = code;
    wish.procedure_code = "1.001193";
    wish.portal_status = 9;
    wish.citizen = CarrierParty{"Nguyễn Văn An", "0912345678", "", "2 Nguyễn Huệ", "82", "29869"};
    if (!fee.zero()) wish.charges = {{"fee", fee}, {"postage", Money(26'000)}};
    auto placed =
        session.in_tx([&](sql::Tx& tx) { return place_order(tx, agency, "H20.01", "vnpost", wish, now); });
    if (!placed) throw std::runtime_error(placed.error().text());
    return *placed;
  }

  std::string state_of(const std::string& number) {
    return session.text("SELECT state FROM orders WHERE number = '" + number + "'");
  }
  std::string parcel_state(const std::string& number) {
    return session.text("SELECT state FROM parcel WHERE order_number = '" + number + "'");
  }
  std::string open_items() {
    return session.text(
        "SELECT coalesce(string_agg(kind || ' ' || subject, ', ' ORDER BY kind, subject), '') "
        "FROM attention WHERE closed_at IS NULL");
  }

  // As the sender leaves them, for tests of something else.
  void served_orders(bool placed = true) {
    session.sql(
        "UPDATE outbox SET state = 'delivered', finished_at = now(), lease_until = NULL "
        "WHERE target LIKE 'carrier:%'");
    if (!placed) return;
    for (const auto* state : {"sending", "placed"})
      session.sql(std::string("UPDATE orders SET state = '") + state + "'");
  }

  FeedRow row(std::string id, std::string number, std::string code, std::string item = {}) const {
    FeedRow made;
    made.row_id = std::move(id);
    made.order_number = std::move(number);
    made.raw_code = std::move(code);
    made.raw_text = "trạng thái";
    made.item_code = std::move(item);
    made.office = "871000";
    made.occurred_at = now;
    return made;
  }
  FeedApplied feed(std::vector<FeedRow> rows, const std::string& from, const std::string& next,
                   bool at_end = true) {
    FeedRead read;
    read.carrier = "vnpost";
    read.code_source = "vnpost_ngsp_feed/sim";
    read.from = from;
    read.began = now;
    read.page.rows = std::move(rows);
    read.page.next_cursor = next;
    read.page.at_end = at_end;
    return session.in_tx([&](sql::Tx& tx) { return apply_feed_page(tx, read, now); });
  }

  TestDatabase database;
  Session session;
  Time now = parse_rfc3339(to_rfc3339(std::chrono::floor<std::chrono::seconds>(SystemClock().now()))).value();
  Actor agency{"onestop-1", "agency", "H20.01", "", ""};
};

}  // namespace bccid::test
