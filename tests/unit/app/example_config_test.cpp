#include "app/config.hpp"
#include "tests/support/pg_cluster.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace bccid::app {
namespace {

namespace fs = std::filesystem;

void write_secret(const fs::path& file) {
  std::ofstream{file} << "secret\n";
  fs::permissions(file, fs::perms::owner_read);
}

// What an operator copies first must load, given the credentials that its own comments name.
TEST(ExampleConfig, LoadsWithItsCredentials) {
  const test::TestFolder credentials;
  for (const char* name :
       {"database.password", "carrier.vnpost.client_secret", "onestop.H20.12.client_secret"}) {
    write_secret(credentials.path() / name);
  }
  ConfigSource source;
  source.file = BCCID_SOURCE_DIR "/systemd/bccid.toml.example";
  source.credentials_dir = credentials.path().string();
  const LoadedConfig loaded = load_config(source);
  EXPECT_TRUE(loaded.ok()) << loaded.failure().text();
  EXPECT_TRUE(loaded.warnings.empty()) << loaded.warnings.front().text();
  EXPECT_EQ(loaded.config.database.password.value, "secret");
  ASSERT_EQ(loaded.config.carriers.size(), 1U);
  EXPECT_EQ(loaded.config.carriers[0].client_secret.value, "secret");
  EXPECT_EQ(loaded.config.onestops.size(), 1U);
  EXPECT_EQ(loaded.config.banks.size(), 1U);
}

// Under systemd the secrets are the daemon's alone; an operator's command needs none of them.
TEST(ExampleConfig, LoadsWithoutCredentialsForCommandsThatNeedNone) {
  ConfigSource source;
  source.file = BCCID_SOURCE_DIR "/systemd/bccid.toml.example";
  EXPECT_FALSE(load_config(source).ok());
  source.secrets_required = false;
  const LoadedConfig loaded = load_config(source);
  EXPECT_TRUE(loaded.ok()) << loaded.failure().text();
  EXPECT_EQ(loaded.config.carriers.size(), 1U);
}

}  // namespace
}  // namespace bccid::app
