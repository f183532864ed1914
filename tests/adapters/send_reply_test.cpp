#include "adapters/onestop_rest/wire.hpp"
#include "adapters/order_post_wire.hpp"
#include "tests/adapters/fixture_files.hpp"

#include <gtest/gtest.h>

namespace bccid {
namespace {

using test::adapter_fixture;
using test::outcome_name;

// Runs a reading function over a table of answers: name, http_status, body, outcome.
template <class Read>
void hold_to_table(const std::string& path, const Read& read) {
  const auto table = CsvTable::parse(adapter_fixture(path));
  ASSERT_TRUE(table) << table.error().text();
  ASSERT_GT(table->size(), 10U);
  for (std::size_t row = 0; row < table->size(); ++row) {
    SCOPED_TRACE(table->at(row, "name"));
    const int status = std::stoi(table->at(row, "http_status"));
    const SendReport report = read(status, table->at(row, "body"));
    EXPECT_EQ(outcome_name(report.outcome), table->at(row, "outcome")) << report.reason;
    EXPECT_EQ(report.http_status, status);
    EXPECT_TRUE(report.outcome == SendOutcome::accepted || !report.reason.empty());
  }
}

TEST(SendReply, of_the_post_proves_what_the_table_says) {
  hold_to_table("vnpost_ngsp/fixtures/send_replies.csv", [](int status, const std::string& body) {
    return ngsp::read_send_reply(status, body, "H20.01-260703-0001-T1");
  });
}

TEST(SendReply, of_a_onestop_system_proves_what_the_table_says) {
  hold_to_table("onestop_rest/fixtures/status_replies.csv",
                [](int status, const std::string& body) { return onestop::read_status_reply(status, body); });
}

TEST(SendReply, keeps_the_posts_words_in_nfc_and_on_one_line) {
  const auto report = ngsp::read_send_reply(200,
                                            "{\"Status\":7,\"Message\":\"Sai ma\xCC\x83\\nkha\xCC\x81"
                                            "ch\"}",
                                            "n");
  EXPECT_EQ(report.reason, "Status 7: Sai mã khách");
}

TEST(SendReply, of_invalid_utf8_is_unknown) {
  EXPECT_EQ(ngsp::read_send_reply(200, "{\"Status\":100,\"Message\":\"\xC3\"}", "n").outcome,
            SendOutcome::unknown);
}

// Every cut of a good answer: none may become knowledge.
TEST(SendReply, cut_anywhere_is_unknown) {
  const std::string whole = R"({"Status":100,"Message":"Thành công"})";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto report = ngsp::read_send_reply(200, whole.substr(0, size), "n");
    EXPECT_EQ(report.outcome, SendOutcome::unknown) << size;
  }
}

}  // namespace
}  // namespace bccid
