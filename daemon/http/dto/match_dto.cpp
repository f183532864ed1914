#include "http/dto/match_dto.hpp"

#include "base/time_text.hpp"
#include "http/dto/null_values.hpp"

#include <boost/json.hpp>

namespace bccid::http {
namespace {

namespace json = boost::json;

json::object to_json(const LineCandidate& candidate) {
  json::object out;
  out["remittances"] = json::array(candidate.references.begin(), candidate.references.end());
  out["class"] = name(candidate.kind);
  out["score"] = candidate.score;
  out["difference_vnd"] = candidate.difference.dong();
  out["named"] = candidate.named;
  out["days"] = candidate.days;
  out["payer_likeness"] = candidate.payer ? json::value(*candidate.payer) : json::value(nullptr);
  out["undone_before"] = candidate.refused;
  return out;
}

}  // namespace

json::object to_json(const MatchView& match) {
  json::array lines, remittances;
  for (const auto& line : match.lines)
    lines.push_back(json::object{{"id", line.id},
                                 {"account", line.account},
                                 {"booked_on", to_text(line.booked)},
                                 {"amount_vnd", line.amount.dong()},
                                 {"text", line.text}});
  for (const auto& remittance : match.remittances)
    remittances.push_back(json::object{{"reference", remittance.reference},
                                       {"agency", remittance.agency},
                                       {"kind", remittance.kind},
                                       {"amount_vnd", remittance.amount.dong()}});
  json::object out;
  out["id"] = match.id.to_text();
  out["rule"] = match.rule;
  out["score"] = match.score;
  out["difference_vnd"] = match.difference.dong();
  out["adjusted_vnd"] = match.adjusted.dong();
  out["evidence"] = match.evidence;
  out["matched_at"] = to_rfc3339(match.matched_at);
  out["matched_by"] = match.actor;
  out["undone_at"] = or_null(match.undone_at);
  out["undone_by"] = or_null(match.undone_by);
  out["undo_reason"] = or_null(match.undo_reason);
  out["lines"] = std::move(lines);
  out["remittances"] = std::move(remittances);
  return out;
}

json::object to_json(const StatementLineView& line) {
  json::object out;
  out["id"] = line.id;
  out["account"] = line.account;
  out["booked_on"] = to_text(line.booked);
  out["amount_vnd"] = line.amount.dong();
  out["text"] = line.text;
  out["payer"] = or_null(line.payer);
  out["end_to_end"] = or_null(line.end_to_end);
  out["match"] = or_null(line.match);
  out["break"] = or_null(line.open_break);
  out["break_type"] = or_null(line.break_type);
  out["statement"] = line.statement.to_text();
  out["version"] = line.version;
  out["part_of"] = line.part_of == 0 ? json::value(nullptr) : json::value(line.part_of);
  out["part_note"] = or_null(line.part_note);
  out["split"] =
      line.split_at
          ? json::value(json::object{
                {"at", to_rfc3339(*line.split_at)}, {"by", line.split_by}, {"note", line.split_note}})
          : json::value(nullptr);
  out["note"] = line.note_at
                    ? json::value(json::object{
                          {"text", line.note}, {"by", line.note_by}, {"at", to_rfc3339(*line.note_at)}})
                    : json::value(nullptr);
  return out;
}

json::object to_json(const LineCase& found) {
  auto out = to_json(found.line);
  json::array candidates;
  for (const auto& candidate : found.candidates) candidates.push_back(to_json(candidate));
  out["balance_vnd"] = found.balance ? json::value(found.balance->dong()) : json::value(nullptr);
  out["candidates"] = std::move(candidates);
  json::array parts;
  for (const auto& part : found.parts) parts.push_back(to_json(part));
  out["parts"] = std::move(parts);
  return out;
}

}  // namespace bccid::http
