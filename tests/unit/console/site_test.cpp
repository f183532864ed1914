#include "console/site.hpp"

#include "base/embedded.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <set>

namespace bccid::console {
namespace {

std::set<std::string> found_in(std::string_view text, const std::string& pattern) {
  const std::string whole(text);
  const std::regex wanted(pattern);
  std::set<std::string> out;
  for (std::sregex_iterator it(whole.begin(), whole.end(), wanted), end; it != end; ++it)
    out.insert((*it)[1]);
  return out;
}

std::set<std::string> placeholders(const std::string& text) { return found_in(text, "\\{(\\w+)\\}"); }

TEST(Console, BothLanguagesHaveTheSameTextsWithTheSamePlaces) {
  const auto& site = Site::instance();
  const auto& vietnamese = site.texts(Language::vietnamese);
  const auto& english = site.texts(Language::english);
  ASSERT_GT(vietnamese.size(), 40U);
  ASSERT_EQ(vietnamese.size(), english.size());
  for (const auto& [key, text] : vietnamese) {
    ASSERT_TRUE(english.contains(key)) << key;
    EXPECT_EQ(placeholders(text), placeholders(english.at(key))) << key;
  }
}

TEST(Console, ScriptsSayOnlyWhatTheCatalogueHasAndHoldNoVietnameseOfTheirOwn) {
  const auto& texts = Site::instance().texts(Language::vietnamese);
  std::set<std::string> used;
  for (const auto& file : embedded_files()) {
    if (!file.path.starts_with("console/files/") || !file.path.ends_with(".js")) continue;
    for (const auto& key : found_in(file.content, R"re(say\("([\w.-]+)")re")) {
      EXPECT_TRUE(texts.contains("say." + key)) << file.path << " says " << key;
      used.insert(key);
    }
    // The bytes that begin the letters of Vietnamese with two marks.
    EXPECT_EQ(file.content.find("\xE1\xBA"), std::string_view::npos) << file.path << " has a text of its own";
    EXPECT_EQ(file.content.find("\xE1\xBB"), std::string_view::npos) << file.path << " has a text of its own";
  }
  EXPECT_GT(used.size(), 20U);
}

TEST(Console, EveryTextIsUsed) {
  std::string all;
  for (const auto& file : embedded_files())
    if (file.path.starts_with("console/") && file.path != "console/texts.csv") all += file.content;
  for (const auto& [key, text] : Site::instance().texts(Language::vietnamese)) {
    if (!key.starts_with("say.")) {
      EXPECT_TRUE(all.find("{{" + key + "}}") != std::string::npos || key.starts_with("page.")) << key;
      continue;
    }
    // A key such as "balance.open" may be said as `balance.${name}`, and those of a family by named("type").
    const std::string bare = key.substr(4);
    const auto family = bare.substr(0, bare.find('.'));
    const bool said = all.find('"' + bare + '"') != std::string::npos ||
                      all.find('`' + family + ".${") != std::string::npos ||
                      all.find("named(\"" + family + "\")") != std::string::npos;
    EXPECT_TRUE(said) << key;
  }
}

TEST(Console, EveryPageIsThereInBothLanguagesAndHasATitle) {
  const auto& site = Site::instance();
  ASSERT_FALSE(site.page_names().empty());
  for (const auto& name : site.page_names()) {
    const auto* vietnamese = site.page(name, Language::vietnamese);
    const auto* english = site.page(name, Language::english);
    ASSERT_TRUE(vietnamese && english) << name;
    EXPECT_NE(vietnamese->etag, english->etag) << name;
    EXPECT_NE(vietnamese->html.find("<html lang=\"vi\">"), std::string::npos);
    EXPECT_NE(english->html.find("<html lang=\"en\">"), std::string::npos);
    EXPECT_EQ(english->html.find("{{"), std::string::npos) << name;
    EXPECT_NE(site.file(site.version(), name + ".js"), nullptr) << name;
  }
  EXPECT_EQ(site.page("shell", Language::english), nullptr);
  EXPECT_EQ(site.page("../today", Language::english), nullptr);
}

TEST(Console, FilesOfAnotherVersionAreNotServed) {
  const auto& site = Site::instance();
  EXPECT_EQ(site.version().size(), 16U);
  EXPECT_NE(site.file(site.version(), "shell.js"), nullptr);
  EXPECT_EQ(site.file("0000000000000000", "shell.js"), nullptr);
  EXPECT_EQ(site.file(site.version(), "nothing.js"), nullptr);
}

}  // namespace
}  // namespace bccid::console
