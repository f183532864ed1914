#pragma once

#include "base/clock.hpp"
#include "flow/actor.hpp"
#include "flow/once.hpp"
#include "flow/reconcile.hpp"
#include "flow/scan_gate.hpp"
#include "flow/sign_in.hpp"
#include "flow/webhook_subscriptions.hpp"
#include "http/message.hpp"
#include "http/principal.hpp"
#include "http/print_queue.hpp"
#include "http/problem.hpp"
#include "http/refusals.hpp"
#include "http/route.hpp"
#include "http/secret_queue.hpp"
#include "http/sign_in_throttle.hpp"
#include "http/token_cache.hpp"
#include "ports/bank_file_port.hpp"
#include "ports/carrier_port.hpp"
#include "ports/citizen_port.hpp"
#include "ports/onestop_port.hpp"
#include "ports/platform_file_port.hpp"
#include "ports/remittance_file_port.hpp"
#include "store/db.hpp"

#include <boost/asio/thread_pool.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace bccid::http {

struct ApiSettings {
  std::string province;
  std::string carrier;  // the account that new orders go to
  // What the posts are called on paper, by account; one that is not listed is called as its account.
  std::map<std::string, std::string> carrier_names;
  std::chrono::milliseconds request_timeout{5'000};
  std::chrono::milliseconds report_timeout{30'000};
  std::chrono::milliseconds import_timeout{600'000};
  std::chrono::milliseconds price_timeout{3'000};  // of asking a post for its own price
  Duration hint_gap{std::chrono::seconds(10)};     // an order is not asked for more often because of messages
  ReconRules recon;
  Duration token_lifetime{std::chrono::minutes(10)};
  Duration session_lifetime{std::chrono::hours(12)};
  IdleRule idle;
  SubscriptionTerms subscriptions = {};
};

// What the handlers work with. Each handler calls one flow; nothing here is a shortcut past the flows.
struct Api {
  Db& db;
  ScanGate& scans;
  const Clock& clock;
  TokenCache& tokens;
  Refusals& refusals;
  boost::asio::thread_pool& cpu;  // large files: never on the io thread
  SecretQueue& secrets;
  PrintQueue& prints;
  std::shared_ptr<SignInThrottle> sign_ins;
  ApiSettings settings;
  std::map<std::string, OnestopPort*> onestops;                            // by agency
  std::map<std::string, const BankFilePort*> banks;                        // by account number
  std::map<std::string, const PlatformFilePort*> platforms = {};           // by name
  std::map<std::string, const RemittanceFilePort*> remittance_files = {};  // by carrier
  std::map<std::string, CarrierPort*> carriers = {};                       // by name
  CitizenPort* citizens = nullptr;                                         // none is configured
};

// Whose effect it is, from the token alone.
Actor actor_of(const Request& request);

// The role's text in the database, and back. Errors: internal for a role that no principal may have.
std::string_view role_text(Role role);
Result<Role> parse_role(std::string_view text);

// One deadline for everything that a request waits for, counted from its last byte.
Deadline deadline_of(const Api& api, const Request& request);
JobSpec job_of(const Api& api, const Request& request, const char* name);
JobSpec report_job_of(const Api& api, const Request& request, const char* name);

// Runs an effect under the request's Idempotency-Key, if it has one, and answers; a kept answer carries
// `Idempotency-Replayed: true`. With `key_required`, a request without the header is refused.
boost::asio::awaitable<Response> answer_once(Api& api, const Request& request, const char* name,
                                             bool key_required, OnceEffect effect);

// The document as a PDF that a browser shows, under this name when it is kept. What the printer lacks is told
// to the operator in the log, not to the caller.
boost::asio::awaitable<Response> answer_printed(Api& api, const Request& request, Document document,
                                                std::string file_name);

// The number in the path's {id}. Errors: not_found, which says `what` it is no number of, and to use an id of
// `list`.
Result<std::int64_t> number_param(const Request& request, std::string_view what, std::string_view list);

// ?name=true or false, which is also what is meant without it. Errors: invalid_field.
Result<bool> flag_param(const Request& request, std::string_view name);

// ?after= and ?limit= of a list, which may also have one `filter` of its own; other names are refused.
// Errors: invalid_field, unknown_field.
Result<PageOf> page_of(const Request& request, std::string_view filter = {});

// The whole API on one screen: routes.cpp.
std::span<const Route<Api>> api_routes();
// The pages and files of the console, and its sign-in.
std::span<const Route<Api>> console_routes();
// The application that serves both: knows callers by their tokens, counts every refusal.
std::unique_ptr<Router<Api>> api_router(Api& api);

}  // namespace bccid::http
