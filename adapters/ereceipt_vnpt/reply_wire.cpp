#include "adapters/ereceipt_vnpt/wire.hpp"
#include "adapters/json_reply.hpp"
#include "adapters/xml_leaves.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"

#include <charconv>

namespace bccid::vnpt {
namespace {

constexpr std::size_t kWordsCharsMax = 300;
constexpr std::size_t kNumberCharsMax = 40;

SendReport report_as(SendOutcome outcome, std::string reason, int http_status) {
  SendReport report;
  report.outcome = outcome;
  report.reason = std::move(reason);
  report.http_status = http_status;
  return report;
}

// The text within the answer's envelope. A fault, HTML and everything else give nothing.
std::optional<std::string> result_text(int http_status, std::string_view body, std::string_view operation) {
  if (http_status != 200) return std::nullopt;
  const auto leaves = xml_leaves(body, limits::kReplyBytesMax);
  if (!leaves) return std::nullopt;
  const std::string name(operation);
  return leaf_text(*leaves, "Envelope/Body/" + name + "Response/" + name + "Result");
}

SendReport without_result(int http_status) {
  if (http_status == 401 || http_status == 429)
    return report_as(SendOutcome::not_sent,
                     http_status == 401 ? "the gateway refused us" : "the gateway refused the rate",
                     http_status);
  return report_as(SendOutcome::unknown,
                   http_status == 200 ? "the answer is not the envelope that was expected"
                                      : "HTTP status " + std::to_string(http_status),
                   http_status);
}

// The number of "ERR:13"; nothing for a text that has none there.
std::optional<int> error_code(std::string_view text) {
  if (!text.starts_with("ERR:")) return std::nullopt;
  text = trim(text.substr(4));
  int code = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), code);
  return error == std::errc{} && end != text.data() ? std::optional(code) : std::nullopt;
}

// What the codes mean, from the provider's own lists.
std::string code_words(int code) {
  switch (code) {
    case 1: return "the account or its password is wrong, or has no right";
    case 2: return "the document that was named does not exist";
    case 3: return "the data of the receipt is not as the provider wants it";
    case 4: return "the unit has no registered pattern";
    case 5: return "the provider failed inside";
    case 6: return "the series has no number left";
    case 7: return "the user belongs to no unit";
    case 8: return "the document is replaced or cancelled already";
    case 9: return "the document's state does not allow it";
    case 13: return "the key is in use already";
    case 20: return "pattern and serial do not fit, or are not registered";
    case 21: return "the number or the key is in use already";
    case 29: return "the provider's signing certificate has expired";
    case 30: return "a receipt of a later day was issued already";
    default: return "the provider said no";
  }
}

std::string refusal_words(const std::string& text) {
  if (text.empty()) return "the provider said nothing";
  const auto code = error_code(text);
  return presentable(text, kWordsCharsMax) + (code ? " (" + code_words(*code) + ")" : "");
}

bool plain_number(std::string_view text) {
  return !text.empty() && text.size() <= kNumberCharsMax &&
         text.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz/.-") ==
             std::string_view::npos;
}

std::string url_of(std::string_view key, const ReceiptProviderBlock& block) {
  return block.lookup_url.empty() ? "" : block.lookup_url + std::string(key);
}

// "01BLP0-001;AA/26E-phi-H20.01-P26-0000012_0000345": keys hold hyphens, so ours is looked for. A replacement
// is also answered as "01BLP0-001;AA/26E;0000345".
std::optional<IssuedDocument> document_in(std::string_view text, std::string_view operation,
                                          std::string_view key) {
  const auto semicolon = text.find(';');
  if (semicolon == std::string_view::npos) return std::nullopt;
  const auto rest = text.substr(semicolon + 1);
  const std::string mark = "-" + std::string(key) + "_";
  std::string_view serial, number;
  if (const auto at = rest.find(mark); at != std::string_view::npos) {
    serial = rest.substr(0, at);
    number = rest.substr(at + mark.size());
    number = number.substr(0, number.find_first_of(",_"));
  } else if (const auto second = rest.find(';'); operation == kReplace && second != std::string_view::npos) {
    serial = rest.substr(0, second);
    number = rest.substr(second + 1);
  }
  if (!plain_number(trim(number)) || trim(serial).empty()) return std::nullopt;
  IssuedDocument document;
  document.pattern = presentable(trim(text.substr(0, semicolon)), kNumberCharsMax);
  document.symbol = presentable(trim(serial), kNumberCharsMax);
  document.number = std::string(trim(number));
  return document;
}

struct ListedDocument {
  std::string key, pattern, serial, number, status, amount;
};

std::vector<ListedDocument> listed_in(const std::vector<XmlLeaf>& leaves) {
  std::vector<ListedDocument> items;
  ListedDocument item;
  const std::pair<std::string_view, std::string*> members[] = {
      {"Data/Item/fkey", &item.key},      {"Data/Item/pattern", &item.pattern},
      {"Data/Item/serial", &item.serial}, {"Data/Item/invNum", &item.number},
      {"Data/Item/status", &item.status}, {"Data/Item/amount", &item.amount}};
  for (const auto& leaf : leaves) {
    for (const auto& [path, into] : members)
      if (leaf.path == path) *into = leaf.text;
    if (leaf.path != "Data/Item") continue;
    items.push_back(item);
    item = ListedDocument{};
  }
  return items;
}

Failure unclear(const std::string& why) {
  return {Errc::unavailable, "the provider's list of a key: " + why,
          "Look the key up on the provider's own pages."};
}

// "38000", "38000.0", "38000,00".
bool same_amount(std::string_view text, Money amount) {
  const auto whole = text.substr(0, text.find_first_of(".,"));
  const auto rest = text.substr(whole.size());
  return whole == std::to_string(amount.dong()) &&
         (rest.empty() || rest.substr(1).find_first_not_of('0') == std::string_view::npos);
}

Result<AskedDocument> asked_from(const ListedDocument& item, Money amount,
                                 const ReceiptProviderBlock& block) {
  if (!same_amount(item.amount, amount))
    return unclear("the document of " + item.key + " says \"" + shown(item.amount) + "\" and not " +
                   std::to_string(amount.dong()));
  const bool gone = item.status == "3" || item.status == "5";
  const bool stands = item.status == "1" || item.status == "2" || item.status == "4";
  if (!gone && !stands)
    return unclear("the document of " + item.key + " is in state \"" + shown(item.status) + '"');
  if (!plain_number(item.number)) return unclear("the document of " + item.key + " has no readable number");
  AskedDocument asked;
  asked.state = gone ? AskedDocument::State::cancelled : AskedDocument::State::stands;
  asked.document = {presentable(item.pattern, kNumberCharsMax), presentable(item.serial, kNumberCharsMax),
                    item.number, url_of(item.key, block)};
  return asked;
}

}  // namespace

IssueReport read_issue_reply(int http_status, std::string_view body, std::string_view operation,
                             std::string_view key, const ReceiptProviderBlock& block) {
  IssueReport out;
  const auto text = result_text(http_status, body, operation);
  if (!text) {
    out.report = without_result(http_status);
    return out;
  }
  if (text->starts_with("OK:")) {
    const auto document = document_in(trim(std::string_view(*text).substr(3)), operation, key);
    if (!document) {
      out.report =
          report_as(SendOutcome::unknown,
                    "the answer names another receipt or no number: " + presentable(*text, kWordsCharsMax),
                    http_status);
      return out;
    }
    out.document = *document;
    out.document.url = url_of(key, block);
    out.report = report_as(SendOutcome::accepted, presentable(*text, kWordsCharsMax), http_status);
    return out;
  }
  const auto code = error_code(*text);
  const bool perhaps = !code || *code == 5 || *code == 8 || *code == 13 || *code == 21;
  out.report =
      report_as(perhaps ? SendOutcome::unknown : SendOutcome::rejected, refusal_words(*text), http_status);
  return out;
}

SendReport read_cancel_reply(int http_status, std::string_view body) {
  const auto text = result_text(http_status, body, kCancel);
  if (!text) return without_result(http_status);
  if (text->starts_with("OK:"))
    return report_as(SendOutcome::accepted, presentable(*text, kWordsCharsMax), http_status);
  const auto code = error_code(*text);
  const bool perhaps = !code || *code == 5 || *code == 8;
  return report_as(perhaps ? SendOutcome::unknown : SendOutcome::rejected, refusal_words(*text), http_status);
}

Result<AskedDocument> read_ask_reply(int http_status, std::string_view body, std::string_view key,
                                     Money amount, const ReceiptProviderBlock& block) {
  const auto text = result_text(http_status, body, kAsk);
  if (!text) return unclear(without_result(http_status).reason);
  const auto leaves = xml_leaves(*text, limits::kReplyBytesMax);
  if (!leaves || leaves->back().path != "Data") return unclear(refusal_words(*text));
  const ListedDocument* found = nullptr;
  const auto items = listed_in(*leaves);
  for (const auto& item : items) {
    if (item.key != key) continue;
    if (found != nullptr) return unclear(std::string(key) + " has several documents");
    found = &item;
  }
  if (found == nullptr && !items.empty()) return unclear("it is about other keys");
  if (found == nullptr) return AskedDocument{};
  return asked_from(*found, amount, block);
}

}  // namespace bccid::vnpt
