#include "base/text.hpp"
#include "domain/dossier/dossier_code.hpp"
#include "domain/order/phone.hpp"
#include "http/dto/order_dto.hpp"
#include "http/dto/scan_dto.hpp"
#include "http/json_body.hpp"
#include "tests/fuzz/parsers.hpp"
#include "tests/fuzz/require.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

namespace bccid::fuzz {
namespace {

namespace json = boost::json;

std::string_view text_of(const json::string& text) { return {text.data(), text.size()}; }

// Checks what parse_json promises of every value. False when a number lies so near the ends of a double
// that writing it could push it over.
bool check_value(const json::value& value, std::size_t depth) {
  require(depth <= limits::kJsonDepthMax, "JSON is not nested deeper than its limit");
  if (value.is_string()) require(valid_utf8(text_of(value.get_string())), "a JSON text is valid without NUL");
  if (value.is_double()) {
    require(std::isfinite(value.get_double()), "a JSON number is finite");
    const double size = std::fabs(value.get_double());
    return size == 0 || (size < 1e300 && size > 1e-290);
  }
  bool plain = true;
  if (const auto* array = value.if_array())
    for (const auto& element : *array) plain = check_value(element, depth + 1) && plain;
  if (const auto* object = value.if_object()) {
    require(object->size() <= 256, "a JSON object has at most 256 fields");
    for (const auto& [name, field] : *object) {
      require(valid_utf8({name.data(), name.size()}), "a JSON name is valid without NUL");
      plain = check_value(field, depth + 1) && plain;
    }
  }
  return plain;
}

// Boost.JSON reads a double to the last digit but one, so two of them are the same when they nearly are.
bool same_value(const json::value& left, const json::value& right) {
  if (left.is_double() && right.is_double())
    return std::fabs(left.get_double() - right.get_double()) <= 1e-12 * std::fabs(left.get_double());
  if (left.is_array() && right.is_array())
    return std::equal(left.get_array().begin(), left.get_array().end(), right.get_array().begin(),
                      right.get_array().end(), same_value);
  if (left.is_object() && right.is_object())
    return std::equal(left.get_object().begin(), left.get_object().end(), right.get_object().begin(),
                      right.get_object().end(), [](const auto& a, const auto& b) {
                        return a.key() == b.key() && same_value(a.value(), b.value());
                      });
  return left == right;
}

void require_readable(const std::string& answer) {
  require(http::parse_json(answer).has_value(), "an answer of ours is JSON by our own rules");
}

// 2026-07-03T10:00:00Z, in whose reach the corpus scans.
constexpr Time kNow{std::chrono::seconds{1'783'072'800}};

void check_scan(const Scan& scan, const http::Principal& who) {
  require(scan.occurred_at <= kNow + limits::kScanFutureSkewMax, "no scan is from the future");
  require(scan.occurred_at >= kNow - limits::kScanAgeMax, "no scan is older than the limit");
  require(gives(http::parse_item_ref(scan.item), scan.item), "the item of a scan is read as itself");
  require(scan.actor == who.id, "the person comes from the token");
  require((scan.code == "retracted") == scan.retracts.has_value(), "only a retraction names another event");
  for (const auto& text : {scan.code, scan.device, scan.office, scan.reason, scan.seal_no})
    require_clean(text, "a text of a scan");
  for (const Money amount : {scan.fee, scan.charge, scan.postage})
    require(amount.dong() >= 0 && amount.dong() <= limits::kChargeDongMax, "cash keeps its range");
  for (const auto& paper : scan.papers) require_clean(paper.title, 300, "the title of a paper");
  if (!scan.detail.empty()) require_readable(scan.detail);
}

void check_items(const std::vector<http::ScanItem>& items, const http::Principal& who) {
  std::vector<ScanAnswer> answers;
  for (std::size_t i = 0; i < items.size(); ++i) {
    require(items[i].scan.has_value() != items[i].refused.has_value(), "an item is a scan or refused");
    require(valid_utf8(items[i].event_id), "the id that names an item in the answer is valid UTF-8");
    if (items[i].scan) {
      check_scan(*items[i].scan, who);
      answers.emplace_back();
      continue;
    }
    require_fit(*items[i].refused);
    const std::string place = "/items/" + std::to_string(i);
    for (const auto& error : items[i].refused->errors)
      require(error.pointer.starts_with(place), "an error points into its item");
  }
  require_readable(http::scan_answers_json(items, answers));
}

// The wish as the body that asks for it.
json::object order_json(const http::OrderBody& body) {
  const OrderWish& wish = body.wish;
  const CarrierParty& citizen = wish.citizen;
  json::object out{{"leg", wish.leg},
                   {"procedure_code", wish.procedure_code},
                   {"channel", wish.channel},
                   {"citizen", json::object{{"name", citizen.name},
                                            {"phone", citizen.phone},
                                            {"address", citizen.address},
                                            {"province_code", citizen.province_code},
                                            {"commune_code", citizen.commune_code}}},
                   {"papers", json::value_from(wish.papers)}};
  if (!citizen.email.empty()) out["citizen"].as_object()["email"] = citizen.email;
  if (!body.agency.empty()) out["agency"] = body.agency;
  if (!wish.dossier_code.empty()) out["dossier_code"] = wish.dossier_code;
  if (!wish.slip_no.empty()) out["slip_no"] = wish.slip_no;
  if (!wish.applicant_name.empty()) out["applicant_name"] = wish.applicant_name;
  if (wish.portal_status != 0) out["portal_status"] = wish.portal_status;
  if (wish.finished_at) out["finished_at"] = to_rfc3339(*wish.finished_at);
  json::array charges;
  for (const auto& charge : wish.charges)
    charges.push_back(json::object{{"kind", charge.kind}, {"amount_vnd", charge.amount.dong()}});
  out["charges"] = std::move(charges);
  return out;
}

void check_wish(const OrderWish& wish) {
  require(wish.leg == "pickup" || wish.leg == "delivery", "an order has a leg");
  require(!wish.dossier_code.empty() || !wish.slip_no.empty(), "an order has a code");
  require(wish.dossier_code.empty() || is_dossier_code(wish.dossier_code), "a dossier code has its shape");
  require(parse_phone(wish.citizen.phone).value().e164 == wish.citizen.phone, "a telephone is in E.164");
  for (const auto& text : {wish.slip_no, wish.procedure_code, wish.applicant_name, wish.citizen.name,
                           wish.citizen.email, wish.citizen.address, wish.citizen.commune_code})
    require_clean(text, "a text of an order");
  for (const auto& paper : wish.papers) require_clean(paper, "a paper of an order");
  std::set<std::string> kinds;
  for (const auto& charge : wish.charges) {
    require(kinds.insert(charge.kind).second, "a kind of charge stands once");
    require(charge.amount.dong() > 0 && charge.amount.dong() <= limits::kChargeDongMax,
            "a charge keeps its range");
  }
}

}  // namespace

int check_json_body(std::string_view bytes) {
  const auto value = http::parse_json(bytes);
  if (!value) {
    require_fit(value.error());
    return 0;
  }
  require(valid_utf8(bytes), "JSON is valid UTF-8 without NUL");
  if (!check_value(*value, 0)) return 0;
  const auto again = http::parse_json(json::serialize(*value));
  require(again && same_value(*value, *again), "JSON survives writing and reading");
  return 0;
}

int check_scan_dto(std::string_view bytes) {
  const auto body = http::parse_json(bytes);
  if (!body) return 0;
  http::Principal who;
  who.id = "clerk";
  who.office = "820100";
  std::vector<http::ScanItem> items;
  if (const auto bad = http::read_scan_batch(*body, who, kNow, items)) {
    require_fit(*bad);
    require_readable(http::problem(*bad, http::Request{}).body);
    return 0;
  }
  require(!items.empty() && items.size() <= limits::kScanBatchItemsMax, "a batch keeps its limit");
  check_items(items, who);
  return 0;
}

int check_order_dto(std::string_view bytes) {
  const auto body = http::parse_json(bytes);
  if (!body) return 0;
  http::ObjectReader reader(*body);
  const http::OrderBody order = http::read_order_body(reader);
  if (const auto bad = reader.finish()) {
    require_fit(*bad);
    require_readable(http::problem(*bad, http::Request{}).body);
    return 0;
  }
  check_wish(order.wish);
  const json::object text = order_json(order);
  const json::value written(text);
  http::ObjectReader rereader(written);
  const http::OrderBody again = http::read_order_body(rereader);
  require(!rereader.finish(), "an order that was read can be written and read");
  require(order_json(again) == text, "an order survives writing and reading");
  return 0;
}

}  // namespace bccid::fuzz
