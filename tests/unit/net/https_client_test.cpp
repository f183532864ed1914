#include "net/https_client.hpp"

#include "tests/support/coroutine_run.hpp"
#include "tests/support/loopback.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace bccid::net {
namespace {

namespace asio = boost::asio;
using test::RawSocket;
using test::ScriptedPeer;

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// Answers with a list, one after the other; the last for ever.
class ListResolver final : public Resolver {
 public:
  explicit ListResolver(std::vector<Addresses> answers) : answers_(std::move(answers)) {}
  asio::awaitable<Result<Addresses>> resolve(const std::string&, Steady::time_point) override {
    const std::size_t at = std::min(asked_++, answers_.size() - 1);
    co_return answers_[at];
  }

 private:
  std::vector<Addresses> answers_;
  std::size_t asked_ = 0;
};

Addresses addresses(std::initializer_list<const char*> texts) {
  Addresses out;
  for (const char* text : texts) out.push_back(asio::ip::make_address(text));
  return out;
}

class HttpsClientTest : public testing::Test {
 protected:
  HttpsClient& client() {
    if (!client_) {
      HttpsClientSettings settings;
      settings.plain_ok = true;
      settings.filter = AddressFilter::parse({"127.0.0.0/8"}).value();
      settings.tick = std::chrono::milliseconds(2);
      client_ = std::make_unique<HttpsClient>(io_.get_executor(), settings, std::move(resolver_));
    }
    return *client_;
  }

  static HttpRequest post(std::uint16_t port) {
    return {Verb::post, parse_url("http://127.0.0.1:" + std::to_string(port) + "/hook").value(), "{}",
            "application/json"};
  }

  Result<HttpReply> send(const HttpRequest& request) { return test::run(io_, client().send(request)); }

  asio::io_context io_;
  std::unique_ptr<Resolver> resolver_;
  std::unique_ptr<HttpsClient> client_;
};

TEST_F(HttpsClientTest, SendsOneMessageAndReadsTheReply) {
  std::string seen;
  ScriptedPeer peer([&](RawSocket& socket, int) {
    seen = socket.receive_message();
    socket.send("HTTP/1.1 202 Accepted\r\nX-Reply: yes\r\nContent-Length: 5\r\n\r\nhello");
  });
  auto request = post(peer.port());
  request.header("webhook-id", "msg_1");
  const auto reply = send(request);
  peer.stop();
  ASSERT_TRUE(reply) << reply.error().text();
  EXPECT_EQ(reply->status, 202);
  EXPECT_EQ(reply->body, "hello");
  EXPECT_EQ(reply->header("x-reply"), "yes");
  EXPECT_EQ(seen, "POST /hook HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(peer.port()) +
                      "\r\nUser-Agent: bccid\r\nContent-Type: application/json\r\nwebhook-id: msg_1\r\n"
                      "Content-Length: 2\r\n\r\n{}");
}

TEST_F(HttpsClientTest, KeepsTheConnectionForTheNextRequest) {
  ScriptedPeer peer([](RawSocket& socket, int) {
    while (!socket.receive_message().empty()) socket.send(kOk);
  });
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(send(post(peer.port())));
  EXPECT_EQ(client().figures().connections_opened, 1U);
  EXPECT_EQ(client().figures().idle, 1U);
  client().close();
}

TEST_F(HttpsClientTest, DoesNotReuseAConnectionThatThePeerClosed) {
  std::promise<void> closed;
  ScriptedPeer peer([&](RawSocket& socket, int connection) {
    socket.receive_message();
    socket.send(kOk);
    socket.finish_sending();
    if (connection == 0) closed.set_value();
  });
  ASSERT_TRUE(send(post(peer.port())));
  closed.get_future().wait();
  ASSERT_TRUE(send(post(peer.port())));
  peer.stop();
  EXPECT_EQ(peer.connections(), 2);
}

TEST_F(HttpsClientTest, DoesNotFollowRedirects) {
  ScriptedPeer peer([](RawSocket& socket, int) {
    socket.receive_message();
    socket.send("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n");
  });
  EXPECT_EQ(send(post(peer.port()))->status, 302);
  peer.stop();
  EXPECT_EQ(peer.connections(), 1);
}

TEST_F(HttpsClientTest, SkipsInterimReplies) {
  ScriptedPeer peer([](RawSocket& socket, int) {
    socket.receive_message();
    socket.send("HTTP/1.1 103 Early Hints\r\n\r\n" + std::string(kOk));
  });
  EXPECT_EQ(send(post(peer.port()))->status, 200);
}

// The client reads 8 KiB at a time, so that the first read ends behind "0\r\n" and the second brings one
// byte: the parser would abort the process there.
TEST_F(HttpsClientTest, SurvivesALastChunkThatComesInPieces) {
  ScriptedPeer peer([](RawSocket& socket, int) {
    socket.receive_message();
    std::string reply = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Padding: ";
    const std::string rest = "\r\n\r\n0\r\n";
    reply.append(8 * 1024 - reply.size() - rest.size(), 'x').append(rest).append("\r");
    socket.send(reply);
    socket.finish_sending();
  });
  EXPECT_EQ(send(post(peer.port())).error().code, Errc::outcome_unknown);
}

TEST_F(HttpsClientTest, ReadsChunksAndBodiesThatEndWithTheStream) {
  ScriptedPeer peer([](RawSocket& socket, int connection) {
    socket.receive_message();
    socket.send(connection == 0
                    ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nab\r\n"
                      "1\r\nc\r\n0\r\n\r\n"
                    : "HTTP/1.1 200 OK\r\n\r\nto the end");
  });
  EXPECT_EQ(send(post(peer.port()))->body, "abc");
  EXPECT_EQ(send(post(peer.port()))->body, "to the end");
}

TEST_F(HttpsClientTest, StopsReadingAtTheLimit) {
  ScriptedPeer peer([](RawSocket& socket, int) {
    socket.receive_message();
    socket.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
    const std::string block(65536, 'x');
    while (socket.send(block)) continue;
  });
  auto request = post(peer.port());
  request.reply_bytes_max = 1000;
  const auto reply = send(request);
  ASSERT_TRUE(reply) << reply.error().text();
  EXPECT_EQ(reply->status, 200);
  EXPECT_TRUE(reply->truncated);
  EXPECT_EQ(reply->body.size(), 1000U);
  EXPECT_EQ(client().figures().idle, 0U);
}

TEST_F(HttpsClientTest, NobodyListeningMeansNotSent) {
  std::uint16_t port = 0;
  {
    ScriptedPeer peer([](RawSocket&, int) {});
    port = peer.port();
  }
  EXPECT_EQ(send(post(port)).error().code, Errc::unavailable);
}

class UnreadableReply : public HttpsClientTest, public testing::WithParamInterface<const char*> {};

TEST_P(UnreadableReply, MeansThatTheOutcomeIsUnknown) {
  ScriptedPeer peer([](RawSocket& socket, int) {
    socket.receive_message();
    socket.send(GetParam());
  });
  EXPECT_EQ(send(post(peer.port())).error().code, Errc::outcome_unknown);
}

INSTANTIATE_TEST_SUITE_P(Junk, UnreadableReply,
                         testing::Values("", "HTTP/0.9 junk\r\n", "<html>oops</html>\r\n\r\n",
                                         "HTTP/1.1 2x0 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Le",
                                         "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
                                         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n"));

TEST_F(HttpsClientTest, AResetAfterSendingMeansThatTheOutcomeIsUnknown) {
  ScriptedPeer peer([](RawSocket& socket, int) {
    socket.receive_message();
    socket.reset();
  });
  EXPECT_EQ(send(post(peer.port())).error().code, Errc::outcome_unknown);
}

TEST_F(HttpsClientTest, TheDeadlineCoversADrippingReply) {
  ScriptedPeer peer([](RawSocket& socket, int) {
    socket.receive_message();
    socket.send("HTTP/1.1 200 OK\r\n");
    socket.receive();  // until the client gives up
  });
  auto request = post(peer.port());
  request.deadline = std::chrono::milliseconds(30);
  const auto reply = send(request);
  EXPECT_EQ(reply.error().code, Errc::outcome_unknown);
  EXPECT_NE(reply.error().detail.find("in time"), std::string::npos);
}

// Serves one request, then takes a second on the same connection and hangs up without an answer.
void die_on_second(RawSocket& socket, int connection) {
  socket.receive_message();
  socket.send(kOk);
  if (connection > 0) return;
  socket.receive_message();
}

// A body without a length ends with the stream; that the deadline ended the stream does not make it whole.
TEST_F(HttpsClientTest, ABodyCutByTheDeadlineIsNotAReply) {
  ScriptedPeer peer([](RawSocket& socket, int) {
    socket.receive_message();
    socket.send("HTTP/1.1 200 OK\r\n\r\n{\"half\":");
    socket.receive();  // until the client gives up
  });
  auto request = post(peer.port());
  request.deadline = std::chrono::milliseconds(30);
  EXPECT_EQ(send(request).error().code, Errc::outcome_unknown);
}

TEST_F(HttpsClientTest, AKeptConnectionThatDiesMeansThatTheOutcomeIsUnknown) {
  ScriptedPeer peer(die_on_second);
  ASSERT_TRUE(send(post(peer.port())));
  EXPECT_EQ(send(post(peer.port())).error().code, Errc::outcome_unknown);
  peer.stop();
  EXPECT_EQ(peer.connections(), 1);
}

TEST_F(HttpsClientTest, AKeptConnectionThatDiesIsReplacedOnceForRepeatableRequests) {
  ScriptedPeer peer(die_on_second);
  auto request = post(peer.port());
  request.idempotent_replay_ok = true;
  ASSERT_TRUE(send(request));
  EXPECT_TRUE(send(request));
  EXPECT_EQ(client().figures().replays, 1U);
}

TEST_F(HttpsClientTest, RefusesFieldsThatWouldBecomeOthers) {
  std::vector<std::pair<std::string, std::string>> hostile{{"X-A", "a\r\nX-B: c"},
                                                           {"X-A", "a\nb"},
                                                           {"X-A", std::string("a\0b", 3)},
                                                           {"X-A", "b\xC3\xA9"},
                                                           {"X A", "b"},
                                                           {"X-A:", "b"},
                                                           {"Content-Length", "0"},
                                                           {"transfer-encoding", "chunked"},
                                                           {"Host", "other"}};
  for (const auto& [name, value] : hostile) {
    auto request = post(1);
    request.header(name, value);
    EXPECT_EQ(send(request).error().code, Errc::invalid_field) << name;
  }
  for (const char* target : {"/a\r\nX: y", "/a b", "a", "", "/\xC3\xA9"}) {
    auto request = post(1);
    request.url.target = target;
    EXPECT_EQ(send(request).error().code, Errc::invalid_field) << target;
  }
}

TEST_F(HttpsClientTest, RefusesPlainHttpUnlessToldOtherwise) {
  HttpsClient strict(io_.get_executor(), HttpsClientSettings{});
  const auto request = post(1);
  EXPECT_EQ(test::run(io_, strict.send(request)).error().code, Errc::forbidden);
}

TEST_F(HttpsClientTest, RefusesDeniedLiterals) {
  for (const char* host : {"10.0.0.1", "169.254.169.254", "[::1]", "[::ffff:169.254.169.254]"}) {
    const HttpRequest request(Verb::get, parse_url("http://" + std::string(host) + "/").value());
    EXPECT_EQ(send(request).error().code, Errc::forbidden) << host;
  }
  EXPECT_EQ(client().figures().connections_opened, 0U);
}

TEST_F(HttpsClientTest, OneDeniedAnswerAmongSeveralRefusesTheName) {
  resolver_ = std::make_unique<ListResolver>(std::vector<Addresses>(1, addresses({"127.0.0.1", "fe80::1"})));
  const HttpRequest request(Verb::get, parse_url("http://mixed.example.vn/").value());
  EXPECT_EQ(send(request).error().code, Errc::forbidden);
}

TEST_F(HttpsClientTest, ANameThatTurnsInwardsIsRefusedAtTheNextConnection) {
  ScriptedPeer peer([](RawSocket& socket, int) {
    socket.receive_message();
    socket.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  });
  resolver_ =
      std::make_unique<ListResolver>(std::vector{addresses({"127.0.0.1"}), addresses({"169.254.169.254"})});
  const HttpRequest request(Verb::get,
                            parse_url("http://turning.example.vn:" + std::to_string(peer.port())).value());
  EXPECT_TRUE(send(request));
  EXPECT_EQ(send(request).error().code, Errc::forbidden);
}

TEST_F(HttpsClientTest, ClosingFailsWhatIsInFlight) {
  ScriptedPeer peer([&](RawSocket& socket, int) {
    socket.receive_message();
    asio::post(io_, [&] { client().close(); });
    socket.receive();
  });
  EXPECT_EQ(send(post(peer.port())).error().code, Errc::outcome_unknown);
}

TEST(SystemResolverTest, FindsLocalhostAndSaysWhenANameHasNoAddress) {
  asio::io_context io;
  const auto resolver = system_resolver(io.get_executor());
  const auto deadline = Steady::now() + std::chrono::seconds(10);
  const auto found = test::run(io, resolver->resolve("localhost", deadline));
  ASSERT_TRUE(found) << found.error().text();
  EXPECT_TRUE(found->front().is_loopback());
  const auto missing = test::run(io, resolver->resolve("no-such-name.invalid", deadline));
  EXPECT_EQ(missing.error().code, Errc::unavailable);
}

}  // namespace
}  // namespace bccid::net
