#include "adapters/authorized_client.hpp"
#include "tests/adapters/loopback.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace bccid {
namespace {

using sim::Answer;
using sim::Call;
using test::Loopback;

// A counterpart that gives numbered tokens and knows only the newest.
class TokenServer {
 public:
  Answer operator()(const Call& call) {
    if (call.path == "/token") {
      ++tokens;
      basic = call.header("authorization");
      return {200, "application/json",
              R"({"access_token":"t)" + std::to_string(tokens) + R"(","expires_in":)" + lifetime + "}"};
    }
    ++requests;
    request_id = call.header("x-request-id");
    if (refuse_all || call.header("authorization") != "Bearer t" + std::to_string(tokens))
      return {401, "application/json", "{}"};
    return {200, "application/json", "{}"};
  }

  std::string lifetime = "3600";
  std::string basic;
  std::string request_id;
  bool refuse_all = false;
  int tokens = 0;
  int requests = 0;
};

class Tokens : public testing::Test {
 protected:
  int send() {
    auto request = client_->request(net::Verb::get, "/x", "call", "r-1").value();
    const auto reply = test::run(net_.io, client_->send(std::move(request)));
    return reply ? reply->status : 0;
  }

  ManualClock clock_{Time{std::chrono::seconds{1'783'051'200}}};
  TokenServer server_;
  Loopback net_{[this](const Call& call) { return server_(call); }};
  std::unique_ptr<AuthorizedClient> client_ =
      AuthorizedClient::open(test::endpoint_at(net_.url()), "carrier:x", net_.client, clock_).value();
};

TEST_F(Tokens, are_fetched_once_and_kept) {
  EXPECT_EQ(send(), 200);
  EXPECT_EQ(send(), 200);
  EXPECT_EQ(server_.tokens, 1);
  EXPECT_EQ(server_.basic, "Basic a2V5OnNlY3JldA==");
  EXPECT_EQ(server_.request_id, "r-1");
}

TEST_F(Tokens, are_renewed_a_margin_before_they_expire) {
  EXPECT_EQ(send(), 200);
  clock_.advance(std::chrono::seconds(3'539));
  EXPECT_EQ(send(), 200);
  EXPECT_EQ(server_.tokens, 1);
  clock_.advance(std::chrono::seconds(1));
  EXPECT_EQ(send(), 200);
  EXPECT_EQ(server_.tokens, 2);
}

TEST_F(Tokens, are_renewed_once_after_a_refusal) {
  EXPECT_EQ(send(), 200);
  ++server_.tokens;  // the counterpart forgot ours
  EXPECT_EQ(send(), 200);
  EXPECT_EQ(server_.requests, 3);
  server_.refuse_all = true;
  EXPECT_EQ(send(), 401);
  EXPECT_EQ(server_.requests, 5);
}

TEST_F(Tokens, are_fetched_by_one_while_the_others_wait) {
  using Sent = test::Pending<Result<net::HttpReply>>;
  std::vector<std::unique_ptr<Sent>> all;
  for (int i = 0; i < 3; ++i) {
    auto request = client_->request(net::Verb::get, "/x", "call", "").value();
    all.push_back(std::make_unique<Sent>(net_.io, client_->send(std::move(request))));
  }
  const auto done = [](const auto& sent) { return sent->done(); };
  while (!std::all_of(all.begin(), all.end(), done)) net_.io.run_one();
  for (const auto& sent : all) EXPECT_EQ(sent->value()->status, 200);
  EXPECT_EQ(server_.requests, 3);
  EXPECT_EQ(server_.tokens, 1);
}

TEST_F(Tokens, are_asked_for_with_the_pair_in_the_form_where_the_block_says_so) {
  std::string asked, basic;
  Loopback net([&](const Call& call) -> Answer {
    if (call.path == "/token") {
      asked = call.body;
      basic = call.header("authorization");
    }
    return {200, "application/json", R"({"access_token":"t"})"};
  });
  auto endpoint = test::endpoint_at(net.url());
  endpoint.sign_in = SignIn::body;
  endpoint.client_secret = "a&b=ữ";
  const auto client = AuthorizedClient::open(endpoint, "carrier:x", net.client, clock_).value();
  EXPECT_TRUE(test::run(net.io, client->send(client->request(net::Verb::get, "/x", "call", "").value())));
  EXPECT_EQ(asked, "grant_type=client_credentials&client_id=key&client_secret=a%26b%3D%E1%BB%AF");
  EXPECT_EQ(basic, "");
}

class SecretHeader : public Tokens {
 protected:
  static EndpointBlock endpoint(const std::string& url) {
    auto made = test::endpoint_at(url);
    made.sign_in = SignIn::header;
    made.client_id.clear();
    return made;
  }
};

TEST_F(SecretHeader, is_sent_with_each_request_and_no_token_is_asked_for) {
  std::vector<std::string> seen;
  int status = 200;
  Loopback net([&](const Call& call) -> Answer {
    seen.push_back(call.path + " " + std::string(call.header("access_token")) +
                   std::string(call.header("authorization")));
    return {status, "application/json", "{}"};
  });
  const auto client = AuthorizedClient::open(endpoint(net.url()), "carrier:x", net.client, clock_).value();
  const auto send_one = [&] {
    return test::run(net.io, client->send(client->request(net::Verb::get, "/x", "call", "").value()));
  };
  EXPECT_EQ(send_one()->status, 200);
  clock_.advance(std::chrono::hours(24 * 365));
  status = 401;  // nothing can be renewed, so nothing is sent twice
  EXPECT_EQ(send_one()->status, 401);
  EXPECT_EQ(seen, (std::vector<std::string>{"/x secret", "/x secret"}));
}

TEST_F(SecretHeader, that_could_break_a_request_is_refused) {
  for (const char* name : {"", "a b", "a:", "a\r\nb", "khóa"}) {
    auto block = endpoint(net_.url());
    block.secret_header = name;
    const auto opened = AuthorizedClient::open(block, "carrier:x", net_.client, clock_);
    ASSERT_FALSE(opened) << name;
    EXPECT_EQ(opened.error().code, Errc::config);
  }
  auto block = endpoint(net_.url());
  block.client_secret = "a\r\nX-Evil: 1";
  const auto opened = AuthorizedClient::open(block, "carrier:x", net_.client, clock_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().detail.find("Evil"), std::string::npos);
}

// A gateway that gives a token for a key, in a form of its own.
TEST_F(Tokens, are_given_for_a_key_in_the_form_that_the_block_describes) {
  std::string asked;
  std::vector<std::string> seen;
  Loopback net([&](const Call& call) -> Answer {
    if (call.path == "/gate/key") {
      asked = std::string(call.header("content-type")) + " " + std::string(call.header("dstcode")) + " " +
              call.body;
      return {200, "application/json", R"({"data":{"token":"t1"},"code":0})"};
    }
    seen.push_back(std::string(call.header("x-token")) + std::string(call.header("authorization")));
    return {200, "application/json", "{}"};
  });
  auto endpoint = test::endpoint_at(net.url());
  endpoint.sign_in = SignIn::key_token;
  endpoint.client_id.clear();
  endpoint.token_url = net.url("/gate/key");
  endpoint.key_member = "maKhoa";
  endpoint.token_member = "data.token";
  endpoint.token_header = "x-token";
  endpoint.dst_code = "VN:GOV:000";
  const auto client = AuthorizedClient::open(endpoint, "carrier:x", net.client, clock_).value();
  EXPECT_TRUE(test::run(net.io, client->send(client->request(net::Verb::get, "/x", "call", "").value())));
  EXPECT_EQ(asked, R"(application/json; charset=utf-8 VN:GOV:000 {"maKhoa":"secret"})");
  EXPECT_EQ(seen, std::vector<std::string>{"t1"});  // bare: only Authorization takes a scheme
}

TEST_F(Tokens, for_a_key_that_is_missing_is_refused_at_once) {
  auto endpoint = test::endpoint_at(net_.url());
  endpoint.sign_in = SignIn::key_token;
  endpoint.token_header = "x token";
  EXPECT_EQ(AuthorizedClient::open(endpoint, "carrier:x", net_.client, clock_).error().code, Errc::config);
  endpoint.token_header = "x-token";
  endpoint.client_secret.clear();
  EXPECT_EQ(AuthorizedClient::open(endpoint, "carrier:x", net_.client, clock_).error().code, Errc::config);
}

// The portal's adapter: the session is for the body's writer, and no header bears it.
TEST_F(Tokens, of_a_session_are_kept_until_they_are_forgotten) {
  std::vector<std::string> seen;
  int sessions = 0;
  Loopback net([&](const Call& call) -> Answer {
    if (call.path == "/login") {
      seen.push_back(std::string(call.header("dstcode")) + " " + call.body);
      return {200, "application/json",
              R"({"error_code":"00","session":"s)" + std::to_string(++sessions) + "\"}"};
    }
    seen.push_back(std::string(call.header("authorization")));
    return {401, "application/json", "{}"};
  });
  auto endpoint = test::endpoint_at(net.url());
  endpoint.sign_in = SignIn::session;
  endpoint.dst_code = "VN:GOV:000";
  const auto client = AuthorizedClient::open(endpoint, "carrier:x", net.client, clock_).value();
  EXPECT_EQ(test::run(net.io, client->session()).value(), "s1");
  EXPECT_EQ(test::run(net.io, client->session()).value(), "s1");
  client->forget("an older one");
  EXPECT_EQ(test::run(net.io, client->session()).value(), "s1");
  client->forget("s1");
  EXPECT_EQ(test::run(net.io, client->session()).value(), "s2");
  // A body that names the old session must not be sent twice.
  EXPECT_EQ(
      test::run(net.io, client->send(client->request(net::Verb::post, "/x", "call", "").value()))->status,
      401);
  const std::string login = R"(VN:GOV:000 {"username":"key","password":"secret"})";
  EXPECT_EQ(seen, (std::vector<std::string>{login, login, ""}));
}

TEST(SessionReply, must_say_a_session_and_no_fault) {
  EXPECT_EQ(read_session_reply(200, R"({"session":"abc"})")->secret, "abc");
  for (const char* body : {"", "<html>", "{}", R"({"error_code":"0"})",
                           R"({"error_code":"1","session":"abc"})", R"({"session":{}})"}) {
    const auto refused = read_session_reply(200, body);
    ASSERT_FALSE(refused) << body;
    EXPECT_EQ(refused.error().text().find("abc"), std::string::npos);
  }
  EXPECT_FALSE(read_session_reply(500, R"({"session":"abc"})"));
}

TEST(TokenReply, is_read_as_it_comes) {
  const auto token =
      read_token_reply(200, R"({"access_token":"abc","token_type":"bearer","expires_in":"120"})");
  ASSERT_TRUE(token);
  EXPECT_EQ(token->authorization, "Bearer abc");
  EXPECT_EQ(token->lifetime, std::chrono::seconds(120));
  EXPECT_EQ(read_token_reply(200, R"({"access_token":"a","expires_in":3600000})")->lifetime,
            std::chrono::hours(1));
  EXPECT_EQ(read_token_reply(200, R"({"access_token":"a"})")->lifetime, std::chrono::minutes(5));
}

TEST(TokenReply, that_cannot_be_a_token_is_refused_without_repeating_it) {
  for (const char* body : {"", "<html>", "{}", R"({"access_token":""})", R"({"access_token":{}})",
                           R"({"access_token":"mậtkhẩu"})"}) {
    const auto token = read_token_reply(200, body);
    ASSERT_FALSE(token) << body;
    EXPECT_EQ(token.error().code, Errc::unavailable);
    EXPECT_EQ(token.error().detail.find("mật"), std::string::npos);
  }
  EXPECT_FALSE(read_token_reply(403, R"({"access_token":"a"})"));
}

// Signs in with name, password and customer code; its token goes into a header of its own.
TEST(LoginToken, IsFetchedAgainOnceAfterA403) {
  int logins = 0, refused = 0;
  std::string asked;
  Loopback net([&](const Call& call) -> Answer {
    if (call.path == "/GetAccessToken") {
      asked = call.body;
      return {200, "application/json", R"({"success":true,"token":"t)" + std::to_string(++logins) + "\"}"};
    }
    if (call.header("token") == "t2") return {200, "application/json", "{}"};
    ++refused;
    return {403, "text/plain", ""};
  });
  const SystemClock clock;
  auto endpoint = test::endpoint_at(net.url());
  endpoint.sign_in = SignIn::login;
  endpoint.secret_header = "token";
  endpoint.customer_code = "DT82";
  const auto client = AuthorizedClient::open(endpoint, "carrier:x", net.client, clock).value();
  auto request = client->request(net::Verb::get, "/x", "call", "r").value();
  EXPECT_EQ(test::run(net.io, client->send(std::move(request))).value().status, 200);
  EXPECT_EQ(logins, 2);
  EXPECT_EQ(refused, 1);
  EXPECT_EQ(asked, R"({"username":"key","password":"secret","customerCode":"DT82"})");
}

TEST(LoginToken, NeedsAToken) {
  EXPECT_EQ(read_login_reply(200, R"({"success":true,"token":"abc"})").value().authorization, "abc");
  EXPECT_FALSE(read_login_reply(200, R"({"success":false,"message":"sai"})"));
  EXPECT_FALSE(read_login_reply(500, R"({"token":"abc"})"));
  EXPECT_FALSE(read_login_reply(200, "<html>"));
}

}  // namespace
}  // namespace bccid
