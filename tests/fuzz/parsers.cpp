#include "tests/fuzz/parsers.hpp"

namespace bccid::fuzz {
namespace {

constexpr Parser kParsers[] = {
    {"address_filter", check_address_filter},
    {"bank_camt", check_bank_camt},
    {"bank_csv", check_bank_csv},
    {"bank_mt940", check_bank_mt940},
    {"bank_table", check_bank_table},
    {"base64", check_base64},
    {"bind_address", check_bind_address},
    {"body_reader", check_body_reader},
    {"citizen_reply", check_citizen_reply},
    {"config", check_config},
    {"content_type", check_content_type},
    {"csv", check_csv},
    {"dossier_code", check_dossier_code},
    {"ereceipt_reply", check_ereceipt_reply},
    {"guard", check_guard},
    {"idempotency_key", check_idempotency_key},
    {"item_code", check_item_code},
    {"vietqr", check_vietqr},
    {"json_body", check_json_body},
    {"money", check_money},
    {"my_reply", check_my_reply},
    {"ngsp_feed", check_ngsp_feed},
    {"ngsp_reply", check_ngsp_reply},
    {"onestop_reply", check_onestop_reply},
    {"onestop_trigger", check_onestop_trigger},
    {"order_dto", check_order_dto},
    {"origin", check_origin},
    {"pairs", check_pairs},
    {"payment_platform", check_payment_platform},
    {"payment_reference", check_payment_reference},
    {"phone", check_phone},
    {"reference_text", check_reference_text},
    {"remittance_list", check_remittance_list},
    {"reply_reader", check_reply_reader},
    {"scan_dto", check_scan_dto},
    {"session_reply", check_session_reply},
    {"target", check_target},
    {"tunnel_reply", check_tunnel_reply},
    {"text", check_text},
    {"time_text", check_time_text},
    {"uuid", check_uuid},
    {"webhook_secret", check_webhook_secret},
    {"webhook_signature", check_webhook_signature},
    {"workbook", check_workbook},
};

}  // namespace

std::span<const Parser> parsers() { return kParsers; }

}  // namespace bccid::fuzz
