#include "flow/platform_payments.hpp"

#include "base/limits.hpp"
#include "base/time_text.hpp"
#include "domain/payment/payment_reference.hpp"
#include "flow/payer_transfers.hpp"
#include "store/break_store.hpp"
#include "store/recon_store.hpp"
#include "store/statement_intake_store.hpp"
#include "store/stored_name.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace bccid {
namespace {

constexpr std::size_t kProblemsMax = 50;
constexpr std::size_t kStoredAtOnce = 4'000;
constexpr std::size_t kPaymentsMax = 200'000;  // of one file; they are held in memory: 60 MiB

const sql::Query kKnownFile{"platform_known_file", "SELECT public_id FROM platform_file WHERE sha256 = $1"};

const sql::Query kInsertFile{"platform_insert_file", R"(
INSERT INTO platform_file (sha256, public_id, platform, from_day, to_day, payments, total, imported_at, actor)
VALUES ($1, $2, $3, $4::date, $5::date, $6, $7, $8, $9) RETURNING id)"};

const sql::Query kInsertPayments{"platform_insert_payments", R"(
INSERT INTO platform_payment (file_id, line_no, reference, account_no, amount, paid_at, dossier_code,
                              paid_back)
SELECT $1, w.line_no, w.reference, w.account_no, w.amount, w.paid_at, w.dossier_code, w.paid_back
  FROM unnest($2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::timestamptz[], $7::text[],
              $8::boolean[])
       AS w(line_no, reference, account_no, amount, paid_at, dossier_code, paid_back))"};

// All remittances that a payment of the platform became bear its reference, with a number behind the first.
const sql::Query kCompared{"platform_compared", R"(
SELECT p.line_no, p.reference, p.account_no, p.amount, p.paid_at, p.dossier_code, p.paid_back,
       coalesce(b.amount, 0)::bigint, b.count, coalesce(b.accounts, '{}') = ARRAY[p.account_no],
       coalesce(b.agency, '')
  FROM platform_payment p
 CROSS JOIN LATERAL (
   SELECT sum(r.amount) AS amount, count(*) AS count, array_agg(DISTINCT r.bank_account) AS accounts,
          min(r.agency_code) AS agency
     FROM unnest(ARRAY[p.reference] || ARRAY(SELECT p.reference || '+' || n FROM generate_series(1, 9) n))
          AS t(text)
     JOIN remittance r ON r.reference = t.text AND r.source = 'platform') b
 WHERE p.file_id = $1 ORDER BY p.line_no)"};

// The orders of a dossier and what each owes an account, by kind.
const sql::Query kOwed{"platform_owed", R"(
SELECT c.order_id, c.kind, sum(c.amount)::bigint
  FROM dossier d
  JOIN orders o ON o.dossier_id = d.id
  JOIN charge c ON c.order_id = o.id AND c.state = 'due' AND c.kind IN ('fee', 'charge')
  JOIN agency a ON a.code = c.agency_code
 WHERE d.code = $1 AND coalesce(nullif(c.destination, ''), a.bank_account) = $2
 GROUP BY c.order_id, c.kind ORDER BY c.order_id, c.kind DESC)"};

// Of the accounts that the file names, and of its days.
const sql::Query kNotNamed{"platform_not_named", R"(
SELECT r.reference, r.amount, r.sent_at, r.agency_code
  FROM remittance r
 WHERE r.source = 'platform' AND r.sent_at >= $2 AND r.sent_at < $3
   AND r.bank_account IN (SELECT DISTINCT account_no FROM platform_payment WHERE file_id = $1)
   AND NOT EXISTS (SELECT 1 FROM platform_payment p
                    WHERE p.reference IN (r.reference, split_part(r.reference, '+', 1)))
 ORDER BY r.reference)"};

// A payment that the file has, with what the books hold of it.
struct Compared {
  PlatformPayment payment;
  Money held;
  std::int64_t remittances = 0;
  bool same_account = false;
  std::string agency;

  bool agrees() const { return !payment.paid_back && held == payment.amount && same_account; }
};

FieldError problem_of(const Failure& failure) {
  return {failure.code, failure.pointer, failure.detail, failure.hint};
}
Failure failure_of(const FieldError& problem) {
  return {problem.code, problem.detail, problem.hint, problem.pointer};
}

class Kept final : public PlatformSink {
 public:
  explicit Kept(std::vector<FieldError>& problems) : problems_(problems) {}
  Status take(PlatformPayment payment) override {
    if (const auto first = lines_.try_emplace(payment.reference, payment.line); !first.second)
      refuse({Errc::statement_refused,
              "line " + std::to_string(payment.line) + ": it repeats the reference of line " +
                  std::to_string(first.first->second),
              "Ask the platform for the file again.", "line " + std::to_string(payment.line)});
    payments.push_back(std::move(payment));
    if (payments.size() <= kPaymentsMax) return {};
    return Failure(Errc::statement_refused,
                   "the file has more than " + std::to_string(kPaymentsMax) + " payments",
                   "Ask the platform for a file of each day, and import one after the other.");
  }
  void refuse(const Failure& problem) override {
    if (problems_.size() < kProblemsMax) problems_.push_back(problem_of(problem));
  }

  std::vector<PlatformPayment> payments;

 private:
  std::vector<FieldError>& problems_;
  std::map<std::string, std::size_t> lines_;
};

std::int64_t store_file(sql::Tx& tx, const Actor& actor, const PlatformUpload& upload, const Uuid& id,
                        const PlatformFileHead& head, const std::vector<PlatformPayment>& payments,
                        Time now) {
  const auto file = tx.exec(kInsertFile, sql::Params()
                                             .add_bytes(upload.digest)
                                             .add(id)
                                             .add(upload.platform)
                                             .add(to_text(head.from))
                                             .add(to_text(head.to))
                                             .add(static_cast<std::int64_t>(head.payments))
                                             .add(head.total)
                                             .add(now)
                                             .add(actor.id))
                        .front()
                        .i64(0);
  for (std::size_t at = 0; at < payments.size(); at += kStoredAtOnce) {
    const auto piece = std::span(payments).subspan(at, std::min(kStoredAtOnce, payments.size() - at));
    auto params = sql::Params::of(file);
    params.add_array(piece, [](const PlatformPayment& one) { return static_cast<std::int64_t>(one.line); })
        .add_array(piece, &PlatformPayment::reference)
        .add_array(piece, &PlatformPayment::account)
        .add_array(piece, &PlatformPayment::amount)
        .add_array(piece, &PlatformPayment::paid_at)
        .add_array(piece, &PlatformPayment::dossier_code)
        .add_array(piece, &PlatformPayment::paid_back);
    tx.exec(kInsertPayments, params);
  }
  return file;
}

std::vector<Compared> compare(sql::Tx& tx, std::int64_t file) {
  std::vector<Compared> all;
  for (const auto row : tx.exec(kCompared, sql::Params::of(file)))
    all.push_back({{static_cast<std::size_t>(row.i64(0)), row.str(1), row.str(2), row.money(3), row.time(4),
                    row.str(5), row.boolean(6)},
                   row.money(7),
                   row.i64(8),
                   row.boolean(9),
                   row.str(10)});
  return all;
}

// What the order owes that the payment was for: all of it, or all of one kind. Empty when it is not one order
// that owes exactly that.
std::vector<PayerTransfer> meant_for(sql::Tx& tx, const PlatformPayment& payment) {
  std::map<std::int64_t, std::vector<PayerTransfer>> owed;
  for (const auto row : tx.exec(kOwed, sql::Params::of(payment.dossier_code, payment.account))) {
    auto& lines = owed[row.i64(0)];
    lines.push_back({row.i64(0), stored_name<ChargeKind>(row.text(1)), payment.account, row.money(2),
                     online_reference(payment.reference, lines.size()), payment.paid_at, kPaidOnline});
  }
  std::vector<std::vector<PayerTransfer>> exact;
  for (auto& [order, lines] : owed) {
    Money all;
    for (const auto& line : lines) all += line.amount;
    if (all == payment.amount) {
      exact.push_back(lines);
      continue;
    }
    for (auto line : lines)
      if (line.amount == payment.amount) {
        line.reference = payment.reference;
        exact.push_back({std::move(line)});
      }
  }
  return exact.size() == 1 ? exact.front() : std::vector<PayerTransfer>{};
}

std::string subject_of(const std::string& reference) { return "platform:" + reference; }

NewBreak break_of(BreakType type, const Compared& one, Money amount) {
  NewBreak made;
  made.key = key_of(type, subject_of(one.payment.reference));
  made.amount = amount;
  made.since = one.payment.paid_at;
  made.agency = one.agency;
  made.dossier_code = one.payment.dossier_code;
  made.action = advice(type).action_en;
  if (type == BreakType::platform_differs && one.payment.paid_back)
    made.action = "The platform paid it back: refund the order's fee, or ask the platform why.";
  return made;
}

// Everything that a reference may be asked about ends where it agrees; a break of another type, where it does
// not.
void end_other(std::vector<BreakEnd>& ends, const std::string& reference, std::optional<BreakType> but) {
  for (const auto type :
       {BreakType::platform_unknown, BreakType::platform_differs, BreakType::platform_missing})
    if (type != but)
      ends.push_back({key_of(type, subject_of(reference)), "rule platform: a later file says otherwise"});
}

void judge(sql::Tx& tx, const Actor& actor, std::int64_t file, PlatformReport& report, Time now) {
  std::vector<NewBreak> breaks;
  std::vector<BreakEnd> ends;
  for (const auto& one : compare(tx, file)) {
    std::optional<BreakType> open;
    if (one.agrees()) {
      ++report.agreed;
    } else if (one.remittances == 0 && !one.payment.paid_back) {
      const auto transfers = meant_for(tx, one.payment);
      const bool booked = !transfers.empty();
      (void)book_transfers(tx, actor, transfers, now);  // none of them gets a receipt of ours
      report.booked += booked ? 1 : 0;
      if (!booked) open = BreakType::platform_unknown;
    } else if (one.remittances > 0) {
      open = BreakType::platform_differs;
    }
    end_other(ends, one.payment.reference, open);
    if (!open) continue;
    const Money said = one.payment.paid_back ? Money{} : one.payment.amount;
    breaks.push_back(break_of(*open, one, said - one.held));
  }
  const auto& head = *report.head;
  const auto end = start_of_day(head.to) + std::chrono::hours(24);
  for (const auto row : tx.exec(kNotNamed, sql::Params::of(file, start_of_day(head.from), end))) {
    Compared one;
    one.payment.reference = row.str(0);
    one.payment.paid_at = row.time(2);
    one.agency = row.str(3);
    breaks.push_back(break_of(BreakType::platform_missing, one, -row.money(1)));
  }
  resolve_breaks(tx, ends, kResolvedByRule, now);
  report.breaks_opened = open_breaks(tx, breaks, now);
}

}  // namespace

Result<PlatformReport> import_platform_file(sql::Tx& tx, const Actor& actor, const PlatformUpload& upload,
                                            std::vector<FieldError>& problems, Time now) {
  problems.clear();
  allow_long_statements(tx, upload.statement_max);
  lock_reconciliation(tx);
  PlatformReport report;
  if (const auto known = tx.exec(kKnownFile, sql::Params().add_bytes(upload.digest)); !known.empty()) {
    report.id = known.front().uuid(0);
    report.already_imported = true;
    return report;
  }
  Kept kept(problems);
  auto head = upload.read(kept);
  if (!head && head.error().code != Errc::statement_refused) return head.error();
  if (!head) kept.refuse(head.error());
  if (head && std::chrono::sys_days{head->to} >
                  std::chrono::sys_days{business_day(now + limits::kStatementFutureMax)})
    kept.refuse({Errc::statement_refused, "the file has payments of " + to_text(head->to) + ", in the future",
                 "Check the file's times against the platform's own page."});
  if (head) report.head = *head;
  if (upload.dry_run) return report;
  if (!problems.empty()) return failure_of(problems.front());
  report.id = new_uuid_v7(now);
  const auto file = store_file(tx, actor, upload, report.id, *head, kept.payments, now);
  judge(tx, actor, file, report, now);
  return report;
}

}  // namespace bccid
