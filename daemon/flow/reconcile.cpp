#include "flow/reconcile.hpp"

#include "flow/match_remittances.hpp"
#include "store/recon_store.hpp"

namespace bccid {

ReconReport reconcile(sql::Tx& tx, const Actor& actor, Time now, const ReconRules& rules) {
  lock_reconciliation(tx);
  return match_remittances(tx, actor, {}, now, rules);
}

}  // namespace bccid
