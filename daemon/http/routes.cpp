#include "base/limits.hpp"
#include "http/handlers/handlers.hpp"

#include <array>

// The whole public API. schemas/api/openapi.yaml is its contract; a test holds both to each other.
namespace bccid::http {
namespace {

constexpr RoleSet kClerk = Role::post_clerk;
constexpr RoleSet kAgency = Role::agency_system;
constexpr RoleSet kFinance = Role::finance;
constexpr RoleSet kReaders =
    Role::post_clerk | Role::agency_system | Role::finance | Role::auditor | Role::admin;
constexpr RoleSet kOwners = Role::post_clerk | Role::finance | Role::admin;  // of attention items
constexpr RoleSet kMoneyReaders = Role::finance | Role::auditor | Role::agency_system;
constexpr RoleSet kSubscribers = Role::agency_system | Role::admin;
constexpr RoleSet kDayReaders = Role::post_clerk | Role::finance | Role::auditor;
constexpr RoleSet kOperators = Role::admin | Role::auditor;
constexpr std::size_t kJson = limits::kJsonBodyBytesMax;
constexpr std::size_t kForm = 8 * 1024;
constexpr std::size_t kHints = 64 * 1024;
constexpr std::size_t kRemittanceFile = 16 * 1024 * 1024;

constexpr std::array<Route<Api>, 83> kRoutes{{
    {Method::get, "/v1/openapi.yaml", RoleSet::anyone(), BodyKind::none, 0, &get_contract},
    {Method::get, "/events/parcel.schema.json", RoleSet::anyone(), BodyKind::none, 0, &get_event_schema},
    {Method::get, "/events/test.schema.json", RoleSet::anyone(), BodyKind::none, 0, &get_test_event_schema},

    {Method::post, "/oauth/token", RoleSet::anyone(), BodyKind::form, kForm, &post_oauth_token},
    {Method::post, "/v1/session", RoleSet::anyone(), BodyKind::json, kForm, &post_session},
    {Method::get, "/v1/session", RoleSet::signed_in(), BodyKind::none, 0, &get_session},
    {Method::remove, "/v1/session", RoleSet::signed_in(), BodyKind::none, 0, &delete_session},

    {Method::post, "/v1/orders", kClerk | kAgency, BodyKind::json, kJson, &post_order},
    {Method::get, "/v1/orders/{id}", kReaders, BodyKind::none, 0, &get_order},
    {Method::post, "/v1/orders/{id}/cancel", kClerk | kAgency, BodyKind::json, kJson, &post_order_cancel},
    {Method::post, "/v1/orders/{id}/release", kClerk | kAgency, BodyKind::json, kJson, &post_order_release},
    {Method::post, "/v1/orders/{id}/recipient-check", kClerk | kAgency, BodyKind::json, kForm,
     &post_recipient_check},
    {Method::post, "/v1/onestop/triggers", kAgency, BodyKind::json, kJson, &post_onestop_trigger},
    {Method::post, "/v1/carriers/{carrier}/hints", RoleSet::anyone(), BodyKind::json, kHints,
     &post_carrier_hints},

    {Method::get, "/v1/orders/{id}/payment", kReaders, BodyKind::none, 0, &get_payment_slip},
    {Method::get, "/v1/orders/{id}/payment/pdf", kReaders, BodyKind::none, 0, &get_payment_slip_pdf},
    {Method::get, "/v1/orders/{id}/payment/qr/{reference}", kReaders, BodyKind::none, 0, &get_payment_qr},
    {Method::post, "/v1/orders/{id}/online-payments", kAgency | kFinance, BodyKind::json, kForm,
     &post_online_payment},

    {Method::post, "/v1/quotes", kReaders, BodyKind::json, kForm, &post_quote},

    {Method::post, "/v1/scans", kClerk, BodyKind::json, limits::kScanBodyBytesMax, &post_scans},

    {Method::get, "/v1/parcels/{ref}", kReaders, BodyKind::none, 0, &get_parcel},
    {Method::get, "/v1/dossiers/{code}", kReaders, BodyKind::none, 0, &get_dossier},
    {Method::get, "/v1/attention", kReaders, BodyKind::none, 0, &get_attention, "after limit owner"},
    {Method::post, "/v1/attention/{id}/close", kOwners, BodyKind::json, kJson, &post_attention_close},

    {Method::post, "/v1/cash/hand-ins", kClerk | kFinance, BodyKind::json, kJson, &post_hand_in},
    {Method::post, "/v1/days", kClerk | kFinance, BodyKind::json, kForm, &post_day},
    {Method::get, "/v1/days", kDayReaders, BodyKind::none, 0, &get_days, "after limit"},
    {Method::get, "/v1/days/{id}", kDayReaders, BodyKind::none, 0, &get_day},
    {Method::get, "/v1/receipts", kReaders, BodyKind::none, 0, &get_receipts,
     "after limit order dossier collector state day"},
    {Method::get, "/v1/receipts/{id}", kReaders, BodyKind::none, 0, &get_receipt},
    {Method::get, "/v1/receipts/{id}/pdf", kReaders, BodyKind::none, 0, &get_receipt_pdf},
    {Method::post, "/v1/receipts/{id}/replace", kFinance, BodyKind::json, kJson, &post_receipt_replace},
    {Method::post, "/v1/remittances", kFinance, BodyKind::json, kJson, &post_remittances},
    {Method::post, "/v1/remittances/files", kFinance, BodyKind::file, kRemittanceFile, &post_remittance_file,
     "carrier dry_run"},
    {Method::get, "/v1/statements", kMoneyReaders, BodyKind::none, 0, &get_statements, "after limit account"},
    {Method::post, "/v1/statements", kFinance, BodyKind::file, limits::kFileBodyBytesMax, &post_statement,
     "account dry_run"},
    {Method::post, "/v1/platform-files", kFinance, BodyKind::file, limits::kFileBodyBytesMax,
     &post_platform_file, "platform dry_run"},
    {Method::get, "/v1/statement-lines", kMoneyReaders, BodyKind::none, 0, &get_statement_lines,
     "after limit state account"},
    {Method::get, "/v1/statement-lines/{id}", kMoneyReaders, BodyKind::none, 0, &get_statement_line},
    {Method::get, "/v1/statement-lines/{id}/why", kMoneyReaders, BodyKind::none, 0, &get_statement_line_why,
     "reference"},
    {Method::post, "/v1/statement-lines/{id}/split", kFinance, BodyKind::json, kJson, &post_line_split},
    {Method::post, "/v1/statement-lines/{id}/join", kFinance, BodyKind::json, kForm, &post_line_join},
    {Method::get, "/v1/matches", kMoneyReaders, BodyKind::none, 0, &get_matches, "after limit state"},
    {Method::get, "/v1/matches/{id}", kMoneyReaders, BodyKind::none, 0, &get_match},
    {Method::post, "/v1/matches", kFinance, BodyKind::json, kForm, &post_match},
    {Method::post, "/v1/matches/{id}/undo", kFinance, BodyKind::json, kForm, &post_match_undo},
    {Method::get, "/v1/breaks", kMoneyReaders, BodyKind::none, 0, &get_breaks,
     "after limit state type owner agency"},
    {Method::post, "/v1/matching/dry-run", kFinance, BodyKind::none, 0, &post_matching_dry_run,
     "after limit"},
    {Method::get, "/v1/breaks/{id}", kMoneyReaders, BodyKind::none, 0, &get_break},
    {Method::post, "/v1/breaks/{id}/comments", kFinance, BodyKind::json, kForm, &post_break_comment},
    {Method::post, "/v1/breaks/{id}/proposal", kFinance, BodyKind::json, kForm, &post_break_proposal},
    {Method::post, "/v1/breaks/{id}/decision", kFinance, BodyKind::json, kForm, &post_break_decision},
    {Method::get, "/v1/ledger/balances", kMoneyReaders, BodyKind::none, 0, &get_balances,
     "role kind agency holder until"},
    {Method::get, "/v1/ledger/postings", kMoneyReaders, BodyKind::none, 0, &get_postings,
     "account until after limit"},
    {Method::get, "/v1/ledger/journals/{id}", kMoneyReaders, BodyKind::none, 0, &get_journal},
    {Method::get, "/v1/reports/money", kMoneyReaders, BodyKind::none, 0, &get_money_report,
     "from to by agency format"},
    {Method::get, "/v1/reports/ageing", kMoneyReaders, BodyKind::none, 0, &get_ageing_report,
     "agency format"},
    {Method::get, "/v1/reports/reliefs", kMoneyReaders, BodyKind::none, 0, &get_relief_report,
     "from to by agency format"},
    {Method::get, "/v1/reports/settlement/pdf", kMoneyReaders, BodyKind::none, 0, &get_settlement_pdf,
     "from to agency"},
    {Method::get, "/v1/exports/{list}", kMoneyReaders, BodyKind::none, 0, &get_export,
     "from to agency format"},
    {Method::get, "/v1/periods", kMoneyReaders, BodyKind::none, 0, &get_periods, "after limit"},
    {Method::get, "/v1/periods/{id}", kMoneyReaders, BodyKind::none, 0, &get_period},
    {Method::post, "/v1/periods", kFinance, BodyKind::json, kForm, &post_period},
    {Method::post, "/v1/periods/{id}/sign-off", kFinance, BodyKind::json, kForm, &post_period_sign_off},
    {Method::post, "/v1/periods/{id}/reopen", kFinance, BodyKind::json, kForm, &post_period_reopen},
    {Method::post, "/v1/periods/{id}/reopen/decision", kFinance, BodyKind::json, kForm,
     &post_period_reopen_decision},
    {Method::get, "/v1/money/clock", kMoneyReaders, BodyKind::none, 0, &get_money_clock, "after limit"},

    {Method::post, "/v1/webhooks", kSubscribers, BodyKind::json, kForm, &post_webhook},
    {Method::get, "/v1/webhooks", kSubscribers | Role::auditor, BodyKind::none, 0, &get_webhooks},
    {Method::get, "/v1/webhooks/{id}", kSubscribers | Role::auditor, BodyKind::none, 0, &get_webhook},
    {Method::remove, "/v1/webhooks/{id}", kSubscribers, BodyKind::none, 0, &delete_webhook},
    {Method::post, "/v1/webhooks/{id}/rotate", kSubscribers, BodyKind::json, kForm, &post_webhook_rotate},
    {Method::post, "/v1/webhooks/{id}/enable", kSubscribers, BodyKind::none, 0, &post_webhook_enable},
    {Method::post, "/v1/webhooks/{id}/test", kSubscribers, BodyKind::none, 0, &post_webhook_test},
    {Method::post, "/v1/webhooks/{id}/replay", kSubscribers, BodyKind::json, kForm, &post_webhook_replay},

    {Method::get, "/v1/counterparts", kOperators, BodyKind::none, 0, &get_counterparts},
    {Method::post, "/v1/counterparts/{target}/pause", Role::admin, BodyKind::json, kForm,
     &post_counterpart_pause},
    {Method::post, "/v1/counterparts/{target}/resume", Role::admin, BodyKind::json, kForm,
     &post_counterpart_resume},
    {Method::get, "/v1/exchanges", kOperators, BodyKind::none, 0, &get_exchanges,
     "after limit counterpart order dossier"},
    {Method::post, "/v1/outbox/replay", Role::admin, BodyKind::json, kJson, &post_replay_range},
    {Method::post, "/v1/outbox/{id}/give-up", Role::admin, BodyKind::json, kForm, &post_give_up},
    {Method::get, "/v1/outbox/dead", kOperators, BodyKind::none, 0, &get_dead_letters, "after limit"},
    {Method::post, "/v1/outbox/{id}/replay", Role::admin, BodyKind::none, 0, &post_replay},
}};

// Pages for people in a browser; no part of the contract.
constexpr std::array<Route<Api>, 4> kConsoleRoutes{{
    {Method::get, "/", RoleSet::anyone(), BodyKind::none, 0, &get_console},
    {Method::get, "/console/{page}", RoleSet::anyone(), BodyKind::none, 0, &get_console_page,
     "account back break day line of office path q refused state until"},
    {Method::get, "/console/files/{version}/{name}", RoleSet::anyone(), BodyKind::none, 0, &get_console_file},
    {Method::post, "/console/session", RoleSet::anyone(), BodyKind::json, kForm, &post_console_session},
}};

}  // namespace

std::span<const Route<Api>> api_routes() { return kRoutes; }
std::span<const Route<Api>> console_routes() { return kConsoleRoutes; }

}  // namespace bccid::http
