#pragma once

#include <span>
#include <string_view>

// One check for each parser that meets bytes of somebody else. A check feeds the bytes to its parser and
// throws Violation (require.hpp) when a promise of the parser does not hold; it returns 0 otherwise. The
// fuzz target fuzz_<name>.cpp and the replay of corpus/<name>/ call the same function.
namespace bccid::fuzz {

// daemon/base
int check_base64(std::string_view bytes);
int check_csv(std::string_view bytes);
int check_money(std::string_view bytes);
int check_text(std::string_view bytes);
int check_time_text(std::string_view bytes);
int check_uuid(std::string_view bytes);

// daemon/domain
int check_dossier_code(std::string_view bytes);
int check_item_code(std::string_view bytes);
int check_vietqr(std::string_view bytes);
int check_payment_reference(std::string_view bytes);
int check_phone(std::string_view bytes);
int check_reference_text(std::string_view bytes);

// daemon/net
int check_address_filter(std::string_view bytes);
int check_origin(std::string_view bytes);
int check_reply_reader(std::string_view bytes);
int check_webhook_secret(std::string_view bytes);
int check_webhook_signature(std::string_view bytes);  // id, timestamp, signature: a line each; then the body

// daemon/http
int check_bind_address(std::string_view bytes);
int check_body_reader(std::string_view bytes);  // a whole request
int check_content_type(std::string_view bytes);
int check_guard(std::string_view bytes);  // a header block, and what may follow it
int check_idempotency_key(std::string_view bytes);
int check_json_body(std::string_view bytes);
int check_order_dto(std::string_view bytes);
int check_pairs(std::string_view bytes);
int check_scan_dto(std::string_view bytes);
int check_target(std::string_view bytes);

// adapters; the first line of a reply is its HTTP status
int check_bank_camt(std::string_view bytes);
int check_bank_csv(std::string_view bytes);
int check_bank_mt940(std::string_view bytes);
int check_bank_table(std::string_view bytes);
int check_remittance_list(std::string_view bytes);
int check_workbook(std::string_view bytes);
int check_ereceipt_reply(std::string_view bytes);
int check_my_reply(std::string_view bytes);
int check_ngsp_feed(std::string_view bytes);
int check_ngsp_reply(std::string_view bytes);
int check_onestop_reply(std::string_view bytes);
int check_onestop_trigger(std::string_view bytes);
int check_payment_platform(std::string_view bytes);
int check_citizen_reply(std::string_view bytes);  // a body alone
int check_session_reply(std::string_view bytes);  // a body alone
int check_tunnel_reply(std::string_view bytes);   // the head of a proxy's answer

// daemon/app
int check_config(std::string_view bytes);

struct Parser {
  std::string_view name;
  int (*check)(std::string_view bytes);
};

// All of the above, in the order of their names.
std::span<const Parser> parsers();

}  // namespace bccid::fuzz
