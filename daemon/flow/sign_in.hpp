#pragma once

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/result.hpp"
#include "flow/actor.hpp"
#include "store/pq.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace bccid {

// One secret has one form (NFC), whichever keyboard wrote it.
// Argon2id with 19 MiB, 2 passes (OWASP's first choice). Takes tens of milliseconds of one core: never on
// the io thread. Errors: invalid_field (shorter than 12 or longer than 256 characters).
Result<std::string> hash_secret(std::string_view secret);
// True when the secret is the one that was hashed. Same cost whether it is or not.
bool verify_secret(std::string_view encoded, std::string_view secret);

// What the database knows of somebody who wants in. `secret_hash` is a hash of nothing when there is no such
// principal, so that the caller spends the same time on both.
struct Candidate {
  std::string id, role, agency, office, secret_hash;
  bool exists = false;
};
Candidate find_candidate(sql::Tx& tx, std::string_view id);
// The hash that belongs to nobody. Made at the first call, which takes as long as a sign-in.
const std::string& nobody_hash();

struct IssuedToken {
  std::string token;  // shown once; only its hash is stored
  Time expires_at{};
};
// Where a sign-in came from, for the audit.
struct SignInSource {
  std::string_view peer;
  std::string_view request_id;
};
// Issues a token after the secret was verified, and audits it.
IssuedToken issue_token(sql::Tx& tx, const Candidate& candidate, const SignInSource& from, Duration lifetime,
                        Time now);
// Audits the refusal of somebody who exists; of others only the count is kept.
void note_refusal(sql::Tx& tx, const Candidate& candidate, const SignInSource& from, Time now);

struct TokenHolder {
  Actor actor;
  Time expires_at{};
};
// When a staff session that nobody uses ends: after `longest`, or up to a tenth of it and `unseen` later.
struct IdleRule {
  Duration longest{std::chrono::minutes(30)};
  Duration unseen{};  // how long uses go on without being looked up here, because of a cache
};
// Nothing for a token that is unknown, expired, revoked, idle for too long, or whose holder is disabled.
std::optional<TokenHolder> read_token(sql::Tx& tx, std::string_view token, const IdleRule& idle, Time now);
void revoke_token(sql::Tx& tx, std::string_view token, const SignInSource& from, Time now);

struct NewPrincipal {
  std::string id, role, agency, office, display_name, secret_hash;
};
// Creates a principal, or gives an existing one a new secret and role and ends its tokens. Errors:
// invalid_field (agency, office, an id that stands for money which no person held).
Status put_principal(sql::Tx& tx, const NewPrincipal& principal, std::string_view by);
// Also ends all its tokens. Errors: not_found.
Status disable_principal(sql::Tx& tx, std::string_view id, std::string_view by, Time now);

}  // namespace bccid
