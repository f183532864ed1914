#pragma once

#include "adapters/blocks.hpp"
#include "base/result.hpp"
#include "net/rsa_signature.hpp"
#include "ports/carrier_port.hpp"

#include <string>
#include <string_view>
#include <vector>

// Bytes of the post's customer interface (MyVNPost) to our values and back. Pure: no socket, no clock.
namespace bccid::my {

// Statuses that this adapter itself must tell apart; all others are only in the code list.
inline constexpr int kDraft = 0;
inline constexpr int kPickupCancelled = 9;
inline constexpr int kDeliveryCancelled = 22;

// CreateOrder with our number as saleOrderCode. An end without a name is the block's own party; codes of
// places are national unless the block maps them, and the district is "VNPOST" where none is mapped.
std::string order_body(const CarrierOrder& order, const CarrierBlock& block);
std::string cancel_body(std::string_view original_id);
std::string price_body(const PriceQuestion& question, const CarrierBlock& block);

// Path and query of the questions by our number.
std::string order_target(std::string_view number, const CarrierBlock& block);
std::string history_target(std::string_view number, const CarrierBlock& block);
std::string delete_draft_target(std::string_view number, const CarrierBlock& block);

// What an answer to CreateOrder proves about `number`. Only an order with an id or item code of the post
// accepts; only a readable refusal with 400 or 422 that does not speak of an order that is there already
// rejects.
SendReport read_create_reply(int http_status, std::string_view body, std::string_view number);

// One order as getOrder tells it.
struct OrderDetail {
  OrderReading::Answer answer = OrderReading::Answer::error;
  std::string original_id;
  std::string item_code;
  int status = -1;  // -1: the answer names none
  std::string reason;
};
// `absent` needs a definite word: an empty list, or a refusal that says the order was not found. An order
// under another number of ours is an error, never an answer.
OrderDetail read_order_reply(int http_status, std::string_view body, std::string_view number);

// What an answer to a cancellation proves before the order is read again: rejected by a readable no, pending
// when it was taken, else unknown. Never accepted.
SendReport read_cancel_reply(int http_status, std::string_view body, std::string_view original_id);

// The history of `number` as rows, oldest first. A row's id is "number/status/yyyyMMddHHmmss", the same in
// each reading; rows of one second keep the order of the history by microseconds. Without a readable history
// nothing is made up: `answer` is error then.
OrderReading read_history_reply(int http_status, std::string_view body, std::string_view number,
                                std::string_view item_code);

// The total of the service that the block names. Errors: unavailable.
Result<Money> read_price_reply(int http_status, std::string_view body, const CarrierBlock& block);

// Whom a message of the post is about, after its signature was found good. Errors: malformed,
// unauthenticated.
Result<std::vector<CarrierHint>> read_hint_body(std::string_view body, const net::RsaPublicKey& key);

}  // namespace bccid::my
