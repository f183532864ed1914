#include "tests/http_api/api_test.hpp"

namespace bccid::test {
namespace {

// A file of that many lines of 1 000 dong each, that many of them unreadable.
std::string statement_of(int lines, int unreadable = 0) {
  const std::string sum = std::to_string(lines * 1'000);
  std::string text =
      "tai_khoan,115000123456\ntu_ngay,2025-11-22\nden_ngay,2025-11-22\nso_du_dau,0\nso_du_cuoi," + sum +
      "\nngay,so_tham_chieu,so_tien,noi_dung,nguoi_chuyen\n";
  for (int line = 0; line < lines; ++line)
    text += "22/11/2025,FT" + std::to_string(line) + (line < unreadable ? ",1OOO" : ",1000") +
            ",chuyen tien nop le phi ho so,NGUYEN VAN A\n";
  return text + "tong," + std::to_string(lines) + "," + sum + ",,\n";
}

class ApiStatements : public ApiTest {
 protected:
  ApiReply send(const std::string& file, const std::string& query = {}) {
    ApiCall call =
        posting("finance-1", std::string("/v1/statements?account=") + ApiServer::kAccount + query, file);
    call.content_type = "text/csv";
    return ask(call);
  }
  std::int64_t stored() {
    return session.number(
        "SELECT (SELECT count(*) FROM statement_file) + (SELECT count(*) FROM statement_line)");
  }
};

TEST_F(ApiStatements, ARefusedFileIsAnsweredWithEveryLineThatIsWrong) {
  const auto refused = send(statement_of(5, 3));
  EXPECT_EQ(refused.status, 422) << refused.body;
  std::string pointers;
  const auto problem = refused.json();
  for (const auto& error : problem.at("errors").as_array())
    pointers += std::string(error.at("pointer").as_string()) + " ";
  EXPECT_EQ(pointers, "line 7 line 8 line 9 ");
  const auto preview = send(statement_of(5, 3), "&dry_run=true");
  EXPECT_EQ(preview.status, 200) << preview.body;
  EXPECT_EQ(preview.json().at("refusals").as_array().size(), 3U);
  EXPECT_EQ(send(statement_of(5), "&dry_run=maybe").status, 400);
  EXPECT_EQ(stored(), 0);
}

TEST_F(ApiStatements, ALargeFileIsReadFromDiskAndPreviewed) {
  const std::string file = statement_of(60'000);
  ASSERT_GT(file.size(), 3U * 1024 * 1024);
  const auto preview = send(file, "&dry_run=true");
  ASSERT_EQ(preview.status, 200) << preview.body;
  EXPECT_EQ(preview.json().at("fresh_lines").as_int64(), 60'000);
  EXPECT_EQ(preview.json().at("closing_vnd").as_int64(), 60'000'000);
  EXPECT_FALSE(preview.json().as_object().contains("id"));
  EXPECT_EQ(stored(), 0);
  EXPECT_EQ(send(statement_of(3)).status, 201);
  EXPECT_EQ(stored(), 4);
}

}  // namespace
}  // namespace bccid::test
