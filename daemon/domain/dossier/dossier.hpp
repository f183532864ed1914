#pragma once

#include "domain/order/order.hpp"
#include "domain/parcel/fold.hpp"

#include <map>
#include <optional>
#include <string>

namespace bccid {

// National portal dossier status, TrangThaiHoSo 1-10 (schemas/codes/portal_dossier_status.csv).
enum class PortalStatus : std::uint8_t {
  filed = 1,
  accepted = 2,
  not_accepted = 3,
  in_process = 4,
  supplement_requested = 5,
  payment_requested = 6,
  withdrawn = 7,
  stopped = 8,
  processed = 9,      // "Đã xử lý xong": the agency's word
  result_given = 10,  // "Đã trả kết quả": only from proof of delivery
};

// Errors: invalid_field.
Result<PortalStatus> parse_portal_status(int code);

struct PortalStatusName {
  std::string vi;
  std::string en;
};

// What the dossier record is told: schemas/codes/dossier_steps.csv (leg,outcome,status,vi,en) with the
// outcome a parcel state, or `delivered_proved`, or `corrected` (an outcome was taken back).
struct DossierStep {
  std::optional<PortalStatus> status;
  std::string vi;
  std::string en;
};

class DossierSteps {
 public:
  // Errors: malformed, invalid_field, duplicate. A leg without a row for every parcel state,
  // a pickup row with a status, and 10 anywhere but on delivery/delivered_proved are refused.
  static Result<DossierSteps> parse(std::string_view csv);
  const DossierStep& at(Leg leg, std::string_view outcome) const;  // throws std::out_of_range

 private:
  std::map<std::pair<Leg, std::string>, DossierStep, std::less<>> rows_;
};

// What is known of the dossier when its parcel moves.
struct DossierFacts {
  std::optional<std::string> code;                 // none until Bộ phận Một cửa accepts the papers
  PortalStatus status = PortalStatus::in_process;  // as last told by the one-stop system or by us
};

// One write-back to the one-stop system.
struct DossierEffect {
  std::optional<PortalStatus> status;   // none: only the step text is sent, the status stays
  std::optional<Time> result_given_at;  // set exactly with status 10: the time of delivery
  std::string step_vi;
  std::string step_en;
  bool correction = false;  // takes back an outcome that was reported before
};

// The Vietnamese sentence that says where a leg stands.
const std::string& step_text(const DossierSteps& steps, Leg leg, ParcelState state, OutcomeStep step);

// Which write-back a parcel's move asks for; nothing when there is nothing new to tell, or no dossier
// code to tell it to. Status 10 comes only from a delivery leg that is delivered and proved; 9 stays while
// the parcel travels, is refused or came back (QĐ 766/QĐ-TTg counts 9 as the end time, so a slow parcel
// never makes a dossier late). A pickup leg never changes the status. A dossier that is in neither 9 nor
// 10 keeps its status: what travels there is not a result.
std::optional<DossierEffect> decide(const DossierSteps& steps, Leg leg, const FoldState& before,
                                    const FoldState& after, const DossierFacts& facts);

}  // namespace bccid
