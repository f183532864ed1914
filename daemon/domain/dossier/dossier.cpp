#include "domain/dossier/dossier.hpp"

#include "base/csv.hpp"

namespace bccid {
namespace {

constexpr std::string_view kProved = "delivered_proved";
constexpr std::string_view kCorrected = "corrected";

bool known_outcome(std::string_view outcome) {
  return outcome == kProved || outcome == kCorrected || from_name<ParcelState>(outcome).has_value();
}

Failure wrong_row(const CsvTable& table, std::size_t row, std::string_view what) {
  return Failure(Errc::invalid_field,
                 "dossier step line " + std::to_string(table.line(row)) + " " + std::string(what));
}

Result<DossierStep> read_step(const CsvTable& table, std::size_t row, Leg leg, std::string_view outcome) {
  DossierStep step{std::nullopt, table.at(row, "vi"), table.at(row, "en")};
  if (step.vi.empty() || step.en.empty()) return wrong_row(table, row, "has no text");
  const auto& status = table.at(row, "status");
  if (status.empty()) return step;
  if (leg == Leg::pickup) return wrong_row(table, row, "sets a status on a pickup leg");
  if (status == "9") {
    step.status = PortalStatus::processed;
  } else if (status == "10" && outcome == kProved) {
    step.status = PortalStatus::result_given;
  } else {
    return wrong_row(table, row, "sets a status other than 9, or 10 without proof");
  }
  return step;
}

bool proved(const FoldState& state) { return state.step >= OutcomeStep::proved; }

std::string_view outcome_of(ParcelState state, OutcomeStep step) {
  return step >= OutcomeStep::proved ? kProved : name(state);
}
std::string_view outcome_of(const FoldState& state) { return outcome_of(state.state, state.step); }

// True when a reported outcome no longer holds. Proof for a delivery that was reported is no correction.
bool takes_back(const FoldState& before, const FoldState& after) {
  if (!is_final(before.state)) return false;
  return before.state != after.state || proved(before);
}

bool in_return_of_result(PortalStatus status) {
  return status == PortalStatus::processed || status == PortalStatus::result_given;
}

}  // namespace

Result<PortalStatus> parse_portal_status(int code) {
  if (code < 1 || code > 10) {
    return Failure(Errc::invalid_field, "portal status " + std::to_string(code) + " is not 1 to 10");
  }
  return static_cast<PortalStatus>(code);
}

Result<DossierSteps> DossierSteps::parse(std::string_view csv) {
  const auto table = CsvTable::parse(csv);
  if (!table) return table.error();
  DossierSteps steps;
  for (std::size_t row = 0; row < table->size(); ++row) {
    const auto leg = from_name<Leg>(table->at(row, "leg"));
    const auto& outcome = table->at(row, "outcome");
    if (!leg || !known_outcome(outcome)) return wrong_row(*table, row, "names an unknown leg or outcome");
    auto step = read_step(*table, row, *leg, outcome);
    if (!step) return step.error();
    if (!steps.rows_.emplace(std::pair(*leg, outcome), std::move(*step)).second) {
      return Failure(Errc::duplicate,
                     "dossier step line " + std::to_string(table->line(row)) + " repeats an outcome");
    }
  }
  if (steps.rows_.size() != kCount<Leg> * (kCount<ParcelState> + 2)) {
    return Failure(Errc::malformed, "dossier steps do not name every outcome of both legs");
  }
  return steps;
}

const DossierStep& DossierSteps::at(Leg leg, std::string_view outcome) const {
  return rows_.at(std::pair(leg, std::string(outcome)));
}

const std::string& step_text(const DossierSteps& steps, Leg leg, ParcelState state, OutcomeStep step) {
  return steps.at(leg, outcome_of(state, step)).vi;
}

std::optional<DossierEffect> decide(const DossierSteps& steps, Leg leg, const FoldState& before,
                                    const FoldState& after, const DossierFacts& facts) {
  if (!facts.code || outcome_of(before) == outcome_of(after)) return std::nullopt;
  const auto& step = steps.at(leg, outcome_of(after));
  DossierEffect effect;
  effect.step_vi = step.vi;
  effect.step_en = step.en;
  if (takes_back(before, after)) {
    const auto& corrected = steps.at(leg, kCorrected);
    effect.correction = true;
    effect.step_vi = corrected.vi + " " + step.vi;
    effect.step_en = corrected.en + " " + step.en;
  }
  if (in_return_of_result(facts.status)) effect.status = step.status;
  if (effect.status == PortalStatus::result_given) effect.result_given_at = after.since;
  return effect;
}

}  // namespace bccid
