#include "flow/sign_in.hpp"

#include "base/ids.hpp"
#include "base/text.hpp"
#include "flow/collect_cash.hpp"

#include <argon2.h>
#include <openssl/rand.h>

#include <array>
#include <stdexcept>

namespace bccid {
namespace {

constexpr std::uint32_t kPasses = 2;
constexpr std::uint32_t kMemoryKib = 19 * 1024;
constexpr std::uint32_t kLanes = 1;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kHashBytes = 32;
constexpr std::size_t kTokenBytes = 32;
constexpr int kUseWrittenParts = 10;  // how exactly the last use is known, in parts of the idle time

const sql::Query kFindCandidate{"principal_find", R"(
SELECT id, role, coalesce(agency_code, ''), coalesce(office_code, ''), secret_hash
  FROM principal WHERE id = $1 AND disabled_at IS NULL)"};

const sql::Query kIssueToken{"token_issue", R"(
INSERT INTO access_token (token_hash, principal_id, issued_at, last_used_at, expires_at)
VALUES ($1, $2, $3, $3, $4))"};

// Decree 53/2022 article 27: who came in, who left, and who was refused.
const sql::Query kNoteSignIn{"principal_sign_in", R"(
INSERT INTO audit (at, actor, role, action, subject, request_id, detail)
SELECT $4::timestamptz, id, role, $2, 'principal:' || id, $3::text, jsonb_build_object('from', $5::text)
  FROM principal WHERE id = $1)"};

// Of names that nobody has, only a count is kept: they would be a stranger's text, as many as he likes. It is
// written where it happens, so that the answer takes as long as one about a name that is known.
const sql::Query kCountUnknown{"principal_unknown", R"(
INSERT INTO refusal_count AS c (day, route, reason, count)
VALUES (($1::timestamptz AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, 'sign-in', 'unknown_name', 1)
    ON CONFLICT (day, route, reason) DO UPDATE SET count = c.count + 1)"};

// A use is written down only when the last one that was is old, so that looking a token up stays a read.
const sql::Query kReadToken{"token_read", R"(
WITH holder AS (
  SELECT t.token_hash, t.last_used_at, t.expires_at, p.id, p.role, p.agency_code, p.office_code
    FROM access_token t JOIN principal p ON p.id = t.principal_id
   WHERE t.token_hash = $1 AND t.revoked_at IS NULL AND t.expires_at > $2 AND p.disabled_at IS NULL
     AND (p.role = 'agency' OR t.last_used_at > $3)),
used AS (
  UPDATE access_token t SET last_used_at = $2
    FROM holder h WHERE t.token_hash = h.token_hash AND h.role <> 'agency' AND h.last_used_at <= $4)
SELECT id, role, coalesce(agency_code, ''), coalesce(office_code, ''), expires_at FROM holder)"};

const sql::Query kRevokeToken{"token_revoke", R"(
UPDATE access_token SET revoked_at = $2 WHERE token_hash = $1 AND revoked_at IS NULL
RETURNING principal_id)"};

// A new secret or role ends what the old one opened.
const sql::Query kPutPrincipal{"principal_put", R"(
WITH ended AS (UPDATE access_token SET revoked_at = now() WHERE principal_id = $1 AND revoked_at IS NULL)
INSERT INTO principal (id, role, secret_hash, agency_code, office_code, display_name)
VALUES ($1, $2, $3, nullif($4, ''), nullif($5, ''), $6)
    ON CONFLICT (id) DO UPDATE
   SET role = excluded.role, secret_hash = excluded.secret_hash, agency_code = excluded.agency_code,
       office_code = excluded.office_code, display_name = excluded.display_name,
       disabled_at = NULL)"};

const sql::Query kMissingPlaces{"principal_missing_places", R"(
SELECT $1::text <> '' AND NOT EXISTS (SELECT 1 FROM agency WHERE code = $1),
       $2::text <> '' AND NOT EXISTS (SELECT 1 FROM post_office WHERE code = $2))"};

const sql::Query kPrincipalChanged{"principal_changed", R"(
INSERT INTO audit (actor, role, action, subject) VALUES ($1, 'admin', $2, 'principal:' || $3))"};

const sql::Query kDisablePrincipal{"principal_disable", R"(
WITH ended AS (UPDATE access_token SET revoked_at = $2 WHERE principal_id = $1 AND revoked_at IS NULL)
UPDATE principal SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL)"};

// Refuses a name that means something else, and says which place must be added before somebody can sign in
// for it.
Status check_places(sql::Tx& tx, const NewPrincipal& principal) {
  if (principal.id == kByTransfer || principal.id == kPaidOnline)
    return Failure(Errc::invalid_field, "no person may be called \"" + principal.id + '"',
                   "It stands for money that no person of the post held; choose another name.");
  const auto missing = tx.exec(kMissingPlaces, sql::Params::of(principal.agency, principal.office));
  if (missing.front().boolean(0))
    return Failure(Errc::invalid_field, "there is no agency \"" + shown(principal.agency) + "\"",
                   "Add it with: bccid agency add --code CODE --name NAME.");
  if (missing.front().boolean(1))
    return Failure(Errc::invalid_field, "there is no post office \"" + shown(principal.office) + "\"",
                   "Add it with: bccid office add --code CODE --name NAME.");
  return {};
}

void note(sql::Tx& tx, std::string_view principal, std::string_view action, const SignInSource& from,
          Time now) {
  tx.exec(kNoteSignIn, sql::Params::of(principal, action, from.request_id, now, from.peer));
}

std::string_view hash_bytes(const Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

Result<std::string> hash_secret(std::string_view secret) {
  const std::size_t length = valid_utf8(secret) ? code_points(secret) : 0;
  if (length < 12 || length > 256)
    return Failure(Errc::invalid_field, "the secret has " + std::to_string(length) + " characters",
                   "Use 12 to 256 characters of UTF-8.");
  const std::string composed = to_nfc(secret);
  std::array<std::uint8_t, kSaltBytes> salt{};
  if (RAND_bytes(salt.data(), static_cast<int>(salt.size())) != 1)
    throw std::runtime_error("the system's random source failed");
  std::string encoded(argon2_encodedlen(kPasses, kMemoryKib, kLanes, kSaltBytes, kHashBytes, Argon2_id),
                      '\0');
  const int code =
      argon2id_hash_encoded(kPasses, kMemoryKib, kLanes, composed.data(), composed.size(), salt.data(),
                            salt.size(), kHashBytes, encoded.data(), encoded.size());
  if (code != ARGON2_OK) throw std::runtime_error(std::string("argon2: ") + argon2_error_message(code));
  encoded.resize(encoded.find('\0'));
  return encoded;
}

bool verify_secret(std::string_view encoded, std::string_view secret) {
  const std::string given = valid_utf8(secret) ? to_nfc(secret) : std::string(secret);
  return argon2id_verify(std::string(encoded).c_str(), given.data(), given.size()) == ARGON2_OK;
}

const std::string& nobody_hash() {
  static const std::string hash = *hash_secret(random_token(kTokenBytes));
  return hash;
}

Candidate find_candidate(sql::Tx& tx, std::string_view id) {
  const auto rows = tx.exec(kFindCandidate, sql::Params::of(id));
  Candidate candidate;
  if (rows.empty()) {
    candidate.id = std::string(id);
    candidate.secret_hash = nobody_hash();
    return candidate;
  }
  const auto row = rows.front();
  candidate = Candidate{row.str(0), row.str(1), row.str(2), row.str(3), row.str(4), true};
  return candidate;
}

IssuedToken issue_token(sql::Tx& tx, const Candidate& candidate, const SignInSource& from, Duration lifetime,
                        Time now) {
  IssuedToken issued{random_token(kTokenBytes), now + lifetime};
  sql::Params params;
  params.add_bytes(hash_bytes(sha256(issued.token))).add(candidate.id).add(now).add(issued.expires_at);
  tx.exec(kIssueToken, params);
  note(tx, candidate.id, "sign_in.accept", from, now);
  return issued;
}

void note_refusal(sql::Tx& tx, const Candidate& candidate, const SignInSource& from, Time now) {
  if (candidate.exists)
    note(tx, candidate.id, "sign_in.refuse", from, now);
  else
    tx.exec(kCountUnknown, sql::Params::of(now));
}

std::optional<TokenHolder> read_token(sql::Tx& tx, std::string_view token, const IdleRule& idle, Time now) {
  const Duration written_every = idle.longest / kUseWrittenParts;
  sql::Params params;
  params.add_bytes(hash_bytes(sha256(token)))
      .add(now)
      .add(now - idle.longest - written_every - idle.unseen)
      .add(now - written_every);
  const auto rows = tx.exec(kReadToken, params);
  if (rows.empty()) return std::nullopt;
  const auto row = rows.front();
  TokenHolder holder;
  holder.actor = Actor{row.str(0), row.str(1), row.str(2), row.str(3), ""};
  holder.expires_at = row.time(4);
  return holder;
}

void revoke_token(sql::Tx& tx, std::string_view token, const SignInSource& from, Time now) {
  sql::Params params;
  params.add_bytes(hash_bytes(sha256(token))).add(now);
  for (const auto& row : tx.exec(kRevokeToken, params)) note(tx, row.text(0), "sign_in.end", from, now);
}

Status put_principal(sql::Tx& tx, const NewPrincipal& principal, std::string_view by) {
  if (const auto places = check_places(tx, principal); !places) return places;
  tx.exec(kPutPrincipal, sql::Params::of(principal.id, principal.role, principal.secret_hash,
                                         principal.agency, principal.office, principal.display_name));
  tx.exec(kPrincipalChanged, sql::Params::of(by, "principal.put", principal.id));
  return {};
}

Status disable_principal(sql::Tx& tx, std::string_view id, std::string_view by, Time now) {
  if (tx.exec_count(kDisablePrincipal, sql::Params::of(id, now)) == 0)
    return Failure(Errc::not_found, "there is no active principal \"" + std::string(id) + "\"",
                   "Check the name.");
  tx.exec(kPrincipalChanged, sql::Params::of(by, "principal.disable", id));
  return {};
}

}  // namespace bccid
