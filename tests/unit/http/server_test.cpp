#include "http/listener.hpp"

#include "base/log.hpp"
#include "http/problem.hpp"
#include "net/tls.hpp"
#include "tests/support/loopback.hpp"
#include "tests/support/test_certificate.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>

namespace bccid::http {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using test::RawSocket;

constexpr std::string_view kGet = "GET /echo HTTP/1.1\r\nHost: h\r\n\r\n";

// Echoes bodies; "/hold" waits until the test lets it go, "/throw" throws, "/files" takes large bodies.
class Echo final : public Application {
 public:
  explicit Echo(asio::io_context& io) : gate(io, std::chrono::steady_clock::time_point::max()) {}

  Admission admit(Request& request) override {
    Admission out;
    out.body_bytes_max = request.path.front() == "files" ? 1024 * 1024 : 1000;
    if (request.path.front() == "missing") out.refusal = problem(Failure(Errc::not_found, "nothing here"), request);
    out.ask = request.path.front() == "ask";
    return out;
  }
  asio::awaitable<std::optional<Response>> authorize(Request& request) override {
    co_return problem(Failure(Errc::unauthenticated, "who are you"), request);
  }
  asio::awaitable<Response> handle(Request& request) override {
    ++calls;
    if (request.path.front() == "throw") throw std::runtime_error("secret detail");
    if (request.path.front() == "inject") co_return Response(303).with("Location", "/\r\nX-Evil: 1");
    if (request.path.front() == "hold") {
      held.set_value();
      boost::system::error_code ignored;
      co_await gate.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    co_return Response(200, "text/plain", request.body.empty() ? request.target : request.body);
  }

  std::atomic<int> calls{0};
  std::promise<void> held;
  asio::steady_timer gate;
};

class ServerTest : public testing::Test {
 protected:
  ServerTest() {
    log::open(log::Level::error, false);
    settings_.address = parse_bind_address("127.0.0.1:0").value();
    settings_.limits.tick = milliseconds(2);
  }
  ~ServerTest() override {
    if (!thread_.joinable()) return;
    stop().wait();
    guard_.reset();
    thread_.join();
  }

  void start() {
    listener_ = std::make_unique<Listener>(io_, echo_, settings_);
    thread_ = std::thread([this] { io_.run(); });
    asio::co_spawn(io_, listener_->start(), asio::use_future).get();
  }
  std::future<void> stop() { return asio::co_spawn(io_, listener_->stop(), asio::use_future); }
  RawSocket connect() const { return RawSocket::connect(listener_->port()); }

  // Sends bytes and reads to the end of the connection.
  std::string exchange(std::string_view bytes) const {
    const RawSocket socket = connect();
    socket.send(bytes);
    return socket.receive_all();
  }
  ListenerFigures figures() {
    std::promise<ListenerFigures> out;
    asio::post(io_, [&] { out.set_value(listener_->figures()); });
    return out.get_future().get();
  }

  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> guard_{io_.get_executor()};
  Echo echo_{io_};
  ListenerSettings settings_;
  std::unique_ptr<Listener> listener_;
  std::thread thread_;
};

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::size_t answers(const std::string& text) {
  constexpr std::string_view kOnEach = "X-Request-Id: ";
  std::size_t count = 0;
  for (auto at = text.find(kOnEach); at != std::string::npos; at = text.find(kOnEach, at + 1)) ++count;
  return count;
}

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
  const std::string good = exchange("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nX-Request-Id: my-id-0001\r\n\r\n");
  EXPECT_TRUE(holds(good, "X-Request-Id: my-id-0001\r\n"));
  const std::string bad = exchange("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nX-Request-Id: <b>\r\n\r\n");
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

class SmugglingTest : public ServerTest, public testing::WithParamInterface<const char*> {};

// Each of these makes some server see the second request; here none may run, and the connection ends.
TEST_P(SmugglingTest, IsRefusedAndTheConnectionEnds) {
  start();
  const std::string text = exchange(std::string(GetParam()) + "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(text.starts_with("HTTP/1.1 400 Bad Request\r\n")) << text;
  EXPECT_TRUE(holds(text, "application/problem+json"));
  EXPECT_TRUE(holds(text, "Connection: close\r\n"));
  EXPECT_EQ(answers(text), 1U);
  EXPECT_EQ(echo_.calls, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Matrix, SmugglingTest,
    testing::Values(
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: identity\r\nContent-Length: 3\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, gzip\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3, 3\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +3\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length : 3\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: h\r\nX: y\r\n Content-Length: 3\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
        "GET http://h/ HTTP/1.1\r\nHost: h\r\n\r\n", "GET /\x80 HTTP/1.1\r\nHost: h\r\n\r\n",
        "BREW / HTTP/1.1\r\nHost: h\r\n\r\n", "GET / HTTP/1.1\nHost: h\n\n", "\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3;ext=1\r\nabc\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3;a=\"\n\"\r\nabc\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0;x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Trailer: 1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 9\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcX0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n+3\r\nabc\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nabc\r\n0\r\n\r\n"));

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
  EXPECT_TRUE(exchange("GET /" + std::string(5000, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n").starts_with("HTTP/1.1 431"));
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
  const std::string request = "POST /files HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) +
                              "\r\n\r\n" + body;
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

TEST_F(ServerTest, CapsConnectionsPerPeer) {
  settings_.limits.connections_per_peer_max = 1;
  start();
  const RawSocket first = connect();
  first.send(kGet);
  EXPECT_TRUE(first.receive_message().starts_with("HTTP/1.1 200"));
  const RawSocket second = connect();
  EXPECT_TRUE(second.receive_all().starts_with("HTTP/1.1 503"));
  EXPECT_EQ(figures().turned_away, 1U);
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
  try {
    asio::co_spawn(io_, second.start(), asio::use_future).get();
    FAIL() << "two listeners on one port";
  } catch (const std::exception& error) {
    EXPECT_TRUE(holds(error.what(), "127.0.0.1 port")) << error.what();
  }
}

using asio::ip::tcp;

class TlsServerTest : public ServerTest {
 protected:
  std::string ask(const test::TestCertificate& trusted, std::string_view request) {
    asio::io_context io;
    const auto context = net::client_tls(trusted.authority_file()).value();
    asio::ssl::stream<tcp::socket> stream(io, *context);
    boost::system::error_code error;
    stream.next_layer().connect(tcp::endpoint(asio::ip::address_v4::loopback(), listener_->port()));
    stream.handshake(asio::ssl::stream_base::client, error);
    if (error) return error.message();
    asio::write(stream, asio::buffer(request.data(), request.size()), error);
    std::string out;
    asio::read(stream, asio::dynamic_buffer(out), error);
    return out;
  }

  test::TestCertificate files_{"127.0.0.1"};
};

constexpr std::string_view kLast = "GET /tls HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

TEST_F(TlsServerTest, SpeaksTlsAndSaysSoInHsts) {
  const auto context = net::server_tls(files_.certificate_file(), files_.key_file()).value();
  settings_.tls = [context] { return context; };
  start();
  const std::string text = ask(files_, kLast);
  EXPECT_TRUE(text.starts_with("HTTP/1.1 200")) << text;
  EXPECT_TRUE(holds(text, "Strict-Transport-Security: "));
}

TEST_F(TlsServerTest, ShowsTheNewCertificateAfterAReload) {
  const test::TestCertificate next("127.0.0.1");
  std::atomic<bool> reloaded{false};
  const auto first = net::server_tls(files_.certificate_file(), files_.key_file()).value();
  const auto second = net::server_tls(next.certificate_file(), next.key_file()).value();
  settings_.tls = [&] { return reloaded ? second : first; };
  start();
  EXPECT_TRUE(ask(files_, kLast).starts_with("HTTP/1.1 200"));
  reloaded = true;
  EXPECT_TRUE(ask(next, kLast).starts_with("HTTP/1.1 200"));
  const std::string old = ask(files_, kLast);
  EXPECT_TRUE(holds(old, "certificate verify failed")) << old;
}

TEST_F(TlsServerTest, EndsAHandshakeThatStalls) {
  const auto context = net::server_tls(files_.certificate_file(), files_.key_file()).value();
  settings_.tls = [context] { return context; };
  settings_.limits.head_deadline = milliseconds(30);
  start();
  const RawSocket socket = connect();
  socket.send("\x16\x03\x01");
  EXPECT_EQ(socket.receive_all(), "");
}

TEST_F(TlsServerTest, NeverSpeaksPlainWhenItsCertificateIsMissing) {
  settings_.tls = [] { return net::TlsContext(); };
  start();
  EXPECT_EQ(exchange(kGet), "");
}

TEST(BindAddressTest, ReadsTheThreeForms) {
  EXPECT_EQ(parse_bind_address("127.0.0.1:8080")->port, 8080);
  EXPECT_EQ(parse_bind_address("[::]:8443")->host, "::");
  EXPECT_TRUE(parse_bind_address("unix:/run/bccid/http.sock")->is_unix());
  for (const char* text : {"", "8080", "localhost:80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:70000",
                           "unix:", "unix:relative", "127.0.0.1:-1"})
    EXPECT_FALSE(parse_bind_address(text)) << text;
}

}  // namespace
}  // namespace bccid::http
