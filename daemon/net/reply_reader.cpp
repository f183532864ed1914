#include "net/reply_reader.hpp"

#include "net/chunked_rest.hpp"

#include <boost/beast/http/error.hpp>

#include <limits>
#include <utility>

namespace bccid::net {
namespace {

namespace beast = boost::beast;
using boost::system::error_code;

constexpr std::size_t kReplyHeadBytesMax = 32 * 1024;
constexpr std::size_t kReadBytes = 8 * 1024;
constexpr int kInterimRepliesMax = 5;

}  // namespace

ReplyReader::ReplyReader(std::size_t body_bytes_max) : body_bytes_max_(body_bytes_max) { fresh(); }

boost::asio::mutable_buffer ReplyReader::room() { return buffer_.prepare(kReadBytes); }

void ReplyReader::arrived(std::size_t count, error_code& error) {
  buffer_.commit(count);
  while (buffer_.size() > 0 && !finished_ && !must_wait()) {
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

void ReplyReader::ended(error_code& error) {
  if (!parser_->is_header_done() || !parser_->need_eof()) return;
  error.clear();
  parser_->put_eof(error);
  finished_ = !error;
}

bool ReplyReader::keep_alive() const {
  return finished_ && !parser_->get().body().over && parser_->keep_alive() && buffer_.size() == 0;
}

HttpReply ReplyReader::take() {
  HttpReply out;
  out.status = static_cast<int>(parser_->get().result_int());
  out.truncated = parser_->get().body().over;
  for (const auto& field : parser_->get())
    out.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  out.body = std::move(parser_->get().body().text);
  return out;
}

void ReplyReader::fresh() {
  parser_.emplace();
  parser_->get().body().bytes_max = body_bytes_max_;
  parser_->header_limit(static_cast<std::uint32_t>(kReplyHeadBytesMax));
  parser_->body_limit(std::numeric_limits<std::uint64_t>::max());
  parser_->eager(true);
}

bool ReplyReader::must_wait() const {
  return parser_->is_header_done() && parser_->chunked() && buffer_.size() < kChunkedRestBytesMin;
}

void ReplyReader::settle(error_code& error) {
  // Beast takes any three digits, and a status below 100 would pass for an interim reply with a body.
  if (parser_->is_header_done() && parser_->get().result_int() < 100) {
    error = beast::http::error::bad_status;
    return;
  }
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

}  // namespace bccid::net
