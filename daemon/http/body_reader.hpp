#pragma once

#include "base/result.hpp"
#include "http/guard.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace bccid::http {

// Beast's parser behind the guard: takes the checked head as a second opinion on framing, then the body.
// Chunk extensions and trailers are refused: nobody needs them and readers disagree on them.
class BodyReader {
 public:
  // Reads the head. Errors: malformed, when Beast's reading of it differs from the guard's; too_large,
  // when the announced body is over the limit.
  Status begin(std::string_view block, const Head& head, std::size_t body_bytes_max);

  bool done() const { return parser_->is_done(); }
  // Takes bytes of the body and says how many; 0 means that more are needed first.
  // Errors: malformed, too_large.
  Result<std::size_t> put(std::string_view bytes);
  // What came of the body so far, and was not taken out before; for bodies that are not kept in memory.
  std::string take_piece();
  std::size_t waiting() const { return parser_->get().body().size(); }
  // The body; valid when done. Errors: malformed (trailers).
  Result<std::string> take();

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  using ChunkCallback =
      std::function<void(std::uint64_t, boost::beast::string_view, boost::system::error_code&)>;

  Failure failure_of(const boost::system::error_code& error) const;
  std::size_t field_count() const;

  ChunkCallback on_chunk_;
  std::optional<Parser> parser_;
  std::size_t body_bytes_max_ = 0;
  std::size_t head_fields_ = 0;
};

}  // namespace bccid::http
