#include "flow/places.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"
#include "domain/dossier/dossier_code.hpp"
#include "domain/order/phone.hpp"
#include "store/order_store.hpp"

#include <algorithm>

namespace bccid {
namespace {

constexpr std::size_t kOfficeCodeCharsMin = 3;
constexpr std::size_t kOfficeCodeCharsMax = 12;
constexpr std::size_t kAccountCharsMin = 6;
constexpr std::size_t kAccountCharsMax = 34;  // of an IBAN; Vietnamese numbers are shorter

// Both write the audit only where something changed, so that a script may run again every night.
const sql::Query kPutAgency{"agency_put", R"(
WITH before AS (
  SELECT name, address, phone, commune_code, bank_account FROM agency WHERE code = $1::text),
put AS (
  INSERT INTO agency AS a (code, name, bank_account, phone, address, commune_code)
  SELECT $1, coalesce($2::text, b.name), coalesce($3::text, b.bank_account, ''),
         coalesce($4::text, b.phone, ''), coalesce($5::text, b.address, ''),
         coalesce($6::text, b.commune_code, '')
    FROM (VALUES (1)) AS one LEFT JOIN before b ON true
      ON CONFLICT (code) DO UPDATE
     SET name = excluded.name, bank_account = excluded.bank_account, phone = excluded.phone,
         address = excluded.address, commune_code = excluded.commune_code
  RETURNING name, address, phone, commune_code, bank_account)
INSERT INTO audit (actor, role, action, subject, detail)
SELECT $7::text, 'admin', 'agency.put', 'agency:' || $1,
       jsonb_build_object('before', to_jsonb(b), 'after', to_jsonb(p))
  FROM put p LEFT JOIN before b ON true
 WHERE to_jsonb(b) IS DISTINCT FROM to_jsonb(p))"};

const sql::Query kPutOffice{"office_put", R"(
WITH before AS (SELECT name, commune_code FROM post_office WHERE code = $1::text),
put AS (
  INSERT INTO post_office AS o (code, name, commune_code)
  SELECT $1, coalesce($2::text, b.name), coalesce($3::text, b.commune_code, '')
    FROM (VALUES (1)) AS one LEFT JOIN before b ON true
      ON CONFLICT (code) DO UPDATE SET name = excluded.name, commune_code = excluded.commune_code
  RETURNING name, commune_code)
INSERT INTO audit (actor, role, action, subject, detail)
SELECT $4::text, 'admin', 'office.put', 'office:' || $1,
       jsonb_build_object('before', to_jsonb(b), 'after', to_jsonb(p))
  FROM put p LEFT JOIN before b ON true
 WHERE to_jsonb(b) IS DISTINCT FROM to_jsonb(p))"};

const sql::Query kPutFeeAccount{"fee_account_put", R"(
WITH before AS (SELECT bank_bin, holder, carrier FROM fee_account WHERE account_no = $1::text),
put AS (
  INSERT INTO fee_account AS f (account_no, bank_bin, holder, carrier)
  SELECT $1, coalesce($2::text, b.bank_bin), coalesce($3::text, b.holder, ''),
         nullif(coalesce($5::text, b.carrier), '')
    FROM (VALUES (1)) AS one LEFT JOIN before b ON true
      ON CONFLICT (account_no) DO UPDATE
      SET bank_bin = excluded.bank_bin, holder = excluded.holder, carrier = excluded.carrier
  RETURNING bank_bin, holder, carrier)
INSERT INTO audit (actor, role, action, subject, detail)
SELECT $4::text, 'admin', 'fee_account.put', 'account:' || $1,
       jsonb_build_object('before', to_jsonb(b), 'after', to_jsonb(p))
  FROM put p LEFT JOIN before b ON true
 WHERE to_jsonb(b) IS DISTINCT FROM to_jsonb(p))"};

const sql::Query kKnownFeeAccount{"fee_account_known", "SELECT 1 FROM fee_account WHERE account_no = $1"};
const sql::Query kListFeeAccounts{"fee_accounts_list",
                                  "SELECT account_no, bank_bin, holder, coalesce(carrier, '') FROM "
                                  "fee_account ORDER BY 1"};
const sql::Query kAccountOfCarrier{
    "fee_account_of_carrier",
    "SELECT account_no FROM fee_account WHERE carrier = $1::text AND account_no <> $2"};

const sql::Query kKnownAgency{"agency_known", "SELECT 1 FROM agency WHERE code = $1"};
const sql::Query kKnownOffice{"office_known", "SELECT 1 FROM post_office WHERE code = $1"};

const sql::Query kListAgencies{"agencies_list", R"(
SELECT code, name, bank_account, phone, address, commune_code FROM agency ORDER BY code)"};

const sql::Query kListOffices{"offices_list",
                              "SELECT code, name, commune_code FROM post_office ORDER BY code"};

// What a code of before 1/7/2025 became, at most a few.
const sql::Query kNewCommunes{"commune_new_codes", R"(
SELECT coalesce(string_agg(code, ', ' ORDER BY code), '')
  FROM (SELECT DISTINCT new_commune_code AS code FROM commune_conversion WHERE old_commune_code = $1
         ORDER BY 1 LIMIT 5) AS found)"};

const sql::Query kProvinceName{"province_name", "SELECT full_name FROM province WHERE code = $1"};
const sql::Query kAnyCommune{"commune_any", "SELECT EXISTS (SELECT 1 FROM commune)"};

bool digits(std::string_view text, std::size_t count) {
  return text.size() == count && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool upper_or_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); }

Failure invalid(std::string detail, std::string hint) {
  return Failure(Errc::invalid_field, std::move(detail), std::move(hint));
}

// Says why a code of five digits is no commune in force.
Failure unknown_commune(sql::Tx& tx, const std::string& commune) {
  const std::string what = "commune " + commune + " is not known";
  if (!tx.exec(kAnyCommune).front().boolean(0))
    return invalid(what + ": no commune is", "Load the reference data with: bccid migrate.");
  const auto became = tx.exec(kNewCommunes, sql::Params::of(commune)).front().str(0);
  if (!became.empty())
    return invalid("commune " + commune + " is of before 1/7/2025", "Use what it became: " + became + ".");
  return invalid(what, "Use a commune_code of schemas/reference/communes.csv.");
}

Status check_commune(sql::Tx& tx, const std::optional<std::string>& commune) {
  if (!commune || commune->empty()) return {};
  if (digits(*commune, 5))
    return commune_province(tx, *commune) ? Status{} : Status{unknown_commune(tx, *commune)};
  if (digits(*commune, 2)) {
    const auto province = tx.exec(kProvinceName, sql::Params::of(*commune));
    return invalid(province.empty() ? "there is no province " + *commune
                                    : *commune + " is a province, " + province.front().str(0),
                   "Give the commune, five digits such as 28249; its province is known from it.");
  }
  return invalid("commune \"" + shown(*commune) + "\" is not a code",
                 "Give the national code of five digits, such as 28249.");
}

// Composes a text and checks that people can read it; `what` names it.
Status tidy_text(std::optional<std::string>& text, const char* what) {
  if (!text) return {};
  const bool readable =
      valid_utf8(*text) && std::ranges::none_of(*text, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  if (!readable)
    return invalid(std::string(what) + " \"" + shown(*text) + "\" is not plain text",
                   "Use UTF-8 without line breaks and control characters.");
  text = to_nfc(trim(*text));
  if (code_points(*text) > limits::kTextFieldCharsMax)
    return invalid(std::string(what) + " has " + std::to_string(code_points(*text)) + " characters",
                   "Use " + std::to_string(limits::kTextFieldCharsMax) + " at most.");
  return {};
}

Status check_name(std::optional<std::string>& name, bool known, const std::string& what) {
  if (const auto read = tidy_text(name, "name"); !read) return read;
  if (!name && !known)
    return Failure(Errc::missing_field, what + " is new and needs a name", "Add --name NAME.");
  if (name && name->empty()) return invalid("the name of " + what + " is empty", "Add --name NAME.");
  return {};
}

Status check_account(const std::optional<std::string>& account) {
  if (!account || account->empty()) return {};
  const bool shaped = account->size() >= kAccountCharsMin && account->size() <= kAccountCharsMax &&
                      std::ranges::all_of(*account, &upper_or_digit);
  if (shaped) return {};
  return invalid("account \"" + shown(*account) + "\" is not an account number",
                 "Give 6 to 34 digits and capital letters, as on the bank's statement.");
}

Status check_agency(sql::Tx& tx, AgencyEntry& agency) {
  if (!is_agency_code(agency.code))
    return invalid("agency code \"" + shown(agency.code) + "\" has no known shape",
                   "Give it as its dossiers' codes begin, such as H20.12.");
  const bool known = !tx.exec(kKnownAgency, sql::Params::of(agency.code)).empty();
  if (const auto name = check_name(agency.name, known, "agency " + agency.code); !name) return name;
  if (const auto account = check_account(agency.bank_account); !account) return account;
  if (const auto address = tidy_text(agency.address, "address"); !address) return address;
  if (agency.phone && !agency.phone->empty()) {
    const auto phone = parse_phone(*agency.phone);
    if (!phone) return phone.error();
    agency.phone = phone->e164;
  }
  return check_commune(tx, agency.commune);
}

}  // namespace

bool office_exists(sql::Tx& tx, std::string_view code) {
  return !tx.exec(kKnownOffice, sql::Params::of(code)).empty();
}

namespace {

Status check_office(sql::Tx& tx, OfficeEntry& office) {
  const bool shaped = office.code.size() >= kOfficeCodeCharsMin &&
                      office.code.size() <= kOfficeCodeCharsMax &&
                      std::ranges::all_of(office.code, &upper_or_digit);
  if (!shaped)
    return invalid("office code \"" + shown(office.code) + "\" has no known shape",
                   "Give 3 to 12 digits and capital letters, such as 820100.");
  const bool known = office_exists(tx, office.code);
  if (const auto name = check_name(office.name, known, "office " + office.code); !name) return name;
  return check_commune(tx, office.commune);
}

}  // namespace

Result<PutOutcome> put_agency(sql::Tx& tx, AgencyEntry agency, std::string_view by) {
  if (const auto good = check_agency(tx, agency); !good) return good.error();
  const auto changed =
      tx.exec_count(kPutAgency, sql::Params::of(agency.code, agency.name, agency.bank_account, agency.phone,
                                                agency.address, agency.commune, by));
  return changed == 0 ? PutOutcome::unchanged : PutOutcome::stored;
}

Result<PutOutcome> put_office(sql::Tx& tx, OfficeEntry office, std::string_view by) {
  if (const auto good = check_office(tx, office); !good) return good.error();
  const auto changed =
      tx.exec_count(kPutOffice, sql::Params::of(office.code, office.name, office.commune, by));
  return changed == 0 ? PutOutcome::unchanged : PutOutcome::stored;
}

Result<PutOutcome> put_fee_account(sql::Tx& tx, FeeAccountEntry account, std::string_view by) {
  if (account.number.empty()) return invalid("the account number is empty", "Add --number NUMBER.");
  if (const auto good = check_account(account.number); !good) return good.error();
  if (account.bank_bin && !digits(*account.bank_bin, 6))
    return invalid("bank number \"" + shown(*account.bank_bin) + "\" is not one of NAPAS",
                   "Give the six digits of the account's bank, such as 970436.");
  if (const auto holder = tidy_text(account.holder, "holder"); !holder) return holder.error();
  if (!account.bank_bin && tx.exec(kKnownFeeAccount, sql::Params::of(account.number)).empty())
    return Failure(Errc::missing_field, "account " + account.number + " is new and needs its bank",
                   "Add --bin and the six digits of the bank at NAPAS.");
  if (account.carrier && !account.carrier->empty())
    for (const auto row : tx.exec(kAccountOfCarrier, sql::Params::of(*account.carrier, account.number)))
      return Failure(
          Errc::conflict, "the postage of " + shown(*account.carrier) + " goes to account " + row.str(0),
          "Take it from there first: bccid account add --number " + row.str(0) + " --carrier \"\".");
  const auto changed = tx.exec_count(
      kPutFeeAccount, sql::Params::of(account.number, account.bank_bin, account.holder, by, account.carrier));
  return changed == 0 ? PutOutcome::unchanged : PutOutcome::stored;
}

sql::Rows list_fee_accounts(sql::Tx& tx) { return tx.exec(kListFeeAccounts); }

sql::Rows list_agencies(sql::Tx& tx) { return tx.exec(kListAgencies); }

sql::Rows list_offices(sql::Tx& tx) { return tx.exec(kListOffices); }

}  // namespace bccid
