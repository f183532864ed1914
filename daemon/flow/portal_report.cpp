#include "flow/portal_report.hpp"

#include "flow/dossier_message.hpp"
#include "flow/party_json.hpp"

#include <string>
#include <utility>
#include <vector>

namespace bccid {
namespace {

const sql::Query kReadDossier{"portal_dossier_read", R"(
SELECT d.id, d.procedure_code, coalesce(p.name, ''), d.channel, d.applicant_name, d.finished_at,
       d.delivered_at, coalesce(d.portal_status, 4), a.name, t.told_at, t.told_id, t.status,
       EXISTS (SELECT 1 FROM orders o WHERE o.dossier_id = d.id AND o.leg = 'pickup'
                  AND o.state NOT IN ('cancelled', 'refused')),
       (SELECT o.receiver::text FROM orders o
         WHERE o.dossier_id = d.id AND o.leg = 'delivery' AND o.state NOT IN ('cancelled', 'refused')
         ORDER BY o.attempt DESC LIMIT 1)
  FROM dossier d
  JOIN agency a ON a.code = d.agency_code
  LEFT JOIN procedure p ON p.code = d.procedure_code
  LEFT JOIN portal_dossier t ON t.portal = $3 AND t.dossier_id = d.id
 WHERE d.agency_code = $1 AND d.code = $2)"};

// Waived and split lines are nobody's any more; the parts of a split line stand for it.
const sql::Query kReadCharges{"portal_dossier_charges", R"(
SELECT c.kind, c.code, c.name, sum(c.amount)::bigint, o.leg = 'delivery'
  FROM orders o JOIN charge c ON c.order_id = o.id
 WHERE o.dossier_id = $1 AND o.state NOT IN ('cancelled', 'refused')
   AND c.kind IN ('fee', 'charge') AND c.state NOT IN ('waived', 'split')
 GROUP BY c.kind, c.code, c.name, o.leg
 ORDER BY o.leg DESC, c.kind, c.code, c.name)"};

// This message and those behind it, over the index of the rows that are still to be sent.
const sql::Query kReadSteps{"portal_dossier_steps", R"(
SELECT o.created_at, o.id, o.payload
  FROM outbox o
 WHERE o.order_key = outbox_order_key($1, $2) AND o.state IN ('scheduled', 'leased')
   AND o.target = $1 AND o.subject = $2 AND (o.created_at, o.id) >= ($3::timestamptz, $4::bigint)
 ORDER BY o.created_at, o.id LIMIT $5)"};

const sql::Query kConfirm{"portal_dossier_confirm", R"(
INSERT INTO portal_dossier AS t (portal, dossier_id, told_at, told_id, status, confirmed_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (portal, dossier_id)
DO UPDATE SET told_at = excluded.told_at, told_id = excluded.told_id, status = excluded.status,
              confirmed_at = excluded.confirmed_at
 WHERE (t.told_at, t.told_id) < (excluded.told_at, excluded.told_id))"};

// "portal:dvcqg" -> "dvcqg".
std::string portal_of(const LeasedMessage& held) {
  return held.message.target.substr(held.message.target.find(':') + 1);
}

constexpr int kByPost = 3;  // KenhThucHien
constexpr int kReturned = 10;
constexpr int kProcessed = 9;

// What is read of the dossier besides the report itself.
struct Known {
  std::optional<Time> delivered_at;
  int status = 0;  // as this portal was told last, else as the agency's system said
  std::optional<std::pair<Time, std::int64_t>> told;
};

Known read_dossier(const sql::Row& row, PortalReport& into) {
  DossierReport& report = into.report;
  into.dossier_id = row.i64(0);
  report.procedure_code = row.str(1);
  report.procedure_name = row.str(2);
  report.channel = row.boolean(12) ? kByPost : static_cast<int>(row.i64(3));
  report.applicant_name = row.str(4);
  report.finished_at = row.opt_time(5);
  report.agency_name = row.str(8);
  Known known;
  known.delivered_at = row.opt_time(6);
  known.status = static_cast<int>(row.i64(7));
  if (const auto told_at = row.opt_time(9)) {
    known.told.emplace(*told_at, row.i64(10));
    known.status = static_cast<int>(row.i64(11));
  }
  report.known = known.told.has_value();
  if (const auto receiver = row.opt_text(13)) {
    report.result_by_post = true;
    report.recipient = party_of(*receiver);
  }
  return known;
}

void read_charges(sql::Tx& tx, PortalReport& into) {
  for (const auto& row : tx.exec(kReadCharges, sql::Params::of(into.dossier_id))) {
    ReportedCharge charge;
    charge.kind = row.str(0);
    charge.code = row.str(1);
    charge.name = row.str(2);
    charge.amount = Money(row.i64(3));
    charge.on_return = row.boolean(4);
    into.report.charges.push_back(std::move(charge));
  }
}

// Each step has the status that the dossier has from it on. A step that states none leaves it as it was;
// "given" without its time is "processed" then.
void add_step(const DossierStatus& said, const Known& known, DossierReport& report) {
  if (report.steps.empty()) {
    report.portal_status = known.status;
    report.delivered_at = known.status == kReturned ? known.delivered_at : std::nullopt;
    if (report.portal_status == kReturned && !report.delivered_at) report.portal_status = kProcessed;
  }
  if (said.portal_status != 0) {
    report.portal_status = said.portal_status;
    report.delivered_at = said.delivered_at;
    report.status_stated = true;
  }
  ReportedStep step;
  step.at = said.occurred_at;
  step.text = said.step_text;
  step.portal_status = report.portal_status;
  report.steps.push_back(std::move(step));
}

// Stops before a message that cannot be read: it is refused when its own turn comes.
Status read_steps(sql::Tx& tx, const LeasedMessage& held, const Known& known, std::size_t steps_max,
                  PortalReport& into) {
  const auto rows = tx.exec(kReadSteps, sql::Params::of(held.message.target, held.message.subject,
                                                        held.created_at, held.id, steps_max));
  for (const auto& row : rows) {
    const auto said = read_dossier_status(row.text(2));
    if (!said && into.report.steps.empty()) return said.error();
    if (!said) break;
    add_step(*said, known, into.report);
    into.told_at = row.time(0);
    into.told_id = row.i64(1);
  }
  if (into.report.steps.empty()) return Failure(Errc::not_found, "the message is not in the outbox any more");
  return {};
}

}  // namespace

Result<std::optional<PortalReport>> read_portal_report(sql::Tx& tx, const LeasedMessage& held,
                                                       std::size_t steps_max) {
  const auto said = read_dossier_status(held.message.payload);
  if (!said) return said.error();
  const auto agency = read_message_agency(held.message.payload);
  if (!agency) return agency.error();
  const auto rows = tx.exec(kReadDossier, sql::Params::of(*agency, said->dossier_code, portal_of(held)));
  if (rows.empty()) return Failure(Errc::not_found, "there is no dossier " + said->dossier_code);
  PortalReport made;
  made.report.agency = *agency;
  made.report.dossier_code = said->dossier_code;
  made.report.message_id = held.message_id.to_text();
  const Known known = read_dossier(rows.front(), made);
  if (known.told && *known.told >= std::pair(held.created_at, held.id)) return std::optional<PortalReport>();
  const Status steps = read_steps(tx, held, known, steps_max, made);
  if (!steps) return steps.error();
  read_charges(tx, made);
  return std::optional(std::move(made));
}

void confirm_portal_report(sql::Tx& tx, const LeasedMessage& held, const PortalReport& taken, Time now) {
  tx.exec(kConfirm, sql::Params::of(portal_of(held), taken.dossier_id, taken.told_at, taken.told_id,
                                    taken.report.portal_status, now));
}

}  // namespace bccid
