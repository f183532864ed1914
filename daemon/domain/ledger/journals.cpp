#include "domain/ledger/ledger.hpp"

#include <algorithm>

namespace bccid {
namespace {

struct End {
  AccountRole role;
  const std::string& holder;
};

const std::string kNobody = "-";

void move(Journal& journal, const End& debit, const End& credit, const ChargeLine& line) {
  journal.postings.push_back(
      Posting{Account{debit.role, line.kind, line.agency, debit.holder}, Side::debit, line.amount});
  journal.postings.push_back(
      Posting{Account{credit.role, line.kind, line.agency, credit.holder}, Side::credit, line.amount});
}

Journal move_all(JournalKind kind, std::string key, const End& debit, const End& credit,
                 std::span<const ChargeLine> lines) {
  Journal journal{kind, std::move(key), {}};
  journal.postings.reserve(lines.size() * 2);
  for (const auto& line : lines) move(journal, debit, credit, line);
  return journal;
}

}  // namespace

Journal charge_raised(std::string key, const std::string& payer, std::span<const ChargeLine> lines) {
  return move_all(JournalKind::charge_raised, std::move(key), {AccountRole::receivable, payer},
                  {AccountRole::payable, kNobody}, lines);
}

Journal waived(std::string key, const std::string& payer, std::span<const ChargeLine> lines) {
  return move_all(JournalKind::waived, std::move(key), {AccountRole::payable, kNobody},
                  {AccountRole::receivable, payer}, lines);
}

Journal collected(std::string key, const std::string& payer, const std::string& collector,
                  std::span<const ChargeLine> lines) {
  return move_all(JournalKind::collected, std::move(key), {AccountRole::cash, collector},
                  {AccountRole::receivable, payer}, lines);
}

Journal transferred(std::string key, const std::string& payer, const std::string& remittance,
                    std::span<const ChargeLine> lines) {
  return move_all(JournalKind::transferred, std::move(key), {AccountRole::transit, remittance},
                  {AccountRole::receivable, payer}, lines);
}

Journal handed_in(std::string key, const std::string& collector, const std::string& office,
                  std::span<const ChargeLine> lines) {
  return move_all(JournalKind::handed_in, std::move(key), {AccountRole::office, office},
                  {AccountRole::cash, collector}, lines);
}

Journal remitted(std::string key, const std::string& office, const std::string& remittance,
                 std::span<const ChargeLine> lines) {
  return move_all(JournalKind::remitted, std::move(key), {AccountRole::transit, remittance},
                  {AccountRole::office, office}, lines);
}

Journal on_statement(std::string key, const std::string& remittance, const std::string& bank_account,
                     const ChargeLine& line, Money arrived) {
  Journal journal{JournalKind::on_statement, std::move(key), {}};
  const End bank{AccountRole::bank, bank_account};
  const ChargeLine explained{line.kind, line.agency, std::min(line.amount, arrived)};
  move(journal, bank, {AccountRole::transit, remittance}, explained);
  if (arrived > line.amount) {
    const ChargeLine surplus{line.kind, line.agency, arrived - line.amount};
    move(journal, bank, {AccountRole::clearing, remittance}, surplus);
  }
  return journal;
}

Journal unexplained(std::string key, const std::string& line_id, const std::string& bank_account,
                    const ChargeLine& line) {
  return move_all(JournalKind::unexplained, std::move(key), {AccountRole::bank, bank_account},
                  {AccountRole::clearing, line_id}, {&line, 1});
}

Journal settled(std::string key, const std::string& bank_account, std::span<const ChargeLine> lines) {
  return move_all(JournalKind::settled, std::move(key), {AccountRole::payable, kNobody},
                  {AccountRole::bank, bank_account}, lines);
}

Journal adjusted(std::string key, const std::string& remittance, const std::string& bank_account,
                 ChargeLine line, Money difference) {
  Journal journal{JournalKind::adjusted, std::move(key), {}};
  const bool missing = difference < Money{};
  line.amount = missing ? -difference : difference;
  if (missing)
    move(journal, {AccountRole::payable, kNobody}, {AccountRole::transit, remittance}, line);
  else
    move(journal, {AccountRole::clearing, remittance}, {AccountRole::bank, bank_account}, line);
  return journal;
}

Journal refunded(std::string key, const std::string& payer, AccountRole holding, const std::string& holder,
                 std::span<const ChargeLine> lines) {
  return move_all(JournalKind::refunded, std::move(key), {AccountRole::refund, payer}, {holding, holder},
                  lines);
}

Journal payable_ended(std::string key, const std::string& payer, std::span<const ChargeLine> lines) {
  return move_all(JournalKind::refunded, std::move(key), {AccountRole::payable, kNobody},
                  {AccountRole::refund, payer}, lines);
}

Journal refund_owed(std::string key, const std::string& claim, std::span<const ChargeLine> lines) {
  return move_all(JournalKind::refunded, std::move(key), {AccountRole::receivable, claim},
                  {AccountRole::payable, claim}, lines);
}

Journal reversal(std::string key, const Journal& original) {
  Journal journal{JournalKind::reversal, std::move(key), original.postings};
  for (auto& posting : journal.postings) {
    posting.side = posting.side == Side::debit ? Side::credit : Side::debit;
  }
  return journal;
}

}  // namespace bccid
