#include "http/session.hpp"

#include "base/log.hpp"
#include "http/body_place.hpp"
#include "http/body_reader.hpp"
#include "http/problem.hpp"
#include "http/receive_buffer.hpp"
#include "http/target.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace bccid::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using net::Steady;

using PlainStream = ServerSocket;
using TlsStream = asio::ssl::stream<ServerSocket>;

constexpr std::size_t kHeadReadBytes = 2 * 1024;
constexpr std::size_t kChunkLineBytesMax = 16 * 1024;
constexpr std::size_t kSpoolPieceBytes = 512 * 1024;
constexpr std::size_t kLingerBytesMax = 1024 * 1024;

template <class Stream>
class Session final : public SessionControl {
  static constexpr bool kTls = std::is_same_v<Stream, TlsStream>;

 public:
  template <class... Args>
  explicit Session(ConnectionTicket& ticket, Args&&... args)
      : SessionControl(ticket), stream_(std::forward<Args>(args)...) {
    arm(Steady::now() + hub_.limits.head_deadline);
    if (hub_.draining) drain();
  }

  asio::awaitable<void> run() {
    bool answered = false;
    if constexpr (kTls) {
      error_code error;
      co_await stream_.async_handshake(asio::ssl::stream_base::server,
                                       asio::redirect_error(asio::use_awaitable, error));
      if (error) co_return;
    }
    while (co_await receive_head()) {
      answered = true;
      if (!co_await serve()) break;
    }
    if (answered) co_await part();
  }

 private:
  ServerSocket& socket() {
    if constexpr (kTls)
      return stream_.next_layer();
    else
      return stream_;
  }

  void cancel_io() override {
    error_code ignored;
    socket().cancel(ignored);
  }
  void close_io() override {
    error_code ignored;
    socket().close(ignored);
  }

  // One read; false when the connection ended, failed or was late.
  asio::awaitable<bool> fill(std::size_t wanted) {
    in_.make_room(wanted);
    error_code error;
    const std::size_t got = co_await stream_.async_read_some(
        asio::buffer(in_.free_begin(), in_.free_size()), asio::redirect_error(asio::use_awaitable, error));
    in_.commit(got);
    co_return !error;
  }

  // True when something is there to be served or answered: a head, or the reason for its refusal.
  asio::awaitable<bool> receive_head() {
    scanner_.reset();
    refusal_.reset();
    late_ = false;
    if (served_ > 0) arm(Steady::now() + (in_.empty() ? hub_.limits.idle : hub_.limits.head_deadline));
    phase_ = in_.empty() ? Phase::idle : Phase::receiving;
    if (phase_ == Phase::idle && hub_.draining && served_ > 0 && !bytes_waiting()) co_return false;
    for (;;) {
      const auto found = scanner_.scan(in_.view());
      if (found == HeadScanner::Found::end) co_return true;
      if (found == HeadScanner::Found::bad) co_return refuse_head("a line of the header ends without CR LF");
      if (in_.view().size() > hub_.rules.header_bytes_max) {
        refuse(Failure(Errc::too_large, "the header is too long", "Send fewer or shorter fields."), 431);
        co_return true;
      }
      const bool more = co_await fill(kHeadReadBytes);
      if (phase_ == Phase::idle && !in_.empty()) begin_receiving();
      if (!more && !keep_waiting()) co_return late_ && !in_.empty() && refuse_late("header");
    }
  }

  void begin_receiving() {
    phase_ = Phase::receiving;
    if (served_ > 0) arm(Steady::now() + hub_.limits.head_deadline);
  }

  // A drain interrupts the wait for a request; when one is just arriving it is served all the same.
  bool keep_waiting() {
    return hub_.draining && !late_ && served_ > 0 && phase_ == Phase::idle && bytes_waiting();
  }

  bool bytes_waiting() {
    error_code ignored;
    return socket().available(ignored) > 0;
  }

  // Refuses before there is a request; the connection does not outlive this.
  void refuse(const Failure& failure, int status) {
    refusal_id_ = hub_.ids.next();
    refusal_ = problem(failure, refusal_id_, status);
    refusal_keeps_ = false;
  }

  bool refuse_head(std::string why) {
    ++hub_.figures.bad_heads;
    refuse(Failure(Errc::malformed, std::move(why), "Send HTTP/1.1 as RFC 9112 writes it."), 400);
    return true;
  }

  bool refuse_late(std::string_view what) {
    refuse(Failure(Errc::malformed, "the " + std::string(what) + " came too slowly", "Send it faster."), 408);
    return true;
  }

  // Serves what `receive_head` found; false when the connection must end.
  asio::awaitable<bool> serve() {
    const auto began = Steady::now();
    Request request;
    Response response;
    BodyShare share(hub_);
    bool keep = false;
    if (!refusal_) read_head(request);
    if (!refusal_) co_await receive_rest(request, share);
    if (refusal_) {
      response = std::move(*refusal_);
      keep = refusal_keeps_;
    } else {
      disarm();
      phase_ = Phase::handling;
      keep = !head_.close;
      request.received_at = Steady::now();
      co_await handle(request, response);
    }
    ++served_;
    keep = keep && !hub_.draining && served_ < hub_.limits.requests_per_connection_max;
    count_refusal(request, response);
    const bool sent = co_await send(request, response, !keep);
    ++hub_.figures.requests;
    if (hub_.on_answer)
      hub_.on_answer(request, response,
                     std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - began));
    in_.shrink();
    co_return sent&& keep;
  }

  // Turns the header block into a request, or sets the refusal.
  void read_head(Request& request) {
    refusal_keeps_ = false;
    const std::string_view block = in_.view().substr(0, scanner_.size());
    Status read = check_head(block, hub_.rules, head_);
    if (read) read = split_target(head_.target, request.path, request.query);
    if (!read) {
      ++hub_.figures.bad_heads;
      refuse(read.error(), read.error().code == Errc::too_large ? 431 : 400);
      return;
    }
    request.method = head_.method;
    request.target = head_.target;
    for (const auto& [name, value] : head_.fields) request.headers.add(name, value);
    request.peer = hub_.proxies.caller(peer_, request.headers);
    request.is_tls = kTls || hub_.proxies.came_by_tls(peer_, request.headers);
    const std::string_view offered = request.headers.get("X-Request-Id");
    request.request_id = valid_request_id(offered) ? std::string(offered) : hub_.ids.next();
    admit(request);
    if (admission_.refusal) refuse_whole(std::move(*admission_.refusal));
  }

  void admit(Request& request) {
    try {
      admission_ = hub_.application.admit(request);
    } catch (const std::exception& error) {
      log::error("admit_failed", {{"request", request.request_id}, {"error", error.what()}});
      admission_.refusal = problem(Failure(Errc::internal, "admit failed"), request);
    }
  }

  // Refuses a request whose head was fine. The connection may go on when no body stands in the way.
  void refuse_whole(Response response) {
    refusal_ = std::move(response);
    refusal_keeps_ = !head_.has_body() && !head_.close;
    if (refusal_keeps_) in_.consume(scanner_.size());
  }

  asio::awaitable<void> receive_rest(Request& request, BodyShare& share) {
    if (admission_.ask) {
      disarm();
      phase_ = Phase::handling;
      std::optional<Response> refused = co_await authorize(request);
      phase_ = Phase::receiving;
      if (refused) {
        refuse_whole(std::move(*refused));
        co_return;
      }
    }
    const std::size_t limit = admission_.body_bytes_max;
    Status begun = body_.begin(in_.view().substr(0, scanner_.size()), head_, limit);
    in_.consume(scanner_.size());
    if (begun && admission_.spool) begun = open_spool(hub_.spool, request);
    if (begun && !admission_.spool && head_.has_body() &&
        !share.take(head_.chunked ? limit : *head_.content_length))
      begun = Failure(Errc::overloaded, "too many large bodies at once", "Try again in a moment.");
    if (!begun) {
      refusal_ = problem(begun.error(), request);
      co_return;
    }
    if (!body_.done()) co_await receive_body(request);
    if (refusal_) co_return;
    if (admission_.spool) co_await spool_piece(request);
    Result<std::string> body = body_.take();
    if (body)
      request.body = std::move(*body);
    else if (!refusal_)
      refusal_ = problem(body.error(), request);
  }

  asio::awaitable<void> spool_piece(Request& request) {
    disarm();
    const Status kept = co_await spool(hub_.spool, request, body_.take_piece());
    if (!kept) refusal_ = problem(kept.error(), request);
  }

  asio::awaitable<std::optional<Response>> authorize(Request& request) {
    try {
      co_return co_await hub_.application.authorize(request);
    } catch (const std::exception& error) {
      log::error("authorize_failed", {{"request", request.request_id}, {"error", error.what()}});
    }
    co_return problem(Failure(Errc::internal, "authorize failed"), request);
  }

  asio::awaitable<void> receive_body(Request& request) {
    const auto began = Steady::now();
    std::size_t received = 0;
    if (head_.expects_continue && in_.empty() && !co_await send_continue()) co_return;
    for (;;) {
      while (!in_.empty()) {
        const Result<std::size_t> used = body_.put(in_.view());
        if (!used || (*used == 0 && in_.view().size() > kChunkLineBytesMax)) {
          refusal_ = problem(
              used ? Failure(Errc::malformed, "a chunk's size line does not end") : used.error(), request);
          co_return;
        }
        if (*used == 0) break;
        in_.consume(*used);
        if (body_.done()) co_return;
        if (admission_.spool && body_.waiting() >= kSpoolPieceBytes) co_await spool_piece(request);
        if (refusal_) co_return;
      }
      arm(body_deadline(began, received));
      const std::size_t before = in_.view().size();
      const bool more = co_await fill(head_.content_length.value_or(kHeadReadBytes) > kHeadReadBytes
                                          ? ReceiveBuffer::kLarge - before
                                          : kHeadReadBytes);
      received += in_.view().size() - before;
      if (!more) {
        refuse_late("body");
        co_return;
      }
    }
  }

  // A grace, then a minimum rate on average; and never a long silence.
  Steady::time_point body_deadline(Steady::time_point began, std::size_t received) const {
    const auto earned = std::chrono::milliseconds(received * 1000 / hub_.limits.body_bytes_per_second_min);
    return std::min(began + hub_.limits.body_grace + earned, Steady::now() + hub_.limits.body_stall_max);
  }

  asio::awaitable<bool> send_continue() {
    out_.assign("HTTP/1.1 100 Continue\r\n\r\n");
    const bool sent = co_await write_out();
    if (!sent) refuse_late("body");
    co_return sent;
  }

  asio::awaitable<void> handle(Request& request, Response& response) {
    try {
      response = co_await hub_.application.handle(request);
      co_return;
    } catch (const std::exception& error) {
      log::error("request_failed", {{"request", request.request_id}, {"error", error.what()}});
    }
    response = problem(Failure(Errc::internal, "the handler threw"), request);
  }

  // Before the answer leaves, so that who has read it finds it counted. Our own errors refuse nothing.
  void count_refusal(const Request& request, const Response& response) {
    if (response.problem.empty() || response.status == 500) return;
    hub_.application.refused(request.route, response.problem);
  }

  asio::awaitable<bool> send(Request& request, const Response& response, bool close) {
    if (request.request_id.empty()) request.request_id = refusal_id_;
    const WireContext context{request.request_id, hub_.date.now(), kTls, close,
                              request.method == Method::head};
    out_.clear();
    if (!append_response(response, context, out_)) {
      log::error("response_header_refused", {{"request", request.request_id}});
      append_response(problem(Failure(Errc::internal, "a response header was refused"), request), context,
                      out_);
    }
    const bool sent = co_await write_out();
    if (out_.capacity() > ReceiveBuffer::kLarge) std::string().swap(out_);
    co_return sent;
  }

  asio::awaitable<bool> write_out() {
    phase_ = Phase::sending;
    arm(Steady::now() + hub_.limits.write_deadline);
    error_code error;
    std::size_t sent = 0;
    while (sent < out_.size() && !error)
      sent += co_await stream_.async_write_some(asio::buffer(out_.data() + sent, out_.size() - sent),
                                                asio::redirect_error(asio::use_awaitable, error));
    phase_ = Phase::receiving;
    co_return !error;
  }

  // Closes so that the last answer arrives: a plain close with unread bytes would reset the connection.
  asio::awaitable<void> part() {
    phase_ = Phase::sending;
    arm(Steady::now() + hub_.limits.linger);
    error_code error;
    if constexpr (kTls) {
      co_await stream_.async_shutdown(asio::redirect_error(asio::use_awaitable, error));
      error.clear();
    }
    socket().shutdown(asio::socket_base::shutdown_send, error);
    std::size_t dropped = 0;
    while (!error && dropped < kLingerBytesMax) {
      in_.consume(in_.view().size());
      dropped += co_await socket().async_read_some(asio::buffer(in_.free_begin(), in_.free_size()),
                                                   asio::redirect_error(asio::use_awaitable, error));
    }
  }

  Stream stream_;
  ReceiveBuffer in_;
  std::string out_;
  HeadScanner scanner_;
  Head head_;
  BodyReader body_;
  Admission admission_;
  std::optional<Response> refusal_;
  std::string refusal_id_;
  bool refusal_keeps_ = false;
};

}  // namespace

asio::awaitable<void> run_session(std::unique_ptr<ConnectionTicket> ticket, ServerSocket socket,
                                  net::TlsContext tls) {
  if (tls) {
    Session<TlsStream> session(*ticket, std::move(socket), *tls);
    co_await session.run();
  } else {
    Session<PlainStream> session(*ticket, std::move(socket));
    co_await session.run();
  }
}

}  // namespace bccid::http
