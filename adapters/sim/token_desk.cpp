#include "adapters/sim/token_desk.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace bccid::sim {

Answer json_answer(const boost::json::value& value, int status) {
  return {status, "application/json; charset=utf-8", boost::json::serialize(value)};
}

Answer TokenDesk::give(const Call& call) {
  if (call.method != "POST") return {405, "text/plain", "POST only"};
  if (!call.header("authorization").starts_with("Basic ") || call.header("authorization").size() < 10)
    return {401, "application/json", R"({"error":"invalid_client"})"};
  if (call.body.find("grant_type=client_credentials") == std::string::npos)
    return {400, "application/json", R"({"error":"unsupported_grant_type"})"};
  ++given_;
  boost::json::object reply;
  reply["access_token"] = current();
  reply["token_type"] = "Bearer";
  reply["expires_in"] = lifetime_s_;
  return json_answer(reply);
}

bool TokenDesk::recognises(const Call& call) const {
  return call.header("authorization") == "Bearer " + current();
}

}  // namespace bccid::sim
