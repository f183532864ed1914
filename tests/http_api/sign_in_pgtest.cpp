#include "base/digest.hpp"
#include "flow/sign_in.hpp"
#include "tests/http_api/api_test.hpp"

#include <span>

namespace bccid::test {
namespace {

namespace json = boost::json;

class ApiSignIn : public ApiTest {
 protected:
  ApiReply sign_in(const std::string& name, const std::string& password) {
    return post("", "/v1/session", json::object{{"name", name}, {"password", password}});
  }
  // As somebody at another address does it.
  ApiReply sign_in_from(const std::string& address, const std::string& name, const std::string& password) {
    ApiClient elsewhere(server->port(), address);
    const json::object body{{"name", name}, {"password", password}};
    const ApiCall call = posting("", "/v1/session", json::serialize(body));
    ApiReply reply = elsewhere.send(call);
    hold_to_contract(call, reply);
    return reply;
  }
  ApiReply form(const std::string& body, const std::string& authorization = {}) {
    ApiCall call;
    call.method = "POST";
    call.target = "/oauth/token";
    call.body = body;
    call.content_type = "application/x-www-form-urlencoded";
    if (!authorization.empty()) call.headers.emplace_back("Authorization", authorization);
    return ask(call);
  }
  static std::string basic(const std::string& pair) {
    return "Basic " + base64({reinterpret_cast<const std::uint8_t*>(pair.data()), pair.size()});
  }
  int status_with(const std::string& token) {
    ApiCall call;
    call.target = "/v1/attention";
    call.token = token;
    return ask(call).status;
  }
};

TEST_F(ApiSignIn, ASystemGetsATokenByFormOrHeader) {
  const std::string secret = "&client_secret=correct+horse+battery";
  const auto by_form = form("grant_type=client_credentials&client_id=agency-a" + secret);
  ASSERT_EQ(by_form.status, 200) << by_form.body;
  EXPECT_EQ(by_form.json().at("expires_in").as_int64(), 600);
  EXPECT_EQ(by_form.header("Cache-Control"), "no-store");
  EXPECT_EQ(status_with(by_form.text("access_token")), 200);
  const auto by_header = form("grant_type=client_credentials", basic(std::string("agency-a:") + kSecret));
  EXPECT_EQ(by_header.status, 200) << by_header.body;
  EXPECT_EQ(
      count("access_token WHERE token_hash = '\\x" + to_hex(sha256(by_form.text("access_token"))) + "'"), 1);
}

TEST_F(ApiSignIn, APersonSignsInAndOut) {
  const auto in = sign_in("clerk-1", kSecret);
  ASSERT_EQ(in.status, 200) << in.body;
  EXPECT_EQ(in.json().at("expires_in").as_int64(), 12 * 3600);
  ApiCall out;
  out.method = "DELETE";
  out.target = "/v1/session";
  out.token = in.text("access_token");
  EXPECT_EQ(status_with(out.token), 200);
  EXPECT_EQ(ask(out).status, 204);
  EXPECT_EQ(status_with(out.token), 401);
  EXPECT_EQ(ask(out).status, 401);
}

TEST_F(ApiSignIn, EitherKindIsRefusedAtTheOthersDoor) {
  EXPECT_EQ(sign_in("agency-a", kSecret).status, 401);
  EXPECT_EQ(form("grant_type=client_credentials", basic(std::string("clerk-1:") + kSecret)).status, 401);
}

TEST_F(ApiSignIn, AWrongSecretAndAnUnknownNameLookAlike) {
  const auto wrong = sign_in("clerk-1", "wrong horse battery");
  const auto unknown = sign_in("nobody-9", "wrong horse battery");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(unknown.status, 401);
  EXPECT_EQ(wrong.text("detail"), unknown.text("detail"));
}

TEST_F(ApiSignIn, RefusalsInARowSlowDownAndAreForgotten) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(sign_in("clerk-1", "wrong horse battery").status, 401);
  EXPECT_EQ(sign_in("clerk-1", kSecret).status, 429);
  EXPECT_EQ(sign_in("finance-1", kSecret).status, 200);  // nobody else waits
  server->advance(std::chrono::seconds(2));
  EXPECT_EQ(sign_in("clerk-1", "wrong horse battery").status, 401);
  server->advance(std::chrono::seconds(3));
  EXPECT_EQ(sign_in("clerk-1", kSecret).status, 429);  // now four
  server->advance(std::chrono::seconds(1));
  EXPECT_EQ(sign_in("clerk-1", kSecret).status, 200);
  EXPECT_EQ(sign_in("clerk-1", "wrong horse battery").status, 401);
  EXPECT_EQ(sign_in("clerk-1", kSecret).status, 200);
}

TEST_F(ApiSignIn, NobodyIsLockedOutFromElsewhere) {
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(sign_in_from("127.0.0.2", "clerk-1", "wrong horse battery").status, 401);
  EXPECT_EQ(sign_in_from("127.0.0.2", "clerk-1", kSecret).status, 429);
  EXPECT_EQ(sign_in_from("127.0.0.3", "clerk-1", kSecret).status, 200);
  EXPECT_EQ(sign_in("clerk-1", kSecret).status, 200);
  EXPECT_EQ(sign_in_from("127.0.0.2", "clerk-1", kSecret).status, 429);  // another's success is not his
}

TEST_F(ApiSignIn, ANameThatNobodyHasWaitsAsLongAsAnother) {
  for (const std::string name : {"clerk-1", "nobody-9"}) {
    for (int i = 0; i < 5; ++i) EXPECT_EQ(sign_in(name, "wrong horse battery").status, 401) << name;
    const auto waits = sign_in(name, "wrong horse battery");
    EXPECT_EQ(waits.status, 429) << name;
    EXPECT_EQ(waits.header("Retry-After"), "2") << name;
    EXPECT_EQ(waits.text("detail"), "too many refused sign-ins in a row");
  }
}

TEST_F(ApiSignIn, AnAddressThatTriesManyNamesWaits) {
  settings.sign_ins.peer_tries = 6;
  restart();
  const auto guess = [&](int i) { return sign_in_from("127.0.0.2", "guess-" + std::to_string(i), kSecret); };
  for (int i = 0; i < 6; ++i) EXPECT_EQ(guess(i).status, 401) << i;
  EXPECT_EQ(guess(6).status, 429);
  EXPECT_EQ(guess(6).header("Retry-After"), "6");
  EXPECT_EQ(sign_in_from("127.0.0.3", "clerk-1", kSecret).status, 200);
  server->advance(std::chrono::seconds(6));
  EXPECT_EQ(guess(7).status, 401);
  EXPECT_EQ(guess(8).status, 429);
}

TEST_F(ApiSignIn, AFullQueueIsToldAndCountsAgainstNobody) {
  settings.sign_ins_waiting_max = 0;
  restart();
  for (int i = 0; i < 6; ++i) {
    const auto busy = sign_in("clerk-1", kSecret);
    EXPECT_EQ(busy.status, 503);
    EXPECT_EQ(busy.text("code"), "overloaded");
    EXPECT_EQ(busy.header("Retry-After"), "1");
  }
  EXPECT_EQ(count("audit WHERE action = 'sign_in.refuse'"), 0);
}

TEST_F(ApiSignIn, TheAuditSaysWhoCameInWhoLeftAndWhoWasRefusedAndFromWhere) {
  EXPECT_EQ(sign_in_from("127.0.0.2", "clerk-1", "wrong horse battery").status, 401);
  ApiCall leave;
  leave.method = "DELETE";
  leave.target = "/v1/session";
  leave.token = sign_in("clerk-1", kSecret).text("access_token");
  EXPECT_EQ(ask(leave).status, 204);
  EXPECT_EQ(session.text("SELECT string_agg(concat_ws(' ', action, actor, role, detail ->> 'from'), ', ' "
                         "ORDER BY id) FROM audit WHERE action LIKE 'sign_in.%'"),
            "sign_in.refuse clerk-1 clerk 127.0.0.2, sign_in.accept clerk-1 clerk 127.0.0.1, "
            "sign_in.end clerk-1 clerk 127.0.0.1");
}

TEST_F(ApiSignIn, TokensEnd) {
  const auto token = sign_in("clerk-1", kSecret).text("access_token");
  for (int i = 0; i < 12 * 3 - 1; ++i) {
    server->advance(std::chrono::minutes(20));
    EXPECT_EQ(status_with(token), 200) << i;
  }
  server->advance(std::chrono::minutes(20) - std::chrono::seconds(1));
  EXPECT_EQ(status_with(token), 200);
  server->advance(std::chrono::seconds(1));
  EXPECT_EQ(status_with(token), 401);
}

TEST_F(ApiSignIn, AStaffSessionThatNobodyUsesEnds) {
  const auto used = sign_in("clerk-1", kSecret).text("access_token");
  const auto left = sign_in("finance-1", kSecret).text("access_token");
  for (int i = 0; i < 2; ++i) {
    server->advance(std::chrono::minutes(29));
    EXPECT_EQ(status_with(used), 200);
  }
  EXPECT_EQ(status_with(left), 401);
  server->advance(std::chrono::minutes(34));
  EXPECT_EQ(status_with(used), 401);
}

TEST_F(ApiSignIn, UsesAreWrittenDownOnlyNowAndThen) {
  const auto token = sign_in("clerk-1", kSecret).text("access_token");
  const auto last_use = [&] {
    return session.text("SELECT last_used_at::text FROM access_token WHERE token_hash = '\\x" +
                        to_hex(sha256(token)) + "'");
  };
  const auto signed_in = last_use();
  server->advance(std::chrono::minutes(1));
  EXPECT_EQ(status_with(token), 200);
  EXPECT_EQ(last_use(), signed_in);
  server->advance(std::chrono::minutes(3));
  EXPECT_EQ(status_with(token), 200);
  EXPECT_NE(last_use(), signed_in);
}

TEST_F(ApiSignIn, NothingIsKeptOfANameThatNobodyHas) {
  const auto before = all_counts();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(sign_in("stranger-" + std::to_string(i), kSecret).status, 401);
  EXPECT_EQ(all_counts(), before);
  EXPECT_EQ(session.number("SELECT count FROM refusal_count WHERE reason = 'unknown_name'"), 3);
  EXPECT_EQ(sign_in("clerk-1", "wrong horse battery").status, 401);
  EXPECT_EQ(count("audit WHERE action = 'sign_in.refuse'"), 1);
}

TEST_F(ApiSignIn, ADisabledPrincipalIsOutAtOnce) {
  const auto token = sign_in("clerk-1", kSecret).text("access_token");
  session.in_tx([](sql::Tx& tx) { disable_principal(tx, "clerk-1", "test", ApiTest::now).value(); });
  EXPECT_EQ(status_with(token), 401);
  EXPECT_EQ(sign_in("clerk-1", kSecret).status, 401);
}

TEST_F(ApiSignIn, ANewSecretEndsOldTokens) {
  const auto token = sign_in("clerk-1", kSecret).text("access_token");
  const NewPrincipal again{"clerk-1", "clerk", "",
                           kOffice,   "Clerk", hash_secret("another battery staple").value()};
  session.in_tx([&](sql::Tx& tx) { put_principal(tx, again, "test").value(); });
  EXPECT_EQ(status_with(token), 401);
  EXPECT_EQ(sign_in("clerk-1", kSecret).status, 401);
  EXPECT_EQ(sign_in("clerk-1", "another battery staple").status, 200);
}

TEST_F(ApiSignIn, ARememberedTokenIsForgottenWhenItsOwnerSignsOut) {
  settings.keep_tokens = std::chrono::hours(1);
  restart();
  const auto token = sign_in("clerk-1", kSecret).text("access_token");
  EXPECT_EQ(status_with(token), 200);
  session.sql("UPDATE access_token SET revoked_at = now()");
  EXPECT_EQ(status_with(token), 200);  // remembered: the documented seconds
  ApiCall out;
  out.method = "DELETE";
  out.target = "/v1/session";
  out.token = token;
  EXPECT_EQ(ask(out).status, 204);
  EXPECT_EQ(status_with(token), 401);
}

// NFC and NFD are the same secret: keyboards differ.
TEST_F(ApiSignIn, ASecretHasOneForm) {
  const auto hash = hash_secret("mật khẩu rất dài").value();
  session.sql("UPDATE principal SET secret_hash = '" + hash + "' WHERE id = 'clerk-1'");
  EXPECT_EQ(
      sign_in("clerk-1", "ma\xCC\xA3\xCC\x82t kh\xC3\xA2\xCC\x89u r\xC3\xA2\xCC\x81t d\x61\xCC\x80i").status,
      200);
}

TEST_F(ApiSignIn, BadCredentialsOfEveryShapeAreRefused) {
  const std::string grant = "grant_type=client_credentials";
  EXPECT_EQ(form("").status, 400);
  EXPECT_EQ(form("grant_type=password&client_id=a&client_secret=b").status, 400);
  EXPECT_EQ(form(grant).status, 401);
  EXPECT_EQ(form(grant + "&client_id=agency-a").status, 401);
  EXPECT_EQ(form(grant + "&client_id=agency-a&client_id=agency-b").status, 400);
  EXPECT_EQ(form(grant + "&colour=red").status, 400);
  EXPECT_EQ(form(grant + "&client_id=%FF&client_secret=x").status, 400);
  EXPECT_EQ(form(grant + "&client_id=a%00b&client_secret=x").status, 400);
  EXPECT_EQ(form(grant + "&client_id=" + std::string(65, 'a') + "&client_secret=x").status, 400);
  for (const auto& pair : {std::string("agency-a"), std::string("\xFF\xFE:x"), std::string("a\0b:x", 5),
                           std::string(300, 'a') + ":x", "a:" + std::string(5000, 'x'), std::string(":"),
                           std::string("agency-a:"), std::string("a\nb:x")})
    EXPECT_EQ(form(grant, basic(pair)).status, 401) << pair;
  EXPECT_EQ(form(grant, "Basic ???").status, 401);
  EXPECT_EQ(form(grant, "Basic ").status, 401);
  EXPECT_EQ(form(std::string(9000, 'a')).status, 413);
  EXPECT_EQ(sign_in("clerk-1", "").status, 400);
  EXPECT_EQ(sign_in("clerk-1", std::string(257, 'x')).status, 400);
  EXPECT_EQ(post("", "/v1/session", json::object{{"name", "clerk-1"}}).status, 400);
}

}  // namespace
}  // namespace bccid::test
