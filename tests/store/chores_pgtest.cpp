#include "store/chores.hpp"

#include "base/time_text.hpp"
#include "tests/support/pg_cluster.hpp"
#include "tests/support/session.hpp"
#include "tests/support/verified.hpp"

#include <gtest/gtest.h>

namespace bccid {
namespace {

class Chores : public testing::Test {
 protected:
  std::size_t remove_keys() {
    return session_.in_tx([this](sql::Tx& tx) { return remove_old_idempotency_keys(tx, limit_); });
  }
  std::size_t remove_tokens() {
    return session_.in_tx([this](sql::Tx& tx) { return remove_expired_tokens(tx, limit_); });
  }

  test::TestDatabase database_{test::to_current_schema};
  test::Session session_{database_.dsn()};
  Time limit_ = parse_rfc3339("2026-03-02T09:00:00Z").value();
};

TEST_F(Chores, OldIdempotencyKeysGoOldestFirstInLimitedNumbers) {
  session_.sql(
      "INSERT INTO idempotency_key (scope, key, body_hash, status, body, created_at) "
      "SELECT 's', 'k' || i, '', 200, '', '2026-03-02T09:00:00Z'::timestamptz - i * interval '1 second' "
      "FROM generate_series(-4, 10003) AS i");
  EXPECT_EQ(remove_keys(), 10'000U);
  EXPECT_EQ(session_.text("SELECT string_agg(key, ' ' ORDER BY created_at) FROM idempotency_key"),
            "k3 k2 k1 k0 k-1 k-2 k-3 k-4");
  EXPECT_EQ(remove_keys(), 3U);
  EXPECT_EQ(remove_keys(), 0U);
  EXPECT_EQ(session_.number("SELECT count(*) FROM idempotency_key"), 5);
}

TEST_F(Chores, ExpiredTokensGoAndTheOthersStay) {
  session_.sql(
      "INSERT INTO principal (id, role, secret_hash) VALUES ('kiemtoan', 'auditor', 'x'); "
      "INSERT INTO access_token (token_hash, principal_id, expires_at) "
      "SELECT sha256(i::text::bytea), 'kiemtoan', '2026-03-02T09:00:00Z'::timestamptz - i * interval '1 "
      "hour' "
      "FROM generate_series(-2, 3) AS i");
  EXPECT_EQ(remove_tokens(), 3U);
  EXPECT_EQ(session_.number("SELECT count(*) FROM access_token WHERE expires_at >= '2026-03-02T09:00:00Z'"),
            3);
  EXPECT_EQ(session_.number("SELECT count(*) FROM access_token"), 3);
}

}  // namespace
}  // namespace bccid
