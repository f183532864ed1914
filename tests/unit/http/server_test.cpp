#include "http/session_hub.hpp"
#include "tests/unit/http/server_fixture.hpp"

namespace bccid::http::server_test {
namespace {

TEST_F(ServerTest, AnswersAndKeepsTheConnection) {
  start();
  const RawSocket socket = connect();
  for (int i = 0; i < 3; ++i) {
    socket.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello");
    const std::string answer = socket.receive_message();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
    EXPECT_TRUE(answer.ends_with("\r\n\r\nhello")) << answer;
    EXPECT_FALSE(holds(answer, "Connection: close"));
  }
}

TEST_F(ServerTest, EchoesAGoodRequestIdAndReplacesABadOne) {
  start();
  const std::string good =
      exchange("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nX-Request-Id: my-id-0001\r\n\r\n");
  EXPECT_TRUE(holds(good, "X-Request-Id: my-id-0001\r\n"));
  const std::string bad =
      exchange("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nX-Request-Id: <b>\r\n\r\n");
  EXPECT_FALSE(holds(bad, "<b>"));
  EXPECT_TRUE(holds(bad, "X-Request-Id: "));
}

TEST_F(ServerTest, ServesPipelinedRequestsInOrder) {
  start();
  const std::string text = exchange(
      "GET /one HTTP/1.1\r\nHost: h\r\n\r\nPOST /two HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
      "GET /three HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\nGET /never HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(answers(text), 3U);
  EXPECT_LT(text.find("/one"), text.find("abc"));
  EXPECT_LT(text.find("abc"), text.find("/three"));
  EXPECT_EQ(echo_.calls, 3);
}

TEST_F(ServerTest, ReadsChunkedBodiesHoweverTheyAreCut) {
  start();
  const std::string request =
      "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
      "3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n";
  EXPECT_TRUE(exchange(request).ends_with("abc0123456789"));
  const RawSocket socket = connect();
  for (const char byte : request) socket.send(std::string_view(&byte, 1));
  EXPECT_TRUE(socket.receive_all().ends_with("abc0123456789"));
}

TEST_F(ServerTest, BelievesATrustedProxyAboutTheCaller) {
  settings_.proxies = TrustedProxies::parse({"127.0.0.0/8"}).value();
  start();
  const char* request =
      "GET /peer HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 203.0.113.9\r\nConnection: close\r\n\r\n";
  EXPECT_TRUE(exchange(request).ends_with("from 203.0.113.9"));
}

TEST_F(ServerTest, BelievesNoOtherHeaderAboutTheCaller) {
  start();
  const char* request =
      "GET /peer HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 203.0.113.9\r\nConnection: close\r\n\r\n";
  EXPECT_TRUE(exchange(request).ends_with("from 127.0.0.1"));
}

TEST_F(ServerTest, RefusesHostsThatItDoesNotServe) {
  settings_.hosts = {"Good.example.vn"};
  start();
  EXPECT_TRUE(exchange("GET / HTTP/1.1\r\nHost: evil\r\n\r\n").starts_with("HTTP/1.1 400"));
  EXPECT_TRUE(exchange("GET / HTTP/1.1\r\nHost: good.example.vn:1\r\nConnection: close\r\n\r\n")
                  .starts_with("HTTP/1.1 200"));
}

TEST_F(ServerTest, RefusesGiantHeaders) {
  start();
  const std::string big = "GET / HTTP/1.1\r\nHost: h\r\nX-Big: " + std::string(20'000, 'a');
  EXPECT_TRUE(exchange(big).starts_with("HTTP/1.1 431"));
  std::string many = "GET / HTTP/1.1\r\nHost: h\r\n";
  for (int i = 0; i < 200; ++i) many += "A: b\r\n";
  EXPECT_TRUE(exchange(many + "\r\n").starts_with("HTTP/1.1 431"));
  EXPECT_TRUE(exchange("GET /" + std::string(5000, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n")
                  .starts_with("HTTP/1.1 431"));
  EXPECT_EQ(echo_.calls, 0);
}

TEST_F(ServerTest, RefusesBodiesOverTheRoutesLimitBeforeReadingThem) {
  start();
  const std::string text = exchange("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n");
  EXPECT_TRUE(text.starts_with("HTTP/1.1 413")) << text;
  std::string chunks = "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 101; ++i) chunks += "A\r\n0123456789\r\n";
  EXPECT_TRUE(exchange(chunks + "0\r\n\r\n").starts_with("HTTP/1.1 413"));
  EXPECT_EQ(echo_.calls, 0);
}

TEST_F(ServerTest, TakesLargeBodiesWhereTheRouteDoes) {
  start();
  const std::string body(1024 * 1024, 'x');
  const std::string head = "POST /files HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: ";
  const std::string text = exchange(head + std::to_string(body.size()) + "\r\n\r\n" + body);
  EXPECT_TRUE(text.starts_with("HTTP/1.1 200"));
  EXPECT_TRUE(text.ends_with(body));
}

TEST_F(ServerTest, BoundsTheMemoryOfAllBodiesTogether) {
  settings_.limits.body_bytes_in_flight_max = 500'000;
  start();
  const std::string text = exchange("POST /files HTTP/1.1\r\nHost: h\r\nContent-Length: 600000\r\n\r\n");
  EXPECT_TRUE(text.starts_with("HTTP/1.1 503")) << text;
  EXPECT_TRUE(holds(text, "Retry-After: "));
}

TEST_F(ServerTest, InvitesTheBodyThatWaitsForIt) {
  start();
  const RawSocket socket = connect();
  socket.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(socket.receive_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  socket.send("abc");
  EXPECT_TRUE(socket.receive_message().ends_with("abc"));
}

TEST_F(ServerTest, DoesNotInviteABodyThatIsRefused) {
  start();
  const std::string text =
      exchange("POST /ask HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_TRUE(text.starts_with("HTTP/1.1 401")) << text;
  EXPECT_EQ(answers(text), 1U);
}

TEST_F(ServerTest, KeepsTheConnectionAfterARefusalWithoutBody) {
  start();
  const RawSocket socket = connect();
  socket.send("GET /missing HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(socket.receive_message().starts_with("HTTP/1.1 404"));
  socket.send("GET /ask HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(socket.receive_message().starts_with("HTTP/1.1 401"));
  socket.send(kGet);
  EXPECT_TRUE(socket.receive_message().starts_with("HTTP/1.1 200"));
}

TEST_F(ServerTest, TellsTheApplicationOfEachRefusalBeforeItsAnswerLeaves) {
  start();
  exchange("GET /missing HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  exchange("GET /ask HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  exchange("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\n");
  exchange("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nnot a size\r\n");
  exchange("GET /echo HTTP/1.1\n\n");
  EXPECT_EQ(refusals(), (std::vector<std::string>{"not_found", "unauthenticated", "too_large", "malformed",
                                                  "malformed"}));
}

TEST_F(ServerTest, NeitherAnAnswerNorAnErrorOfOursIsARefusal) {
  start();
  exchange("GET /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  exchange("GET /throw HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(refusals(), std::vector<std::string>{});
}

TEST_F(ServerTest, AHandlerThatThrowsIsAnInternalErrorWithoutDetail) {
  start();
  const RawSocket socket = connect();
  socket.send("GET /throw HTTP/1.1\r\nHost: h\r\n\r\n");
  const std::string text = socket.receive_message();
  EXPECT_TRUE(text.starts_with("HTTP/1.1 500"));
  EXPECT_FALSE(holds(text, "secret"));
  socket.send(kGet);
  EXPECT_TRUE(socket.receive_message().starts_with("HTTP/1.1 200"));
}

TEST_F(ServerTest, NeverSendsAHeaderThatWouldBecomeTwo) {
  start();
  const std::string text = exchange("GET /inject HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(text.starts_with("HTTP/1.1 500"));
  EXPECT_FALSE(holds(text, "X-Evil"));
}

TEST_F(ServerTest, AnswersHeadWithoutABody) {
  start();
  const std::string text = exchange("HEAD /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(holds(text, "Content-Length: 5\r\n"));
  EXPECT_TRUE(text.ends_with("\r\n\r\n"));
}

TEST_F(ServerTest, TheHeaderDeadlineIsTotalAndNotPerRead) {
  settings_.limits.head_deadline = milliseconds(60);
  start();
  const RawSocket socket = connect();
  const auto began = std::chrono::steady_clock::now();
  // One byte whenever the last was taken; the server must end this though bytes keep coming.
  std::string text;
  std::thread reader([&] { text = socket.receive_all(); });
  while (std::chrono::steady_clock::now() - began < std::chrono::seconds(5))
    if (!socket.send("G")) break;
  reader.join();
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
  EXPECT_EQ(echo_.calls, 0);
}

TEST_F(ServerTest, TellsASlowCallerThatItWasTooSlow) {
  settings_.limits.head_deadline = milliseconds(20);
  start();
  const std::string text = exchange("GET / HTTP/1.1\r\nHost: h\r\n");
  EXPECT_TRUE(text.starts_with("HTTP/1.1 408")) << text;
}

TEST_F(ServerTest, ASilentConnectionIsClosedWithoutAWord) {
  settings_.limits.head_deadline = milliseconds(20);
  start();
  EXPECT_EQ(connect().receive_all(), "");
}

TEST_F(ServerTest, AnIdleConnectionIsClosedAfterItsTime) {
  settings_.limits.idle = milliseconds(20);
  start();
  const RawSocket socket = connect();
  socket.send(kGet);
  EXPECT_FALSE(socket.receive_message().empty());
  EXPECT_EQ(socket.receive_all(), "");
}

TEST_F(ServerTest, ABodyMustKeepTheRateFloor) {
  settings_.limits.body_grace = milliseconds(30);
  start();
  const std::string text = exchange("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\nabc");
  EXPECT_TRUE(text.starts_with("HTTP/1.1 408")) << text;
}

TEST_F(ServerTest, AReaderThatStallsIsCut) {
  settings_.limits.write_deadline = milliseconds(50);
  settings_.limits.linger = milliseconds(10);
  start();
  const RawSocket socket = connect();
  const std::string body(1024 * 1024, 'x');
  const std::string request =
      "POST /files HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  // Nothing is read here until the server has given up, so its send buffer fills.
  for (int i = 0; i < 40; ++i)
    if (!socket.send(request)) break;
  while (figures().open > 0) std::this_thread::yield();
  EXPECT_GE(figures().timeouts, 1U);
}

TEST_F(ServerTest, EndsAConnectionAfterItsShareOfRequests) {
  settings_.limits.requests_per_connection_max = 2;
  start();
  const std::string text = exchange(std::string(kGet) + std::string(kGet) + std::string(kGet));
  EXPECT_EQ(answers(text), 2U);
  EXPECT_TRUE(holds(text, "Connection: close"));
}

TEST_F(ServerTest, LoopbackIsCappedOnlyWithAllTheOthersTogether) {
  settings_.limits.connections_per_peer_max = 1;
  settings_.limits.connections_max = 2;
  start();
  const RawSocket first = connect();
  const RawSocket second = connect();
  for (const auto* one : {&first, &second}) {
    one->send(kGet);
    EXPECT_TRUE(one->receive_message().starts_with("HTTP/1.1 200"));
  }
  const RawSocket third = connect();
  EXPECT_TRUE(third.receive_all().starts_with("HTTP/1.1 503"));
  EXPECT_EQ(figures().turned_away, 1U);
  EXPECT_EQ(refusals(), std::vector<std::string>{"overloaded"});
}

TEST_F(ServerTest, CapsConnectionsPerAddressButNotForAProxyOnThisMachine) {
  settings_.limits.connections_per_peer_max = 2;
  SessionHub hub(io_.get_executor(), echo_, settings_);
  for (const auto* peer : {"203.0.113.7", "2001:db8::7", "127.0.0.1", "127.8.0.1", "::1", "unix"})
    for (int i = 0; i < 2; ++i) hub.enter(peer);
  EXPECT_FALSE(hub.has_room("203.0.113.7"));
  EXPECT_FALSE(hub.has_room("2001:db8::7"));
  EXPECT_TRUE(hub.has_room("203.0.113.8"));
  EXPECT_TRUE(hub.has_room("127.0.0.1"));
  EXPECT_TRUE(hub.has_room("127.8.0.1"));
  EXPECT_TRUE(hub.has_room("::1"));
  EXPECT_TRUE(hub.has_room("unix"));
  hub.leave("203.0.113.7");
  EXPECT_TRUE(hub.has_room("203.0.113.7"));
  hub.limits.connections_max = hub.figures.open;
  EXPECT_FALSE(hub.has_room("127.0.0.1"));
}

TEST_F(ServerTest, ACapOfZeroIsNoCap) {
  settings_.limits.connections_per_peer_max = 0;
  SessionHub hub(io_.get_executor(), echo_, settings_);
  for (int i = 0; i < 100; ++i) hub.enter("203.0.113.7");
  EXPECT_TRUE(hub.has_room("203.0.113.7"));
}

TEST_F(ServerTest, DrainAnswersWhatIsInFlightAndClosesTheRest) {
  start();
  const RawSocket idle = connect();
  idle.send(kGet);
  idle.receive_message();
  const RawSocket busy = connect();
  busy.send("GET /hold HTTP/1.1\r\nHost: h\r\n\r\n");
  echo_.held.get_future().wait();
  auto stopped = stop();
  EXPECT_EQ(idle.receive_all(), "");
  EXPECT_THROW(RawSocket::connect(listener_->port()), std::runtime_error);
  asio::post(io_, [this] { echo_.gate.cancel(); });
  const std::string text = busy.receive_all();
  EXPECT_TRUE(text.starts_with("HTTP/1.1 200")) << text;
  EXPECT_TRUE(holds(text, "Connection: close\r\n"));
  stopped.get();
  EXPECT_EQ(figures().open, 0U);
}

TEST_F(ServerTest, DrainCutsWhatDoesNotFinish) {
  settings_.limits.drain = milliseconds(30);
  settings_.limits.linger = milliseconds(10);
  start();
  const RawSocket busy = connect();
  busy.send("GET /hold HTTP/1.1\r\nHost: h\r\n\r\n");
  echo_.held.get_future().wait();
  stop().get();
  EXPECT_EQ(busy.receive_all(), "");
  asio::post(io_, [this] { echo_.gate.cancel(); });
}

TEST_F(ServerTest, StopBeforeStartAndStopTwiceAreHarmless) {
  start();
  stop().get();
  stop().get();
  Listener never(io_, echo_, settings_);
  asio::co_spawn(io_, never.stop(), asio::use_future).get();
  asio::co_spawn(io_, never.start(), asio::use_future).get();
  EXPECT_EQ(never.port(), 0);
}

TEST_F(ServerTest, StartSaysWhichAddressIsTaken) {
  start();
  ListenerSettings again = settings_;
  again.address.port = listener_->port();
  Listener second(io_, echo_, again);
  // The text crosses the threads, not the exception: its last owner may free it while the other reads.
  auto complaint = [&second]() -> asio::awaitable<std::string> {
    try {
      co_await second.start();
    } catch (const std::exception& error) {
      co_return error.what();
    }
    co_return "two listeners on one port";
  };
  const std::string text = asio::co_spawn(io_, complaint(), asio::use_future).get();
  EXPECT_TRUE(holds(text, "127.0.0.1 port")) << text;
}

TEST(BindAddressTest, ReadsTheThreeForms) {
  EXPECT_EQ(parse_bind_address("127.0.0.1:8080")->port, 8080);
  EXPECT_EQ(parse_bind_address("[::]:8443")->host, "::");
  EXPECT_TRUE(parse_bind_address("unix:/run/bccid/http.sock")->is_unix());
  for (const char* text : {"", "8080", "localhost:80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x",
                           "127.0.0.1:70000", "unix:", "unix:relative", "127.0.0.1:-1"})
    EXPECT_FALSE(parse_bind_address(text)) << text;
  EXPECT_FALSE(parse_bind_address(std::string_view("127.0.0.1\0x:80", 14))) << "what follows a NUL counts";
}

}  // namespace
}  // namespace bccid::http::server_test
