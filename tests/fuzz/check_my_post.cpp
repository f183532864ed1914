#include "adapters/vnpost_my/wire.hpp"
#include "base/limits.hpp"
#include "tests/fuzz/kept_reply.hpp"
#include "tests/fuzz/parsers.hpp"
#include "tests/fuzz/require.hpp"

namespace bccid::fuzz {
namespace {

constexpr std::string_view kNumber = "H20.01-260703-0001-T1";
constexpr std::string_view kOriginalId = "7";

// Nobody has the other half of it.
constexpr std::string_view kKey =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwoBmVldQsZaYyWH4arO7\n"
    "au0IkO5sHXvey+QIYgZCzKkjiyC6Tkw13MvRdTz2kRx2WGkvlvEJ7KD9BGQ1xxmh\n"
    "hiaxaiyTLqATs/qgZ73dyH7kYo+PWpIBp05n58s81izMHRfN3i04nGEbr5cURn/R\n"
    "jCKK0+fXBpN+YQdMjhgdAPto/g7MKPmc9TafN6NlYUe93htUJejIdzNp1jcRud+Y\n"
    "vyrag7RSkGxl3ffOJGcsQ78271XEzlpA5SlEHhtCwgiKFCZgi+VdzHNzSvg+r12o\n"
    "iqtPvImJQcJGR0XPA9+0EIqCtH7B0X2tbWK6ehdVto43OAK1+3AuwCAfUNZsnsUv\n"
    "PQIDAQAB\n"
    "-----END PUBLIC KEY-----\n";

void check_sends(const Reply& reply) {
  const auto created = my::read_create_reply(reply.status, reply.body, kNumber);
  require_clean(created.reason, limits::kTextFieldCharsMax, "the reason of a creation");
  require(created.outcome != SendOutcome::pending, "no creation is pending");
  if (created.outcome == SendOutcome::accepted)
    require(reply.status == 200 || reply.status == 201, "only a success accepts");
  const auto cancelled = my::read_cancel_reply(reply.status, reply.body, kOriginalId);
  require_clean(cancelled.reason, limits::kTextFieldCharsMax, "the reason of a cancellation");
  require(cancelled.outcome != SendOutcome::accepted, "no answer to a cancellation is the cancellation");
}

void check_questions(const Reply& reply) {
  const auto detail = my::read_order_reply(reply.status, reply.body, kNumber);
  require_clean(detail.reason, limits::kTextFieldCharsMax, "the reason of an answer");
  require_clean(detail.item_code, limits::kTextFieldCharsMax, "an item code");
  if (detail.answer == OrderReading::Answer::known)
    require(reply.status == 200, "only a 200 is an answer about an order");
  const auto history = my::read_history_reply(reply.status, reply.body, kNumber, "");
  require(history.answer == OrderReading::Answer::known || history.rows.empty(),
          "an answer that proves nothing has no rows");
  Time last{};
  for (const auto& row : history.rows) {
    require(row.occurred_at >= last, "a history is in order");
    require(row.row_id.starts_with(kNumber), "a row is named by our number");
    for (const auto& text : {row.raw_code, row.raw_text, row.office, row.note, row.row_id})
      require_clean(text, limits::kTextFieldCharsMax, "a text of a row");
    last = row.occurred_at;
  }
  CarrierBlock block;
  block.service_code = "HCC01";
  const auto price = my::read_price_reply(reply.status, reply.body, block);
  if (price)
    require(*price > Money{}, "a price is above nothing");
  else
    require_fit(price.error());
}

}  // namespace

int check_my_reply(std::string_view bytes) {
  static const auto kPublic = net::RsaPublicKey::read(kKey).value();
  const Reply reply = reply_of(bytes);
  check_sends(reply);
  check_questions(reply);
  const auto hints = my::read_hint_body(reply.body, kPublic);
  require(!hints, "nobody signs for a key without its other half");
  require_fit(hints.error());
  return 0;
}

}  // namespace bccid::fuzz
