#include "flow/exchange_book.hpp"

#include "base/limits.hpp"
#include "flow/masked_body.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace bccid {
namespace {

int to_ms(std::chrono::microseconds took) {
  return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(took).count());
}

std::int64_t bytes(std::size_t size) { return static_cast<std::int64_t>(size); }

}  // namespace

ExchangeBook::ExchangeBook(const Clock& clock, std::vector<std::string> secrets)
    : clock_(clock), secrets_(std::move(secrets)) {}

bool ExchangeBook::room() {
  if (ready_.size() + aside_ < limits::kTracesHeldMax) return true;
  ++dropped_;
  return false;
}

std::string ExchangeBook::masked(std::string_view body, std::string_view type) const {
  return without_secrets(masked_body(body, type), secrets_);
}

std::string ExchangeBook::words(std::string_view text) const {
  return masked_words(without_secrets(std::string(text), secrets_));
}

ExchangeRow ExchangeBook::row_of(const net::HttpRequest& request, const Result<net::HttpReply>& reply,
                                 std::chrono::microseconds took) const {
  ExchangeRow row;
  row.counterpart = request.call.counterpart;
  row.call = request.call.name;
  row.outbox_id = request.tag.outbox_id;
  row.request_id = request.tag.request_id;
  row.at = clock_.now() - took;
  row.took_ms = to_ms(took);
  row.bytes_out = bytes(request.body.size());
  row.sent = masked(request.body, request.content_type);
  if (!reply) {
    row.outcome = "failed";
    row.reason = words(reply.error().detail);
    return row;
  }
  row.http_status = reply->status;
  row.bytes_in = bytes(reply->body.size());
  row.got = masked(reply->body, reply->header("Content-Type"));
  row.outcome = reply->status >= 200 && reply->status < 300 ? "ok" : "failed";
  return row;
}

void ExchangeBook::note(const net::HttpRequest& request, const Result<net::HttpReply>& reply,
                        std::chrono::microseconds took) {
  if (request.call.counterpart.empty() || !room()) return;
  auto row = row_of(request, reply, took);
  if (row.outbox_id != 0) {
    ++aside_;
    of_messages_[row.outbox_id].push_back(std::move(row));
  } else if (row.call == kFeedCall) {
    ++aside_;
    of_feeds_[row.counterpart].push_back(std::move(row));
  } else {
    row.folds = true;
    ready_.push_back(std::move(row));
  }
}

void ExchangeBook::note(const InboundCall& call) {
  if (!room()) return;
  ExchangeRow row;
  row.inbound = true;
  row.counterpart = call.counterpart;
  row.call = call.call;
  row.subject = call.subject;
  row.request_id = call.request_id;
  row.at = clock_.now() - call.took;
  row.took_ms = to_ms(call.took);
  row.http_status = call.status;
  row.bytes_in = bytes(call.bytes_in);
  row.bytes_out = bytes(call.bytes_out);
  row.outcome = call.status < 400 ? "ok" : "failed";
  row.reason = std::string(call.problem);
  row.got = masked(call.asked, call.asked_type);
  row.sent = masked(call.answered, call.answered_type);
  row.folds = call.reads_only;
  if (row.folds) row.subject.clear();
  ready_.push_back(std::move(row));
}

void ExchangeBook::judge_feed(const std::string& counterpart, std::size_t rows) {
  auto pages = of_feeds_.extract(counterpart);
  if (pages.empty()) return;
  aside_ -= pages.mapped().size();
  for (auto& page : pages.mapped()) {
    if (page.outcome == "ok" && rows == 0) page.outcome = "empty";
    page.folds = page.outcome != "ok";
    ready_.push_back(std::move(page));
  }
}

std::vector<ExchangeRow> ExchangeBook::take_of(std::int64_t outbox_id) {
  auto calls = of_messages_.extract(outbox_id);
  if (calls.empty()) return {};
  aside_ -= calls.mapped().size();
  return std::move(calls.mapped());
}

void ExchangeBook::keep_lost(std::vector<ExchangeRow> calls, const std::string& subject) {
  for (auto& call : calls) {
    call.outcome = "lost";
    call.subject = subject;
  }
  put_back(std::move(calls));
}

std::vector<ExchangeRow> ExchangeBook::take(std::size_t rows_max) {
  const auto count = static_cast<std::ptrdiff_t>(std::min(rows_max, ready_.size()));
  std::vector<ExchangeRow> rows(std::make_move_iterator(ready_.begin()),
                                std::make_move_iterator(ready_.begin() + count));
  ready_.erase(ready_.begin(), ready_.begin() + count);
  // What folds is one row here already, however many there were since the last time.
  std::vector<ExchangeRow> folded;
  for (auto& row : rows) {
    const auto same = std::ranges::find_if(folded, [&row](const ExchangeRow& one) {
      return row.folds && one.folds && one.counterpart == row.counterpart && one.inbound == row.inbound &&
             one.call == row.call && one.outcome == row.outcome && one.http_status == row.http_status &&
             std::chrono::floor<std::chrono::hours>(one.at) == std::chrono::floor<std::chrono::hours>(row.at);
    });
    if (same == folded.end()) {
      folded.push_back(std::move(row));
      continue;
    }
    same->tries += row.tries;
    same->bytes_in += row.bytes_in;
    same->bytes_out += row.bytes_out;
  }
  return folded;
}

void ExchangeBook::put_back(std::vector<ExchangeRow> rows) {
  for (auto row = rows.rbegin(); row != rows.rend(); ++row)
    if (room()) ready_.push_front(std::move(*row));
}

}  // namespace bccid
