#include "net/exchange.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/optional/optional.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

namespace bccid::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;

constexpr std::size_t kReplyHeadBytesMax = 32 * 1024;
constexpr std::size_t kReadBytes = 8 * 1024;
constexpr int kInterimRepliesMax = 5;

// A text that stops growing at its limit. Beast's string body would reserve whatever length the peer
// announces, be it a terabyte.
struct CappedBody {
  struct value_type {
    std::string text;
    std::size_t bytes_max = 0;
    bool over = false;
  };

  class reader {
   public:
    template <bool kIsRequest, class Fields>
    reader(beast::http::header<kIsRequest, Fields>&, value_type& body) : body_(body) {}

    void init(const boost::optional<std::uint64_t>&, error_code& error) { error.clear(); }
    template <class Buffers>
    std::size_t put(const Buffers& buffers, error_code& error) {
      error.clear();
      std::size_t total = 0;
      for (auto at = asio::buffer_sequence_begin(buffers); at != asio::buffer_sequence_end(buffers); ++at) {
        const asio::const_buffer one = *at;
        const std::size_t kept = std::min(one.size(), body_.bytes_max - body_.text.size());
        body_.text.append(static_cast<const char*>(one.data()), kept);
        body_.over = body_.over || kept < one.size();
        total += one.size();
      }
      return total;
    }
    void finish(error_code& error) { error.clear(); }

   private:
    value_type& body_;
  };
};

using Parser = beast::http::response_parser<CappedBody>;

std::string_view verb_name(Verb verb) {
  switch (verb) {
    case Verb::get: return "GET";
    case Verb::post: return "POST";
    case Verb::put: return "PUT";
    case Verb::patch: return "PATCH";
    case Verb::remove: return "DELETE";
  }
  return "GET";
}

Failure bad_field(std::string_view name) {
  return {Errc::invalid_field,
          "outgoing header \"" + std::string(name) + "\" holds a character that must not go out",
          "Send printable ASCII only."};
}

Failure unknown(const HttpRequest& request, std::string why) {
  return {Errc::outcome_unknown, "request to " + request.url.origin.to_text() + ": " + std::move(why),
          "Ask the counterpart whether it was done before sending it again."};
}

void add_line(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

// Framing is ours; a caller who sets it would make two readings of one request possible.
bool framing_name(std::string_view name) {
  return beast::iequals(name, "Host") || beast::iequals(name, "Content-Length") ||
         beast::iequals(name, "Transfer-Encoding") || beast::iequals(name, "Connection");
}

// Takes replies apart as they come in. The body stops growing at the limit; that is not an error here.
class ReplyReader {
 public:
  explicit ReplyReader(std::size_t body_bytes_max) : body_bytes_max_(body_bytes_max) { fresh(); }

  // Reads until a final reply is complete, its limit is reached, or something fails.
  asio::awaitable<void> read(Connection& connection, error_code& error) {
    while (!error && !finished_) {
      const auto room = buffer_.prepare(kReadBytes);
      const std::size_t got = co_await connection.read(static_cast<char*>(room.data()), room.size(), error);
      if (got > 0) connection.note_reply_byte();
      buffer_.commit(got);
      if (error && parser_->is_header_done() && parser_->need_eof()) {
        at_end_of_stream(error);
      } else if (!error) {
        digest(error);
      }
    }
  }

  bool keep_alive() const {
    return finished_ && !parser_->get().body().over && parser_->keep_alive() && buffer_.size() == 0;
  }

  HttpReply take() {
    HttpReply out;
    out.status = static_cast<int>(parser_->get().result_int());
    out.truncated = parser_->get().body().over;
    for (const auto& field : parser_->get())
      out.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    out.body = std::move(parser_->get().body().text);
    return out;
  }

 private:
  void fresh() {
    parser_.emplace();
    parser_->get().body().bytes_max = body_bytes_max_;
    parser_->header_limit(static_cast<std::uint32_t>(kReplyHeadBytesMax));
    parser_->body_limit(std::numeric_limits<std::uint64_t>::max());
    parser_->eager(true);
  }

  // The peer's end of stream ends a body that announced no length.
  void at_end_of_stream(error_code& error) {
    error.clear();
    parser_->put_eof(error);
    finished_ = !error;
  }

  void digest(error_code& error) {
    while (buffer_.size() > 0 && !finished_) {
      const std::size_t used = parser_->put(buffer_.data(), error);
      buffer_.consume(used);
      if (error == beast::http::error::need_more) {
        error.clear();
        if (used == 0) break;
      }
      if (error) return;
      settle(error);
      if (error) return;
    }
    if (buffer_.size() > kReplyHeadBytesMax) error = beast::http::error::header_limit;
  }

  void settle(error_code& error) {
    if (parser_->is_done()) {
      const bool interim = parser_->get().result_int() < 200 && parser_->get().result_int() != 101;
      if (!interim) {
        finished_ = true;
      } else if (++interim_ > kInterimRepliesMax) {
        error = beast::http::error::bad_status;
      } else {
        fresh();
      }
    }
    if (parser_->get().body().over) finished_ = true;
  }

  std::size_t body_bytes_max_;
  beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  int interim_ = 0;
  bool finished_ = false;
};

}  // namespace

Result<std::string> request_head(const HttpRequest& request, std::string_view user_agent) {
  const std::string& target = request.url.target;
  if (target.empty() || target.front() != '/' || !valid_target(target))
    return Failure(Errc::invalid_field, "the outgoing path holds a character that must not go out",
                   "Percent-encode it.");
  std::string out;
  out.reserve(256 + target.size() + request.body.size());
  out.append(verb_name(request.verb)).append(" ").append(target).append(" HTTP/1.1\r\n");
  add_line(out, "Host", request.url.origin.host_header());
  add_line(out, "User-Agent", user_agent);
  if (!request.content_type.empty()) {
    if (!valid_header_value(request.content_type)) return bad_field("Content-Type");
    add_line(out, "Content-Type", request.content_type);
  }
  for (const auto& [name, value] : request.headers) {
    if (!valid_header_name(name)) return bad_field("?");
    if (framing_name(name) || !valid_header_value(value)) return bad_field(name);
    add_line(out, name, value);
  }
  if (!request.body.empty() || request.verb != Verb::get)
    add_line(out, "Content-Length", std::to_string(request.body.size()));
  out.append("\r\n").append(request.body);
  return out;
}

asio::awaitable<Result<HttpReply>> exchange(Connection& connection, const HttpRequest& request,
                                            const std::string& head) {
  error_code error;
  co_await connection.write(head, error);
  if (error) {
    const std::string why =
        connection.was_cut() ? "not sent in time" : "broke while sending: " + error.message();
    co_return unknown(request, why);
  }
  ReplyReader reader(request.reply_bytes_max);
  co_await reader.read(connection, error);
  if (error) {
    const std::string why =
        connection.was_cut() ? "no whole reply in time" : "no readable reply: " + error.message();
    co_return unknown(request, why);
  }
  connection.set_reusable(reader.keep_alive());
  co_return reader.take();
}

}  // namespace bccid::net
