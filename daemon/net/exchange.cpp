#include "net/exchange.hpp"

#include "net/reply_reader.hpp"

#include <boost/beast/core/string.hpp>

#include <utility>

namespace bccid::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;

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

// Reads until a final reply is complete, its limit is reached, or something fails.
asio::awaitable<void> read_reply(Connection& connection, ReplyReader& reader, error_code& error) {
  while (!error && !reader.finished()) {
    const auto room = reader.room();
    const std::size_t got = co_await connection.read(static_cast<char*>(room.data()), room.size(), error);
    if (got > 0) connection.note_reply_byte();
    if (!error)
      reader.arrived(got, error);
    else if (!connection.was_cut())  // our own deadline is no end that the counterpart gave its reply
      reader.ended(error);
  }
}

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
  co_await read_reply(connection, reader, error);
  if (error) {
    const std::string why =
        connection.was_cut() ? "no whole reply in time" : "no readable reply: " + error.message();
    co_return unknown(request, why);
  }
  connection.set_reusable(reader.keep_alive());
  co_return reader.take();
}

}  // namespace bccid::net
