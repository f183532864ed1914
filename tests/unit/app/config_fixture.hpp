#pragma once

#include "app/config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace bccid::app {

inline constexpr std::string_view kDatabase = "[database]\ndsn = \"dbname=bccid\"\n";

// A directory of its own for secrets; gone with the test.
class ConfigTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "bccid-config-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string file(const std::string& name, std::string_view content, mode_t mode = 0600) const {
    const std::string path = (directory_ / name).string();
    std::ofstream(path, std::ios::binary) << content;
    EXPECT_EQ(::chmod(path.c_str(), mode), 0);
    return path;
  }

  std::string carrier(const std::string& name = "vnpost") const {
    return "[[carrier]]\nname = \"" + name + "\"\nbase_url = \"https://post.example.vn/\"\n" +
           "token_url = \"https://post.example.vn/token\"\ncustomer_code = \"C1\"\nclient_id = \"id\"\n" +
           "client_secret_file = \"" + file("secret", "s3cret\n") + "\"\nsender_name = \"Sở Tư pháp\"\n" +
           "sender_phone = \"02773851xxx\"\nsender_address = \"12 Võ Trường Toản\"\nsender_province = "
           "\"82\"\n" +
           "sender_commune = \"30169\"\n";
  }

  std::string receipt_provider(const std::string& issuer = "H20.12") const {
    return "[[receipt_provider]]\nissuer = \"" + issuer +
           "\"\nservice_url = \"https://bienlai.example.vn/\"\n" +
           "account = \"admin\"\naccount_password_file = \"" + file("account", "s3cret-a\n") + "\"\n" +
           "username = \"service\"\npassword_file = \"" + file("password", "s3cret-b\n") + "\"\n" +
           "pattern = \"01BLP0-001\"\nserial = \"AA/26E\"\n";
  }

  static ConfigSource source() {
    ConfigSource source;
    source.file = "bccid.toml";
    return source;
  }

  static LoadedConfig read(std::string_view text) { return parse_config(text, source()); }
  static LoadedConfig read_with_database(std::string_view text) {
    return read(std::string(kDatabase) + std::string(text));
  }

  std::filesystem::path directory_;
};

inline std::vector<std::string> texts(const std::vector<ConfigProblem>& problems) {
  std::vector<std::string> out;
  for (const auto& problem : problems) out.push_back(problem.text());
  return out;
}

}  // namespace bccid::app
