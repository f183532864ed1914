#include "http/body_reader.hpp"

#include "net/chunked_rest.hpp"

#include <boost/beast/http/error.hpp>

#include <iterator>

namespace bccid::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;

Failure differing() {
  return {Errc::malformed, "the header can be read in two ways", "Send HTTP/1.1 as RFC 9112 writes it."};
}

void refuse_extensions(std::uint64_t, beast::string_view extensions, error_code& error) {
  if (!extensions.empty()) error = beast::http::error::bad_chunk_extension;
}

}  // namespace

Status BodyReader::begin(std::string_view block, const Head& head, std::size_t body_bytes_max) {
  body_bytes_max_ = body_bytes_max;
  parser_.emplace();
  parser_->eager(true);
  parser_->header_limit(static_cast<std::uint32_t>(block.size()) + 1);
  parser_->body_limit(body_bytes_max);
  if (head.chunked) {
    if (!on_chunk_) on_chunk_ = &refuse_extensions;
    parser_->on_chunk_header(on_chunk_);
  }
  error_code error;
  const std::size_t used = parser_->put(asio::const_buffer(block.data(), block.size()), error);
  if (error == beast::http::error::body_limit) return failure_of(error);
  if (error && error != beast::http::error::need_more) return differing();
  if (used != block.size() || !parser_->is_header_done()) return differing();
  if (parser_->chunked() != head.chunked || parser_->is_done() == head.has_body()) return differing();
  if (!head.chunked && parser_->content_length().value_or(0) != head.content_length.value_or(0))
    return differing();
  if (head.chunked) head_fields_ = field_count();
  return {};
}

Result<std::size_t> BodyReader::put(std::string_view bytes) {
  if (parser_->chunked() && bytes.size() < net::kChunkedRestBytesMin) return std::size_t{0};
  error_code error;
  const std::size_t used = parser_->put(asio::const_buffer(bytes.data(), bytes.size()), error);
  if (error && error != beast::http::error::need_more) return failure_of(error);
  return used;
}

std::string BodyReader::take_piece() {
  std::string piece = std::move(parser_->get().body());
  parser_->get().body().clear();
  return piece;
}

Result<std::string> BodyReader::take() {
  if (parser_->chunked() && field_count() != head_fields_)
    return Failure(Errc::malformed, "the chunked body ends with trailer fields", "Send no trailers.");
  return std::move(parser_->get().body());
}

Failure BodyReader::failure_of(const error_code& error) const {
  if (error == beast::http::error::body_limit)
    return {Errc::too_large, "the body is larger than " + std::to_string(body_bytes_max_) + " bytes",
            "Send less at once."};
  return {Errc::malformed, "the body's chunks cannot be read: " + error.message(),
          "Send plain chunks without extensions, or a Content-Length."};
}

std::size_t BodyReader::field_count() const {
  const auto& fields = parser_->get().base();
  return static_cast<std::size_t>(std::distance(fields.begin(), fields.end()));
}

}  // namespace bccid::http
