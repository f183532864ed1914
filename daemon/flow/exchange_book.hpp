#pragma once

#include "base/clock.hpp"
#include "net/https_client.hpp"
#include "store/exchange_store.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace bccid {

// A call of a counterpart at our door, when it has been answered.
struct InboundCall {
  std::string counterpart;  // onestop:AGENCY, or client:PRINCIPAL
  std::string call;         // the route: POST /v1/orders
  std::string subject;
  std::string request_id;
  int status = 0;
  std::string_view problem;  // our code of a refusal; empty when it was none
  std::size_t bytes_in = 0, bytes_out = 0;
  std::string_view asked, asked_type, answered, answered_type;
  std::chrono::microseconds took{0};
  bool reads_only = false;  // the same again within the hour is one trace
};

// Keeps the traces of calls in memory until somebody writes them. Bounded: a trace for which there is no room
// is dropped and counted, so sending never waits for writing. What it keeps is masked already, and none of
// `secrets` is in it. Io thread only.
class ExchangeBook {
 public:
  ExchangeBook(const Clock& clock, std::vector<std::string> secrets);

  // A call of ours has ended. One that belongs to a message waits for take_of, one of a feed for judge_feed.
  void note(const net::HttpRequest& request, const Result<net::HttpReply>& reply,
            std::chrono::microseconds took);
  void note(const InboundCall& call);
  // What the pages that were just read from this feed are worth: without a row in them they fold.
  void judge_feed(const std::string& counterpart, std::size_t rows);
  // The calls that a try of this message made, in their order.
  std::vector<ExchangeRow> take_of(std::int64_t outbox_id);

  // The message went to another sender meanwhile, but the counterpart was asked all the same.
  void keep_lost(std::vector<ExchangeRow> calls, const std::string& subject);

  // What waits to be written, at most `rows_max`.
  std::vector<ExchangeRow> take(std::size_t rows_max);
  // They could not be written: back to where they were, as far as there is room.
  void put_back(std::vector<ExchangeRow> rows);

  // A text for people without our secrets, long numbers, addresses and tokens.
  std::string words(std::string_view text) const;

  std::size_t waiting() const { return ready_.size(); }
  std::uint64_t dropped() const { return dropped_; }

 private:
  ExchangeRow row_of(const net::HttpRequest& request, const Result<net::HttpReply>& reply,
                     std::chrono::microseconds took) const;
  std::string masked(std::string_view body, std::string_view type) const;
  bool room();

  const Clock& clock_;
  std::vector<std::string> secrets_;
  std::deque<ExchangeRow> ready_;
  std::unordered_map<std::int64_t, std::vector<ExchangeRow>> of_messages_;
  std::map<std::string, std::vector<ExchangeRow>, std::less<>> of_feeds_;
  std::size_t aside_ = 0;  // in the two above
  std::uint64_t dropped_ = 0;
};

}  // namespace bccid
