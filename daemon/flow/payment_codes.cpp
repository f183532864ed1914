#include "flow/payment_codes.hpp"

#include "domain/payment/payment_reference.hpp"
#include "domain/payment/vietqr.hpp"
#include "flow/payer_transfers.hpp"
#include "store/stored_name.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace bccid {
namespace {

const sql::Query kOrder{"payment_order", R"(
SELECT o.id, o.number, coalesce(d.code, d.slip_no, ''), d.agency_code, a.name,
       coalesce(nullif(d.applicant_name, ''),
                CASE o.leg WHEN 'pickup' THEN o.sender ->> 'name' ELSE o.receiver ->> 'name' END, ''),
       t.event_key, t.actor, t.occurred_at
  FROM orders o JOIN dossier d ON d.id = o.dossier_id JOIN agency a ON a.code = d.agency_code
  JOIN parcel p ON p.order_id = o.id
  LEFT JOIN LATERAL promised_transfer(p.id) AS t ON true
 WHERE o.public_id = $1 AND ($2::text = '' OR d.agency_code = $2))"};

const sql::Query kDueLines{"payment_due_lines", R"(
SELECT c.kind, c.code, c.name, c.amount, goes.account, coalesce(f.bank_bin, ''), coalesce(f.holder, '')
  FROM charge c JOIN agency a ON a.code = c.agency_code
 CROSS JOIN LATERAL account_of_charge(c.kind, c.destination, a.bank_account) AS goes (account)
  LEFT JOIN fee_account f ON f.account_no = goes.account
 WHERE c.order_id = $1 AND c.state = 'due'
 ORDER BY goes.account, c.kind DESC, c.code, c.id)"};

constexpr std::array kKinds{ChargeKind::fee, ChargeKind::charge, ChargeKind::postage};

// The first payment of that kind that no remittance is for yet; nothing after the last one.
class Attempts {
 public:
  Attempts(sql::Tx& tx, std::int64_t order) : order_(order) {
    std::vector<std::string> possible;
    for (const auto kind : kKinds)
      for (int attempt = 0; attempt < kPaymentAttempts; ++attempt)
        possible.push_back(payment_reference_text({kind, order, attempt}));
    taken_ = taken_references(tx, possible);
  }
  std::optional<std::string> next(ChargeKind kind) {
    for (int attempt = 0; attempt < kPaymentAttempts; ++attempt) {
      const auto text = payment_reference_text({kind, order_, attempt});
      const auto at = std::ranges::lower_bound(taken_, text);
      if (at != taken_.end() && *at == text) continue;
      taken_.insert(at, text);
      return text;
    }
    return {};
  }

 private:
  std::int64_t order_;
  std::vector<std::string> taken_;  // sorted
};

bool has_kind(const PaymentCode& code, ChargeKind kind) {
  return std::ranges::any_of(code.lines, [kind](const DueLine& line) { return line.kind == kind; });
}

// An account's lines as one code; as one for each kind when both references are too long for one text.
std::vector<PaymentCode> named(PaymentCode code, Attempts& attempts) {
  std::vector<PaymentCode> codes;
  for (const auto kind : kKinds) {
    if (!has_kind(code, kind)) continue;
    const auto reference = attempts.next(kind);
    if (!reference) continue;  // paid in ten parts already: the rest is for a person
    const bool joins =
        !codes.empty() && codes.back().purpose.size() + 1 + reference->size() <= kVietQrTextMax;
    if (!joins) {
      codes.push_back(code);
      codes.back().lines.clear();
    }
    auto& into = codes.back();
    into.purpose += (into.purpose.empty() ? "" : " ") + *reference;
    into.references.push_back(*reference);
    for (const auto& line : code.lines)
      if (line.kind == kind) {
        into.amount += line.amount;
        into.lines.push_back(line);
      }
  }
  return codes;
}

void encode(PaymentCode& code) {
  if (code.bank_bin.empty()) return;
  VietQr payment;
  payment.bank_bin = code.bank_bin;
  payment.account = code.account;
  payment.amount = code.amount;
  payment.bill = code.references.front();
  payment.purpose = code.purpose;
  // An account of a shape that no code can name is shown without one.
  if (auto text = encode_vietqr(payment)) code.vietqr = std::move(*text);
}

}  // namespace

Result<PaymentSlip> payment_slip(sql::Tx& tx, const Actor& actor, const Uuid& order, Time now) {
  const auto known = tx.exec(kOrder, sql::Params::of(order, actor.agency));
  if (known.empty())
    return Failure(Errc::not_found, "there is no order " + order.to_text(),
                   "Check the id; orders of other agencies are not shown.");
  const auto row = known.front();
  PaymentSlip slip{row.str(1), row.str(2), row.str(3), row.str(4), row.str(5), {}, {}, now};
  if (const auto event = row.opt_uuid(6)) slip.promised = TransferPromise{*event, row.str(7), row.time(8)};
  std::vector<PaymentCode> accounts;
  for (const auto line : tx.exec(kDueLines, sql::Params::of(row.i64(0)))) {
    const DueLine due{stored_name<ChargeKind>(line.text(0)), line.str(1), line.str(2), line.money(3)};
    if (line.text(4).empty()) {
      slip.to_the_post.push_back(due);
      continue;
    }
    if (accounts.empty() || accounts.back().account != line.text(4)) {
      accounts.emplace_back();
      accounts.back().account = line.str(4);
      accounts.back().bank_bin = line.str(5);
      accounts.back().holder = line.str(6);
    }
    accounts.back().lines.push_back(due);
  }
  Attempts attempts(tx, row.i64(0));
  for (auto& account : accounts)
    for (auto& code : named(std::move(account), attempts)) slip.codes.push_back(std::move(code));
  for (auto& code : slip.codes) encode(code);
  return slip;
}

}  // namespace bccid
