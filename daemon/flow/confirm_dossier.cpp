#include "flow/confirm_dossier.hpp"

namespace bccid {
namespace {

const sql::Query kConfirm{"dossier_confirm", R"(
  UPDATE dossier d SET confirmed_status = $2::smallint, confirmed_at = $3::timestamptz
   WHERE d.public_id = $1::text::uuid AND d.told_status IS NOT NULL
)"};

}  // namespace

void confirm_dossier(sql::Tx& tx, const LeasedMessage& message, int portal_status, Time now) {
  if (portal_status != 9 && portal_status != 10) return;
  tx.exec(kConfirm, sql::Params::of(message.message.order_key, portal_status, now));
}

}  // namespace bccid
