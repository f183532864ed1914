#include "base/sealing_key.hpp"

#include "base/digest.hpp"

#include <gtest/gtest.h>

#include <set>

namespace bccid {
namespace {

SealingKey key(char fill) {
  const std::string raw(32, fill);
  return *SealingKey::parse(base64({reinterpret_cast<const std::uint8_t*>(raw.data()), raw.size()}));
}

TEST(SealingKey, WhatItSealedItOpens) {
  const auto mine = key('a');
  for (const std::string& plain : {std::string(), std::string("x"), std::string(1000, 'y')}) {
    const auto sealed = mine.seal(plain, "webhook:sub-1");
    EXPECT_EQ(mine.open(sealed, "webhook:sub-1"), plain);
    const bool long_enough_to_be_seen = plain.size() > 4;
    EXPECT_FALSE(long_enough_to_be_seen && sealed.find(plain) != std::string::npos);
  }
}

TEST(SealingKey, NothingElseOpensIt) {
  const auto mine = key('a');
  const auto sealed = mine.seal("secret", "webhook:sub-1");
  EXPECT_EQ(key('b').open(sealed, "webhook:sub-1"), std::nullopt);
  EXPECT_EQ(mine.open(sealed, "webhook:sub-2"), std::nullopt);
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    auto changed = sealed;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_EQ(mine.open(changed, "webhook:sub-1"), std::nullopt) << at;
    EXPECT_EQ(mine.open(sealed.substr(0, at), "webhook:sub-1"), std::nullopt) << at;
  }
}

TEST(SealingKey, NeverUsesANonceTwice) {
  const auto mine = key('a');
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(mine.seal("the same", "here").substr(4, 12));
  EXPECT_EQ(seen.size(), 1000U);
}

TEST(SealingKey, OnlyThirtyTwoBytesAreAKey) {
  for (const auto* text : {"", "abc", "AAAA", "not base64 at all!"}) {
    const auto parsed = SealingKey::parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, Errc::invalid_field);
  }
}

}  // namespace
}  // namespace bccid
