#include "flow/receipt_in_hand.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>
#include <vector>

namespace bccid {
namespace {

// What a paper says: the series' symbol, which may be left out, and the number in it.
struct PaperNumber {
  std::string symbol;
  std::int64_t number = 0;
};

std::optional<PaperNumber> paper_number(std::string_view text) {
  const auto digits_from = text.find_last_not_of("0123456789") + 1;  // npos + 1 is 0
  PaperNumber found;
  const auto digits = text.substr(digits_from);
  const auto end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, found.number);
  if (read.ec != std::errc{} || read.ptr != end || found.number == 0) return {};
  auto rest = text.substr(0, digits_from);
  if (rest.empty()) return found;
  if (std::string_view(" -/").find(rest.back()) == std::string_view::npos) return {};
  rest = rest.substr(0, rest.find_last_not_of(" -/") + 1);
  if (auto dash = rest.rfind('-'); dash != std::string_view::npos) rest = rest.substr(dash + 1);
  for (const char c : rest) found.symbol += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  const auto fits = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
  if (found.symbol.empty() || !std::ranges::all_of(found.symbol, fits)) return {};
  return found;
}

// A charge that was split was remitted in its parts.
const sql::Query kReceiptsNumbered{"receipts_numbered", R"(
SELECT s.symbol || '-' || lpad(r.number::text, greatest(7, length(r.number::text)), '0') || ' ' || s.issuer,
       s.symbol || '-' || lpad(r.number::text, greatest(7, length(r.number::text)), '0'),
       r.agency_code, r.amount, r.kind = 'postage', r.cancelled_at IS NOT NULL,
       coalesce((SELECT string_agg(DISTINCT c.state, ', ')
                   FROM receipt_line i JOIN charge c ON c.id = i.charge_id
                  WHERE i.receipt_id = r.id), ''),
       coalesce((SELECT m.reference FROM receipt_line i
                   JOIN charge c ON c.id = i.charge_id OR c.split_of = i.charge_id
                   JOIN remittance_charge x ON x.charge_id = c.id
                   JOIN remittance m ON m.id = x.remittance_id
                  WHERE i.receipt_id = r.id ORDER BY m.state = 'sent' DESC, m.id LIMIT 1), ''),
       EXISTS (SELECT 1 FROM agency a WHERE a.code = r.agency_code AND a.bank_account = $4)
  FROM receipt_series s
 CROSS JOIN LATERAL (SELECT * FROM receipt WHERE series_id = s.id AND number = $2 OFFSET 0) r
 WHERE ($1::text = '' OR s.symbol = $1) AND ($3::text = '' OR r.agency_code = $3)
 ORDER BY 9 DESC, s.id LIMIT 20)"};

}  // namespace

Result<std::optional<ReceiptInHand>> receipt_in_hand(sql::Tx& tx, const Actor& actor, std::string_view text,
                                                     std::string_view account) {
  const auto asked = paper_number(text);
  if (!asked) return std::optional<ReceiptInHand>{};
  std::vector<ReceiptInHand> found;
  std::string names;
  std::optional<bool> here;
  for (const auto& row : tx.exec(
           kReceiptsNumbered, sql::Params::of(asked->symbol, asked->number, seen_agency(actor), account))) {
    if (here.value_or(row.boolean(8)) != row.boolean(8)) break;
    here = row.boolean(8);
    names += (names.empty() ? "" : ", ") + row.str(0);
    found.push_back(
        {row.str(1), row.str(2), row.money(3), row.boolean(4), row.boolean(5), row.str(6), row.str(7)});
  }
  if (found.empty()) return std::optional<ReceiptInHand>{};
  if (found.size() > 1)
    return Failure(Errc::conflict,
                   "several receipts bear the number \"" + shown(std::string(text)) + "\": " + names,
                   "Write it with its symbol, or the reference of the remittance.", "?reference");
  return std::optional<ReceiptInHand>{std::move(found.front())};
}

}  // namespace bccid
