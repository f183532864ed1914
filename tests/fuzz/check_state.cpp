#include "adapters/authorized_client.hpp"
#include "adapters/citizen_db/wire.hpp"
#include "net/proxy.hpp"
#include "tests/fuzz/parsers.hpp"
#include "tests/fuzz/require.hpp"

#include <string>

namespace bccid::fuzz {

// Only a verdict that the block lists is an answer, and no word of the reply reaches the reason.
int check_citizen_reply(std::string_view bytes) {
  const CitizenDbBlock block;
  const auto verdict = citizen::read_verdict(200, bytes, block);
  const bool answered = verdict.answer != CitizenAnswer::unavailable;
  require(answered != verdict.compared.empty(), "an answer says what was compared");
  require(answered == verdict.reason.empty(), "no answer says why");
  require(verdict.reason.size() < 100, "a reason is ours alone");
  require(citizen::read_verdict(500, bytes, block).answer == CitizenAnswer::unavailable,
          "an error is no answer");
  return 0;
}

int check_session_reply(std::string_view bytes) {
  const auto token = read_session_reply(200, bytes);
  if (!token) {
    require_fit(token.error());
    return 0;
  }
  require(!token->secret.empty(), "a session is not empty");
  require(token->lifetime.count() > 0, "a session lives for a while");
  return 0;
}

int check_tunnel_reply(std::string_view bytes) {
  static const auto proxy = net::parse_proxy("http://proxy.example.vn:3128", "").value();
  const net::Origin to{true, "counterpart.example.vn", 443};
  const auto open = net::judge_tunnel_reply(bytes, proxy, to);
  if (!open) {
    require_fit(open.error());
    return 0;
  }
  require(bytes.size() >= 12 && bytes.substr(0, 7) == "HTTP/1." && bytes[9] == '2',
          "only a 2xx opens a tunnel");
  return 0;
}

}  // namespace bccid::fuzz
