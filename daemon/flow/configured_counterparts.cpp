#include "flow/configured_counterparts.hpp"

namespace bccid {
namespace {

const sql::Query kPutCarriers{"configured_carriers_put", R"(
WITH added AS (
  INSERT INTO feed_cursor (carrier, cursor, read_at)
  SELECT name, '', $2::timestamptz FROM unnest($1::text[]) AS names (name)
  ON CONFLICT (carrier) DO NOTHING)
UPDATE feed_cursor SET configured = (carrier = ANY ($1::text[]))
 WHERE configured <> (carrier = ANY ($1::text[])))"};

const sql::Query kPutOnestops{"configured_onestops_put", R"(
WITH added AS (
  INSERT INTO onestop_endpoint SELECT DISTINCT code FROM unnest($1::text[]) AS codes (code)
  ON CONFLICT DO NOTHING)
DELETE FROM onestop_endpoint WHERE agency_code <> ALL ($1::text[]))"};

const sql::Query kPutPortals{"configured_portals_put", R"(
WITH wanted AS (
  SELECT name, CASE agencies WHEN '' THEN '{}'::text[] ELSE string_to_array(agencies, ' ') END AS agencies
    FROM unnest($1::text[], $2::text[]) AS portals (name, agencies)),
put AS (
  INSERT INTO portal_endpoint (name, agencies) SELECT name, agencies FROM wanted
  ON CONFLICT (name) DO UPDATE SET agencies = excluded.agencies)
DELETE FROM portal_endpoint WHERE name <> ALL ($1::text[]))"};

const sql::Query kPutReceiptProviders{"configured_receipt_providers_put", R"(
WITH added AS (
  INSERT INTO receipt_provider SELECT DISTINCT issuer FROM unnest($1::text[]) AS issuers (issuer)
  ON CONFLICT DO NOTHING)
DELETE FROM receipt_provider WHERE issuer <> ALL ($1::text[]))"};

}  // namespace

void put_configured_carriers(sql::Tx& tx, const std::vector<std::string>& carriers, Time now) {
  tx.exec(kPutCarriers, sql::Params().add_array(carriers).add(now));
}

void put_configured_onestops(sql::Tx& tx, const std::vector<std::string>& agencies) {
  tx.exec(kPutOnestops, sql::Params().add_array(agencies));
}

// A code holds no blank (config: an identifier), so a list of codes is one text here.
void put_configured_portals(sql::Tx& tx, const std::vector<ConfiguredPortal>& portals) {
  std::vector<std::string> names, agencies;
  for (const auto& portal : portals) {
    names.push_back(portal.name);
    std::string joined;
    for (const auto& code : portal.agencies) joined += (joined.empty() ? "" : " ") + code;
    agencies.push_back(std::move(joined));
  }
  tx.exec(kPutPortals, sql::Params().add_array(names).add_array(agencies));
}

void put_configured_receipt_providers(sql::Tx& tx, const std::vector<std::string>& issuers) {
  tx.exec(kPutReceiptProviders, sql::Params().add_array(issuers));
}

}  // namespace bccid
