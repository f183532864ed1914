#include "http/dto/scan_dto.hpp"

#include "base/text.hpp"
#include "domain/dossier/dossier_code.hpp"
#include "domain/order/order.hpp"
#include "domain/parcel/item_code.hpp"
#include "flow/code_lists.hpp"
#include "http/dto/office_dto.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace bccid::http {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 2> kRecipients{"self", "authorised"};
constexpr std::array<std::string_view, 3> kEvidenceKinds{"signature", "photo", "code"};
constexpr std::array<std::string_view, 1> kPayments{"transfer"};
constexpr std::size_t kPapersMax = 100;

std::string read_item(ObjectReader& reader) {
  const std::string text = reader.text("item", {.max = 60});
  if (text.empty()) return text;
  auto item = parse_item_ref(text);
  if (item) return std::move(*item);
  reader.fail("item", item.error());
  return {};
}

std::string read_code(ObjectReader& reader) {
  std::string code = reader.text("code", {.max = 40});
  if (!code.empty() && code_lists().scan_codes.find_own(code) == nullptr)
    reader.fail("code", "\"" + code + "\" is not a code of this interface",
                "Use a code of the contract's list.");
  return code;
}

void read_cash(ObjectReader& reader, Scan& scan) {
  auto cash = reader.optional_object("cash");
  if (!cash) return;
  scan.fee = cash->optional_money("fee_vnd", limits::kChargeDongMax, true).value_or(Money());
  scan.charge = cash->optional_money("charge_vnd", limits::kChargeDongMax, true).value_or(Money());
  scan.postage = cash->optional_money("postage_vnd", limits::kChargeDongMax, true).value_or(Money());
  reader.absorb(*cash);
}

// The code that the slip and the telephone show was paid, or will be: there is no cash to count.
void read_payment(ObjectReader& reader, Scan& scan) {
  if (!reader.optional_one_of("payment", kPayments)) return;
  scan.by_transfer = true;
  if (!scan.fee.zero() || !scan.charge.zero() || !scan.postage.zero())
    reader.fail("payment", "cash was taken with the same event",
                "Send the cash with an event of its own, cod_collected, or leave `payment` out.");
  else if (scan.code == "retracted")
    reader.fail("payment", "a retraction pays nothing", "Leave `payment` out.");
}

void read_papers(ObjectReader& reader, Scan& scan) {
  const auto items = reader.optional_list("papers", {.min = 0, .max = kPapersMax});
  for (std::size_t i = 0; i < items.size(); ++i) {
    ObjectReader paper(items[i], reader.pointer("papers", i));
    Paper counted;
    counted.title = paper.text("title", {.max = 300});
    counted.copies = static_cast<int>(paper.integer("copies", {.min = 0, .max = 999}));
    scan.papers.push_back(std::move(counted));
    reader.absorb(paper);
  }
}

// QĐ 45/2016: the recipient is checked, or somebody he authorised. Only the last characters of the id are
// taken: enough to compare later, too little to steal.
bool read_recipient(ObjectReader& reader) {
  auto recipient = reader.optional_object("recipient");
  if (!recipient) return false;
  (void)recipient->one_of("kind", kRecipients);
  const bool checked = recipient->boolean("id_checked");
  (void)recipient->optional_text("name", {.max = 200});
  (void)recipient->optional_text("id_last4", {.min = 3, .max = 4});
  reader.absorb(*recipient);
  return checked;
}

bool read_evidence(ObjectReader& reader) {
  const auto items = reader.optional_list("evidence", {.min = 0, .max = 10});
  for (std::size_t i = 0; i < items.size(); ++i) {
    ObjectReader one(items[i], reader.pointer("evidence", i));
    (void)one.one_of("kind", kEvidenceKinds);
    const std::string hash = one.text("sha256", {.min = 64, .max = 64});
    if (hash.find_first_not_of("0123456789abcdef") != std::string::npos)
      one.fail("sha256", "\"" + hash + "\" is not a SHA-256 in lower-case hex",
               "Send the hash of the stored file.");
    reader.absorb(one);
  }
  return !items.empty();
}

// What has no column of its own is kept as it was sent, in NFC like every other text.
std::string detail_of(const json::value& item) {
  json::object kept;
  for (const char* field : {"papers", "recipient", "evidence"})
    if (const auto* value = item.as_object().if_contains(field)) kept[field] = *value;
  return kept.empty() ? std::string{} : to_nfc(json::serialize(kept));
}

void check_time(ObjectReader& reader, Time occurred_at, Time now) {
  if (occurred_at > now + limits::kScanFutureSkewMax)
    reader.fail("occurred_at", "the scan is from the future: " + to_rfc3339(occurred_at),
                "Set the device's clock; the server's time is " + to_rfc3339(now) + ".");
  else if (occurred_at < now - limits::kScanAgeMax)
    reader.fail("occurred_at",
                "the scan is older than " + std::to_string(limits::kScanAgeMax.count() / 24) + " days",
                "Check the device's clock; older events are entered by an administrator.");
}

// The cash of a scan is counted by the collector's own office and belongs to its day.
void check_till(ObjectReader& reader, const Scan& scan, const Principal& who) {
  const bool takes_cash = !scan.fee.zero() || !scan.charge.zero() || !scan.postage.zero();
  if (!takes_cash || (!who.office.empty() && scan.office == who.office)) return;
  reader.fail("office", "is not an office that counts your cash",
              who.office.empty() ? "You belong to no office: ask an administrator before you take cash."
                                 : "Leave it out, or send your own: " + who.office + ".");
}

void read_scan(ObjectReader& reader, const json::value& item, const Principal& who, Time now, ScanItem& out) {
  Scan scan;
  scan.key = reader.uuid("event_id");
  scan.source = "bccid";
  scan.code = read_code(reader);
  scan.item = read_item(reader);
  scan.occurred_at = reader.time("occurred_at");
  scan.device = reader.text("device", {.max = 60});
  scan.device_seq = reader.optional_integer("device_seq", {.min = 0});
  scan.office = optional_office(reader).value_or(who.office);
  scan.actor = who.id;
  scan.reason = reader.optional_text("reason", {.max = 60}).value_or("");
  scan.seal_no = reader.optional_text("seal_no", {.max = 40}).value_or("");
  scan.retracts = reader.optional_uuid("retracts");
  read_cash(reader, scan);
  read_payment(reader, scan);
  check_till(reader, scan, who);
  read_papers(reader, scan);
  const bool checked = read_recipient(reader);
  scan.evidence = read_evidence(reader) || checked;
  if (reader.ok()) check_time(reader, scan.occurred_at, now);
  if (reader.ok() && (scan.code == "retracted") != scan.retracts.has_value())
    reader.fail("retracts", "a retraction names the event that did not happen, and only a retraction does",
                "Send code \"retracted\" together with `retracts`.");
  out.refused = reader.finish();
  if (out.refused) return;
  scan.detail = detail_of(item);
  out.scan = std::move(scan);
}

std::string event_id_of(const json::value& item) {
  const auto* object = item.if_object();
  const auto* id = object ? object->if_contains("event_id") : nullptr;
  return id && id->is_string() ? shown(std::string_view(id->get_string()), 60) : std::string{};
}

void append_text(std::string& out, std::string_view text) {
  out += json::serialize(json::string_view(text.data(), text.size()));
}

void append_refusal(std::string& out, std::string_view reason, const InputFailure& refused) {
  out += ",\"outcome\":\"rejected\",\"reason\":";
  append_text(out, reason);
  out += ",\"errors\":[";
  for (std::size_t i = 0; i < refused.errors.size(); ++i) {
    if (i > 0) out += ',';
    out += "{\"pointer\":";
    append_text(out, refused.errors[i].pointer);
    out += ",\"code\":";
    append_text(out, errc_name(refused.errors[i].code));
    out += ",\"detail\":";
    append_text(out, refused.errors[i].detail);
    if (!refused.errors[i].hint.empty()) {
      out += ",\"hint\":";
      append_text(out, refused.errors[i].hint);
    }
    out += '}';
  }
  out += ']';
}

// The one thing that only the store can know, named like what the reader refuses.
InputFailure refusal_of(std::size_t index) {
  std::vector<FieldError> errors;
  errors.emplace_back(Errc::duplicate, "/items/" + std::to_string(index) + "/event_id",
                      "this id was sent before with other content",
                      "Give every event its own id; repeat an event unchanged.");
  return InputFailure(std::move(errors));
}

void append_answer(std::string& out, const ScanAnswer& answer, std::size_t index) {
  if (answer.outcome == ScanOutcome::rejected) return append_refusal(out, answer.reason, refusal_of(index));
  out += ",\"outcome\":\"";
  out += to_text(answer.outcome);
  out += '"';
  if (!answer.reason.empty()) {
    out += ",\"reason\":";
    append_text(out, answer.reason);
  }
  if (!answer.parcel_state.empty()) {
    out += ",\"parcel_state\":\"";
    out += answer.parcel_state;
    out += '"';
  }
}

}  // namespace

Result<std::string> parse_item_ref(std::string_view text) {
  auto item = parse_item_code(text);
  if (item) return std::move(item->text);
  std::string number(trim(text));
  std::string upper = to_upper_ascii(number);
  // A dossier's code is upper case whatever a keyboard sends; a slip's number may really be lower case.
  const auto in_upper = parse_external_number(upper);
  if (in_upper && (is_dossier_code(in_upper->base) || !parse_external_number(number))) return upper;
  if (in_upper) return number;
  return item.error();
}

std::optional<InputFailure> read_scan_batch(const json::value& body, const Principal& who, Time now,
                                            std::vector<ScanItem>& items) {
  ObjectReader reader(body);
  const auto list = reader.list("items", {.min = 1, .max = limits::kScanBatchItemsMax});
  if (auto bad = reader.finish()) return bad;
  items.resize(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    ObjectReader item(list[i], "/items/" + std::to_string(i));
    items[i].event_id = event_id_of(list[i]);
    read_scan(item, list[i], who, now, items[i]);
  }
  return std::nullopt;
}

std::string scan_answers_json(const std::vector<ScanItem>& items, const std::vector<ScanAnswer>& answers) {
  std::string out = "{\"items\":[";
  std::array<std::size_t, 4> counts{};
  std::size_t next = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += ',';
    out += "{\"index\":" + std::to_string(i) + ",\"event_id\":";
    append_text(out, items[i].event_id);
    if (items[i].refused) {
      append_refusal(out, "invalid_input", *items[i].refused);
      ++counts[static_cast<std::size_t>(ScanOutcome::rejected)];
    } else {
      const ScanAnswer& answer = answers[next++];
      append_answer(out, answer, i);
      ++counts[static_cast<std::size_t>(answer.outcome)];
    }
    out += '}';
  }
  out += "],\"accepted\":" + std::to_string(counts[0]) + ",\"duplicate\":" + std::to_string(counts[1]) +
         ",\"held_unknown_parcel\":" + std::to_string(counts[2]) +
         ",\"rejected\":" + std::to_string(counts[3]) + "}";
  return out;
}

}  // namespace bccid::http
