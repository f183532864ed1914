#pragma once

#include "base/digest.hpp"
#include "store/db.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <string>

namespace bccid {

// An Idempotency-Key as the request carried it. An empty key means that there was none.
struct OnceKey {
  std::string scope;  // principal and route: keys of one caller never meet those of another
  std::string key;    // 1 to 255 characters
  Sha256 body_hash{};
};

// An answer that may be kept and given again, byte for byte.
struct KeptAnswer {
  int status = 200;
  std::string body;
  std::string location;
  bool replayed = false;
};

using OnceEffect = std::function<Result<KeptAnswer>(sql::Tx&)>;

// Runs the effect at most once for a key, in one transaction with the record of its answer.
// The same key and body again gives the kept answer with `replayed` set, after a small write of its own,
// so that a synchronous standby holds the effect before anyone is told so. Failures are not kept.
// Errors: key_in_flight while another request works on the key; key_reused with another body; what the
// effect returns; what Db::run returns.
boost::asio::awaitable<Result<KeptAnswer>> once(Db& db, JobSpec spec, OnceKey key, OnceEffect effect);

}  // namespace bccid
