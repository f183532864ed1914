#include "http/dto/scan_dto.hpp"

#include "base/text.hpp"
#include "http/json_body.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace bccid::http {
namespace {

TEST(ScanDtoTest, NamesAnItemByAnIdThatCanBeWrittenIntoTheAnswer) {
  std::string id = "x";
  for (int i = 0; i < 30; ++i) id += "ữ";
  std::vector<ScanItem> items;
  const auto body = parse_json("{\"items\":[{\"event_id\":\"" + id + "\"}]}");
  ASSERT_TRUE(body);
  ASSERT_FALSE(read_scan_batch(*body, Principal{}, Time{}, items));
  ASSERT_EQ(items.size(), 1U);
  EXPECT_TRUE(items[0].refused);
  EXPECT_TRUE(id.starts_with(items[0].event_id));
  EXPECT_TRUE(valid_utf8(items[0].event_id)) << "60 bytes end inside the letter";
  EXPECT_TRUE(parse_json(scan_answers_json(items, {})));
}

}  // namespace
}  // namespace bccid::http
