#pragma once

#include "net/https_client.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/optional/optional.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace bccid::net {

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
    reader(boost::beast::http::header<kIsRequest, Fields>&, value_type& body) : body_(body) {}

    void init(const boost::optional<std::uint64_t>&, boost::system::error_code& error) { error.clear(); }
    template <class Buffers>
    std::size_t put(const Buffers& buffers, boost::system::error_code& error) {
      error.clear();
      std::size_t total = 0;
      for (auto at = boost::asio::buffer_sequence_begin(buffers);
           at != boost::asio::buffer_sequence_end(buffers); ++at) {
        const boost::asio::const_buffer one = *at;
        const std::size_t kept = std::min(one.size(), body_.bytes_max - body_.text.size());
        body_.text.append(static_cast<const char*>(one.data()), kept);
        body_.over = body_.over || kept < one.size();
        total += one.size();
      }
      return total;
    }
    void finish(boost::system::error_code& error) { error.clear(); }

   private:
    value_type& body_;
  };
};

// Takes replies apart as they come in, and knows no socket. Interim replies are skipped. The body stops
// growing at the limit; that is not an error here.
class ReplyReader {
 public:
  explicit ReplyReader(std::size_t body_bytes_max);

  // Where the next bytes go; `arrived` says how many came. `error`: the reply cannot be read.
  boost::asio::mutable_buffer room();
  void arrived(std::size_t count, boost::system::error_code& error);
  // Nothing more will come, for the reason `error`. Clears it when that ends a body without a length.
  void ended(boost::system::error_code& error);

  // True when a final reply is complete or its limit is reached.
  bool finished() const { return finished_; }
  bool keep_alive() const;
  HttpReply take();

 private:
  using Parser = boost::beast::http::response_parser<CappedBody>;

  void fresh();
  bool must_wait() const;
  void settle(boost::system::error_code& error);

  std::size_t body_bytes_max_;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  int interim_ = 0;
  bool finished_ = false;
};

}  // namespace bccid::net
