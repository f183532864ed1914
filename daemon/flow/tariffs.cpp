#include "flow/tariffs.hpp"

#include "base/embedded.hpp"
#include "base/text.hpp"
#include "flow/version_terms.hpp"

#include <algorithm>
#include <utility>

namespace bccid {
namespace {

constexpr std::size_t kPricesBytesMax = 256 * 1024;
constexpr int kVatMax = 2'500;  // basis points

const sql::Query kReadTariff{"tariff_read", R"(
SELECT id, lower(valid)::text, coalesce((upper(valid) - 1)::text, ''), vat, vat_basis_points,
       coalesce(forwarding_fee, -1), coalesce(forwarding_free_below, 0), prices, carrier
  FROM tariff WHERE id = $1::text)"};

const sql::Query kTariffOfDay{"tariff_of_day", R"(
SELECT id, lower(valid)::text, coalesce((upper(valid) - 1)::text, ''), vat, vat_basis_points,
       coalesce(forwarding_fee, -1), coalesce(forwarding_free_below, 0), prices, carrier
  FROM tariff WHERE carrier = $1::text AND valid @> $2::date)"};

const sql::Query kOverlapping{"tariff_overlapping", R"(
SELECT id FROM tariff
 WHERE carrier = $1::text AND valid && daterange($2::date, nullif($3::text, '')::date, '[]')
 ORDER BY valid LIMIT 1)"};

const sql::Query kInsertTariff{"tariff_insert", R"(
WITH put AS (
  INSERT INTO tariff (id, carrier, valid, vat, vat_basis_points, forwarding_fee, forwarding_free_below,
                      prices, actor)
  VALUES ($1::text, $2::text, daterange($3::date, nullif($4::text, '')::date, '[]'), $5::text, $6::integer,
          nullif($7::bigint, -1), CASE WHEN $7 = -1 THEN NULL ELSE $8::bigint END, $9::text, $10::text))
INSERT INTO audit (actor, role, action, subject) VALUES ($10, 'admin', 'tariff.import', 'tariff:' || $1))"};

const sql::Query kEndTariff{"tariff_end", R"(
WITH ended AS (
  UPDATE tariff SET valid = daterange(lower(valid), $2::date, '[]')
   WHERE id = $1::text AND upper_inf(valid) AND lower(valid) <= $2 RETURNING id)
INSERT INTO audit (actor, role, action, subject, detail)
SELECT $3::text, 'admin', 'tariff.end', 'tariff:' || id, jsonb_build_object('last_day', $2) FROM ended)"};

const sql::Query kListTariffs{"tariffs_list", R"(
SELECT id, carrier, lower(valid)::text, coalesce((upper(valid) - 1)::text, ''), vat, vat_basis_points::text
  FROM tariff ORDER BY carrier, valid)"};

// A commune of today came from several old ones: the old district that gave it most of them stands for it.
const sql::Query kPlacesToday{"tariff_places_today", R"(
SELECT c.code, c.province_code, coalesce(was.district, ''), coalesce(r.region, 0)::integer
  FROM commune c
  LEFT JOIN LATERAL (
    SELECT old_district_code AS district, old_province_code AS province
      FROM commune_conversion WHERE new_commune_code = c.code
     GROUP BY old_district_code, old_province_code
     ORDER BY count(*) DESC, old_district_code LIMIT 1) was ON true
  LEFT JOIN tariff_region r ON r.old_province_code = coalesce(was.province, c.province_code)
 WHERE c.code = ANY ($1::text[]))"};

const sql::Query kPlacesThen{"tariff_places_then", R"(
SELECT DISTINCT ON (o.old_commune_code) o.old_commune_code, o.old_province_code, o.old_district_code,
       coalesce(r.region, 0)::integer
  FROM commune_conversion o LEFT JOIN tariff_region r ON r.old_province_code = o.old_province_code
 WHERE o.old_commune_code = ANY ($1::text[]))"};

// The two-level units are in force since then (QĐ 19/2025/QĐ-TTg).
const Day kTwoLevelsSince = std::chrono::year(2025) / std::chrono::July / 1;

const PriceTable& ceiling() {
  static const PriceTable table =
      PriceTable::parse(embedded_file("reference/tariff_ceiling_tt22_2017.csv"), "max_vnd").value();
  return table;
}

class Import {
 public:
  Import(sql::Tx& tx, const TariffEntry& entry, std::string_view by) : tx_(tx), entry_(entry), by_(by) {}

  Input<PutOutcome> run() {
    check_terms();
    check_prices();
    if (!errors_.empty()) return InputFailure(std::move(errors_));
    const auto known = tx_.exec(kReadTariff, sql::Params::of(entry_.id));
    if (!known.empty()) {
      if (same(known.front())) return PutOutcome::unchanged;
      return refused(Errc::duplicate, "/id", "tariff " + entry_.id + " exists with other content",
                     "A version is never changed: give the new one another id.");
    }
    const auto beside = tx_.exec(
        kOverlapping, sql::Params::of(entry_.carrier, to_text(entry_.valid_from), text_of(entry_.valid_to)));
    if (!beside.empty()) {
      const auto other = beside.front().str(0);
      return refused(Errc::conflict, "/from", "tariff " + other + " holds on some of these days",
                     "End it first with: bccid tariff end " + other + " --on DAY.");
    }
    insert();
    return PutOutcome::stored;
  }

 private:
  void complain(std::string pointer, std::string detail, std::string hint) {
    errors_.emplace_back(Errc::invalid_field, std::move(pointer), std::move(detail), std::move(hint));
  }

  InputFailure refused(Errc code, std::string pointer, std::string detail, std::string hint) {
    errors_.emplace_back(code, std::move(pointer), std::move(detail), std::move(hint));
    return InputFailure(std::move(errors_));
  }

  void check_terms() {
    check_version_terms(entry_.id, entry_.valid_from, entry_.valid_to, errors_);
    if (entry_.carrier.empty())
      complain("/carrier", "the post is missing", "Name its block of the configuration.");
    const bool exempt = entry_.vat == VatMode::exempt;
    if (entry_.vat_basis_points < 0 || entry_.vat_basis_points > kVatMax ||
        exempt != (entry_.vat_basis_points == 0))
      complain("/vat_rate",
               "a rate of " + std::to_string(entry_.vat_basis_points) +
                   " basis points does not go "
                   "with vat " +
                   std::string(name(entry_.vat)),
               "Give 1 to 2500 (800 is 8 %), and none when exempt.");
  }

  void check_prices() {
    if (entry_.prices.size() > kPricesBytesMax) {
      complain("/prices", "the file has " + std::to_string(entry_.prices.size()) + " bytes",
               "A tariff has a few hundred lines.");
      return;
    }
    const auto table = PriceTable::parse(entry_.prices, "price_vnd");
    if (!table) {
      for (const auto& error : table.error().errors) errors_.push_back(error);
      return;
    }
    for (const auto& breach : above_ceiling(*table, ceiling()))
      complain("/line/" + std::to_string(breach.line),
               std::string(name(breach.leg)) + ' ' + std::string(name(breach.zone)) + " costs " +
                   breach.price.to_text() + " from " + std::to_string(breach.from_g) + " g, " +
                   (breach.ceiling ? "the ceiling there is " + breach.ceiling->to_text()
                                   : std::string("where the law has no price")),
               "TT 22/2017/TT-BTTTT sets a maximum; see schemas/reference/tariff_ceiling_tt22_2017.csv.");
  }

  Money forwarding_fee() const { return entry_.forwarding ? entry_.forwarding->fee : Money(-1); }
  Money free_below() const { return entry_.forwarding ? entry_.forwarding->free_below : Money(0); }

  // An end that was set later is no other content.
  bool same(const sql::Row& row) const {
    const auto ends = row.str(2);
    return row.str(1) == to_text(entry_.valid_from) &&
           (!entry_.valid_to || ends == to_text(*entry_.valid_to)) && row.str(3) == name(entry_.vat) &&
           row.i64(4) == entry_.vat_basis_points && row.i64(5) == forwarding_fee().dong() &&
           row.i64(6) == free_below().dong() && row.str(7) == entry_.prices && row.str(8) == entry_.carrier;
  }

  void insert() {
    tx_.exec(kInsertTariff,
             sql::Params::of(entry_.id, entry_.carrier, to_text(entry_.valid_from), text_of(entry_.valid_to),
                             name(entry_.vat), entry_.vat_basis_points, forwarding_fee().dong(),
                             free_below().dong(), entry_.prices, by_));
  }

  sql::Tx& tx_;
  const TariffEntry& entry_;
  std::string_view by_;
  std::vector<FieldError> errors_;
};

TariffVersion version_of(const sql::Row& row) {
  TariffVersion version;
  version.id = row.str(0);
  version.valid_from = parse_day(row.str(1)).value();
  if (const auto last = row.str(2); !last.empty()) version.valid_to = parse_day(last).value();
  version.vat = from_name<VatMode>(row.str(3)).value();
  version.vat_basis_points = static_cast<int>(row.i64(4));
  if (const Money fee(row.i64(5)); fee >= Money{})
    version.forwarding = ForwardingPrice{fee, Money(row.i64(6))};
  version.prices = PriceTable::parse(row.str(7), "price_vnd").value();
  return version;
}

Result<TariffPlace> place_among(const sql::Rows& rows, const std::string& commune, Day day,
                                std::string pointer) {
  for (const auto& row : rows) {
    if (row.str(0) != commune) continue;
    TariffPlace place{commune, row.str(1), row.str(2), static_cast<int>(row.i64(3))};
    if (place.region > 0) return place;
    return Failure(Errc::invalid_field, "the region of commune " + commune + " is not known",
                   "Add its old province to schemas/reference/tariff_regions.csv and migrate.",
                   std::move(pointer));
  }
  return Failure(Errc::invalid_field, "commune \"" + shown(commune) + "\" is not one of " + to_text(day),
                 "Use the national code of five digits that was in force then.", std::move(pointer));
}

}  // namespace

Input<PutOutcome> import_tariff(sql::Tx& tx, const TariffEntry& entry, std::string_view by) {
  return Import(tx, entry, by).run();
}

Status end_tariff(sql::Tx& tx, std::string_view id, Day last_day, std::string_view by) {
  const std::string day = to_text(last_day);
  if (tx.exec_count(kEndTariff, sql::Params::of(id, day, by)) > 0) return {};
  const auto known = tx.exec(kReadTariff, sql::Params::of(id));
  if (known.empty())
    return Failure(Errc::not_found, "there is no tariff \"" + shown(id) + '"', "See: bccid tariff list.");
  const auto version = version_of(known.front());
  if (version.valid_to)
    return Failure(Errc::conflict, "tariff " + version.id + " ends on " + to_text(*version.valid_to),
                   "An end is not moved: quotes may rest on it.");
  return Failure(Errc::conflict,
                 "tariff " + version.id + " begins on " + to_text(version.valid_from) + ", after " + day,
                 "Give a last day on or after its first.");
}

sql::Rows list_tariffs(sql::Tx& tx) { return tx.exec(kListTariffs); }

Result<PostageQuote> quote_journey(sql::Tx& tx, const Journey& journey, PostageQuestion question) {
  const auto tariff = tx.exec(kTariffOfDay, sql::Params::of(journey.carrier, to_text(journey.day)));
  if (tariff.empty())
    return Failure(Errc::not_found,
                   "no tariff of \"" + shown(journey.carrier) + "\" holds on " + to_text(journey.day),
                   "Import one with: bccid tariff import.");
  sql::Params communes;
  communes.add_array(std::vector<std::string>{journey.citizen_commune, journey.agency_commune});
  const auto rows = tx.exec(journey.day < kTwoLevelsSince ? kPlacesThen : kPlacesToday, communes);
  auto citizen = place_among(rows, journey.citizen_commune, journey.day, "/citizen_commune");
  if (!citizen) return citizen.error();
  auto agency = place_among(rows, journey.agency_commune, journey.day, "/agency_commune");
  if (!agency) return agency.error();
  question.citizen = std::move(*citizen);
  question.agency = std::move(*agency);
  return quote_postage(version_of(tariff.front()), question);
}

}  // namespace bccid
