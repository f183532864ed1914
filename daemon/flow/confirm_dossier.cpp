#include "flow/confirm_dossier.hpp"

namespace bccid {
namespace {

const sql::Query kConfirm{"dossier_confirm", R"(
  UPDATE dossier d SET confirmed_status = $3::smallint, confirmed_at = $4::timestamptz
   WHERE d.agency_code = $1::text AND d.code = $2::text AND d.told_status IS NOT NULL
)"};

// "onestop:H20.10" -> "H20.10", "dossier:000.00.19.H20-250701-0001" -> the code.
std::string_view after_colon(std::string_view text) { return text.substr(text.find(':') + 1); }

}  // namespace

void confirm_dossier(sql::Tx& tx, const LeasedMessage& message, int portal_status, Time now) {
  if (portal_status != 9 && portal_status != 10) return;
  tx.exec(kConfirm, sql::Params::of(after_colon(message.message.target), after_colon(message.message.subject),
                                    portal_status, now));
}

}  // namespace bccid
