#pragma once

#include "http/api.hpp"

// One function for each route, in the order of routes.cpp. All read the request, call one flow, and render.
namespace bccid::http {

using Answer = boost::asio::awaitable<Response>;

// The {id} of an order's route. Errors: not_found.
Result<Uuid> order_id_of(const Request& request);

Answer get_contract(Api& api, const Request& request);
Answer get_event_schema(Api& api, const Request& request);
Answer get_test_event_schema(Api& api, const Request& request);

Answer post_oauth_token(Api& api, const Request& request);
Answer post_session(Api& api, const Request& request);
Answer get_session(Api& api, const Request& request);
Answer delete_session(Api& api, const Request& request);

Answer post_order(Api& api, const Request& request);
Answer get_order(Api& api, const Request& request);
Answer post_order_cancel(Api& api, const Request& request);
Answer post_order_release(Api& api, const Request& request);
Answer post_recipient_check(Api& api, const Request& request);
Answer post_onestop_trigger(Api& api, const Request& request);
Answer post_carrier_hints(Api& api, const Request& request);
Answer get_payment_slip(Api& api, const Request& request);
Answer get_payment_slip_pdf(Api& api, const Request& request);
Answer get_payment_qr(Api& api, const Request& request);
Answer post_online_payment(Api& api, const Request& request);

Answer post_quote(Api& api, const Request& request);

Answer post_scans(Api& api, const Request& request);

Answer get_parcel(Api& api, const Request& request);
Answer get_dossier(Api& api, const Request& request);
Answer get_attention(Api& api, const Request& request);
Answer post_attention_close(Api& api, const Request& request);

Answer post_hand_in(Api& api, const Request& request);
Answer post_day(Api& api, const Request& request);
Answer get_days(Api& api, const Request& request);
Answer get_day(Api& api, const Request& request);
Answer get_receipts(Api& api, const Request& request);
Answer get_receipt(Api& api, const Request& request);
Answer get_receipt_pdf(Api& api, const Request& request);
Answer post_receipt_replace(Api& api, const Request& request);
Answer post_remittances(Api& api, const Request& request);
Answer get_statements(Api& api, const Request& request);
Answer post_statement(Api& api, const Request& request);
Answer post_platform_file(Api& api, const Request& request);
Answer post_remittance_file(Api& api, const Request& request);
Answer get_statement_lines(Api& api, const Request& request);
Answer get_statement_line(Api& api, const Request& request);
Answer get_statement_line_why(Api& api, const Request& request);
Answer post_line_split(Api& api, const Request& request);
Answer post_line_join(Api& api, const Request& request);
Answer get_matches(Api& api, const Request& request);
Answer get_match(Api& api, const Request& request);
Answer post_match(Api& api, const Request& request);
Answer post_match_undo(Api& api, const Request& request);
Answer post_matching_dry_run(Api& api, const Request& request);
Answer get_breaks(Api& api, const Request& request);
Answer get_break(Api& api, const Request& request);
Answer post_break_comment(Api& api, const Request& request);
Answer post_break_proposal(Api& api, const Request& request);
Answer post_break_decision(Api& api, const Request& request);
Answer get_periods(Api& api, const Request& request);
Answer get_period(Api& api, const Request& request);
Answer post_period(Api& api, const Request& request);
Answer post_period_sign_off(Api& api, const Request& request);
Answer post_period_reopen(Api& api, const Request& request);
Answer post_period_reopen_decision(Api& api, const Request& request);
Answer get_balances(Api& api, const Request& request);
Answer get_postings(Api& api, const Request& request);
Answer get_journal(Api& api, const Request& request);
Answer get_money_report(Api& api, const Request& request);
Answer get_ageing_report(Api& api, const Request& request);
Answer get_relief_report(Api& api, const Request& request);
Answer get_settlement_pdf(Api& api, const Request& request);
Answer get_export(Api& api, const Request& request);
Answer get_money_clock(Api& api, const Request& request);

Answer post_webhook(Api& api, const Request& request);
Answer get_webhooks(Api& api, const Request& request);
Answer get_webhook(Api& api, const Request& request);
Answer delete_webhook(Api& api, const Request& request);
Answer post_webhook_rotate(Api& api, const Request& request);
Answer post_webhook_enable(Api& api, const Request& request);
Answer post_webhook_test(Api& api, const Request& request);
Answer post_webhook_replay(Api& api, const Request& request);
Answer get_counterparts(Api& api, const Request& request);
Answer post_counterpart_pause(Api& api, const Request& request);
Answer post_counterpart_resume(Api& api, const Request& request);
Answer get_exchanges(Api& api, const Request& request);
Answer get_dead_letters(Api& api, const Request& request);
Answer post_replay(Api& api, const Request& request);
Answer post_replay_range(Api& api, const Request& request);
Answer post_give_up(Api& api, const Request& request);

// The routes of console_routes.
Answer get_console(Api& api, const Request& request);
Answer get_console_page(Api& api, const Request& request);
Answer get_console_file(Api& api, const Request& request);
Answer post_console_session(Api& api, const Request& request);

}  // namespace bccid::http
