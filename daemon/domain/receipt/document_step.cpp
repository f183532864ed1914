#include "domain/receipt/document_step.hpp"

namespace bccid {

DocumentStep next_step(const std::vector<PaymentDocument>& documents) {
  using Kind = DocumentStep::Kind;
  std::optional<std::size_t> standing, wanted;
  for (std::size_t at = 0; at < documents.size(); ++at) {
    const auto& one = documents[at];
    if (one.state == DocumentState::sending || one.state == DocumentState::cancelling)
      return {Kind::ask, at, 0};
    if (one.state == DocumentState::issued) standing = at;
    if (one.receipt_stands) wanted = at;
  }
  if (wanted == standing) return {};
  if (!wanted) return {Kind::cancel, *standing, 0};
  const auto state = documents[*wanted].state;
  if (state == DocumentState::cancelled || state == DocumentState::unwanted) return {Kind::stuck, *wanted, 0};
  if (standing) return {Kind::replace, *wanted, *standing};
  return {Kind::issue, *wanted, 0};
}

}  // namespace bccid
