#include "domain/ledger/account.hpp"

#include <array>

namespace bccid {
namespace {

bool may_be_part(std::string_view text) {
  if (text.empty() || text.size() > 100) return false;
  for (const char c : text) {
    if (c == '/' || static_cast<unsigned char>(c) <= ' ' || c == '\x7f') return false;
  }
  return true;
}

// Exactly four parts; the last is empty when there are fewer or more.
std::array<std::string_view, 4> split(std::string_view key) {
  std::array<std::string_view, 4> parts{};
  for (std::size_t at = 0; at < 3; ++at) {
    const auto slash = key.find('/');
    if (slash == std::string_view::npos) return parts;
    parts[at] = key.substr(0, slash);
    key.remove_prefix(slash + 1);
  }
  parts[3] = key;
  return parts;
}

}  // namespace

std::string Account::key() const {
  std::string text(name(role));
  text.append("/").append(name(kind)).append("/").append(agency).append("/").append(holder);
  return text;
}

Result<Account> parse_account(std::string_view key) {
  const auto parts = split(key);
  const auto role = from_name<AccountRole>(parts[0]);
  const auto kind = from_name<ChargeKind>(parts[1]);
  if (!role || !kind || !may_be_part(parts[2]) || !may_be_part(parts[3])) {
    return Failure(Errc::invalid_field, "account '" + std::string(key) + "' is not role/kind/agency/holder",
                   "Write it as cash/fee/H20.16/collector.");
  }
  return Account{*role, *kind, std::string(parts[2]), std::string(parts[3])};
}

}  // namespace bccid
