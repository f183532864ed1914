#include "http/object_reader.hpp"

#include "http/json_body.hpp"
#include "http/pairs_reader.hpp"

#include <gtest/gtest.h>

#include <array>

namespace bccid::http {
namespace {

boost::json::value json(std::string_view text) { return parse_json(text).value(); }

std::vector<std::string> pointers(const std::optional<InputFailure>& failure) {
  std::vector<std::string> out;
  if (failure)
    for (const auto& error : failure->errors) out.push_back(error.pointer);
  return out;
}

TEST(ObjectReaderTest, ReadsEveryKindOfField) {
  const auto value = json(R"({"code":"KT1","weight":20,"fee":30000,"urgent":true,
    "id":"0192f0c1-7a52-7c3e-9d41-5f2b7d0f6a11","at":"2026-11-22T08:30:00+07:00","day":"2026-11-22",
    "leg":"delivery","to":{"name":"Lê Thị Hoa"},"items":[1,2]})");
  constexpr std::array<std::string_view, 2> kLegs{"pickup", "delivery"};
  ObjectReader r(value);
  EXPECT_EQ(r.text("code"), "KT1");
  EXPECT_EQ(r.integer("weight"), 20);
  EXPECT_EQ(r.money("fee"), Money(30000));
  EXPECT_TRUE(r.boolean("urgent"));
  EXPECT_EQ(r.uuid("id").to_text(), "0192f0c1-7a52-7c3e-9d41-5f2b7d0f6a11");
  EXPECT_EQ(to_rfc3339(r.time("at")), "2026-11-22T01:30:00Z");
  EXPECT_EQ(to_text(r.day("day")), "2026-11-22");
  EXPECT_EQ(r.one_of("leg", kLegs), 1U);
  EXPECT_EQ(r.list("items").size(), 2U);
  ObjectReader to = r.object("to");
  EXPECT_EQ(to.text("name"), "Lê Thị Hoa");
  r.absorb(to);
  EXPECT_FALSE(r.finish());
}

TEST(ObjectReaderTest, CollectsEveryErrorWithItsPointer) {
  const auto value = json(R"({"a":1,"b":"x","c":null,"e~/":"","f":{"g":1,"h":2},"z":0})");
  ObjectReader r(value, "/items/3");
  r.text("a");
  r.integer("b");
  r.text("c");
  r.text("d");
  r.text("e~/");
  ObjectReader nested = r.object("f");
  nested.text("g");
  r.absorb(nested);
  EXPECT_EQ(pointers(r.finish()),
            (std::vector<std::string>{"/items/3/a", "/items/3/b", "/items/3/c", "/items/3/d",
                                      "/items/3/e~0~1", "/items/3/f/g", "/items/3/f/h", "/items/3/z"}));
}

TEST(ObjectReaderTest, NamesTheKindOfEachError) {
  const auto value = json(R"({"unknown":1})");
  ObjectReader r(value);
  r.text("code");
  const auto failure = r.finish();
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->errors[0].code, Errc::missing_field);
  EXPECT_EQ(failure->errors[1].code, Errc::unknown_field);
  EXPECT_EQ(failure->summary().detail, "is required (and 1 more)");
}

class HostileAmount : public testing::TestWithParam<const char*> {};

TEST_P(HostileAmount, IsRefused) {
  const auto value = json("{\"fee\":" + std::string(GetParam()) + "}");
  ObjectReader r(value);
  r.money("fee");
  EXPECT_EQ(pointers(r.finish()), std::vector<std::string>{"/fee"}) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(Amounts, HostileAmount,
                         testing::Values("0", "-1", "1e5", "1.0", "0.5", "10000000001", "9223372036854775807",
                                         "9223372036854775808", "1e30", "\"30000\"", "true", "null", "[]"));

TEST(ObjectReaderTest, NormalisesTextsAndCountsCodePoints) {
  const auto value = json("{\"a\":\"e\u0302\u0301\",\"b\":\"Đồng Tháp\"}");
  ObjectReader r(value);
  EXPECT_EQ(r.text("a", {.max = 1}), "ế");
  EXPECT_EQ(r.text("b", {.min = 9, .max = 9}), "Đồng Tháp");
  EXPECT_FALSE(r.finish());
}

TEST(ObjectReaderTest, RefusesControlCharactersButAllowsLinesWhereAsked) {
  const auto value = json(R"({"a":"x\u001b[31m","b":"one\ntwo","c":"one\ntwo","d":"\u007f"})");
  ObjectReader r(value);
  r.text("a");
  EXPECT_EQ(r.text("b", {.lines = true}), "one\ntwo");
  r.text("c");
  r.text("d");
  EXPECT_EQ(pointers(r.finish()), (std::vector<std::string>{"/a", "/c", "/d"}));
}

TEST(ObjectReaderTest, TakesAbsentAndNullAlikeForOptionalFields) {
  const auto value = json(R"({"a":null,"b":"x"})");
  ObjectReader r(value);
  EXPECT_FALSE(r.optional_text("a"));
  EXPECT_EQ(r.optional_text("b"), "x");
  EXPECT_FALSE(r.optional_integer("c"));
  EXPECT_FALSE(r.optional_object("d"));
  EXPECT_TRUE(r.optional_list("e").empty());
  EXPECT_FALSE(r.finish());
}

TEST(ObjectReaderTest, AMissingObjectIsOneError) {
  const auto value = json("{}");
  ObjectReader r(value);
  ObjectReader to = r.object("to");
  to.text("name");
  to.integer("age");
  r.absorb(to);
  EXPECT_EQ(pointers(r.finish()), std::vector<std::string>{"/to"});
}

TEST(ObjectReaderTest, AnythingButAnObjectIsOneError) {
  for (const char* text : {"1", "[]", "null", "\"x\""}) {
    const auto value = json(text);
    ObjectReader r(value, "/items/0");
    r.text("a");
    EXPECT_EQ(pointers(r.finish()), std::vector<std::string>{"/items/0"}) << text;
  }
}

TEST(ObjectReaderTest, BoundsListsAndObjects) {
  const auto value = json(R"({"none":[],"three":[1,2,3]})");
  ObjectReader r(value);
  EXPECT_TRUE(r.list("none").empty());
  EXPECT_TRUE(r.list("three", {.max = 2}).empty());
  EXPECT_EQ(pointers(r.finish()), (std::vector<std::string>{"/none", "/three"}));
  std::string many = "{";
  for (int i = 0; i < 70; ++i) many += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":1";
  const auto wide = json(many + "}");
  ObjectReader w(wide);
  EXPECT_TRUE(w.finish());
}

TEST(PairsReaderTest, ReadsAQueryAndRefusesTheRest) {
  Pairs pairs;
  pairs.add("limit", "50");
  pairs.add("q", "Tháp");
  pairs.add("q", "Mười");
  pairs.add("sort", "x");
  PairsReader r(pairs, "?");
  EXPECT_EQ(r.optional_integer("limit", {.min = 1, .max = 200}), 50);
  r.optional_text("q");
  EXPECT_FALSE(r.optional_time("since"));
  EXPECT_EQ(pointers(r.finish()), (std::vector<std::string>{"?q", "?sort"}));
}

}  // namespace
}  // namespace bccid::http
