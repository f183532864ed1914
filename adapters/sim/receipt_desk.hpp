#pragma once

#include "adapters/sim/plan.hpp"
#include "adapters/xml_leaves.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bccid::sim {

// A provider of electronic receipts as VNPT's three services speak. It has no idempotency: the same key asked
// for twice is two documents, and the books show it.
class ReceiptDesk {
 public:
  explicit ReceiptDesk(Plan& plan) : plan_(plan) {}

  // `issuer` and the path below "/receipts/<issuer>".
  Answer handle(std::string_view issuer, std::string_view path, const Call& call);

  // The documents by issuer and key, from position `after` on.
  boost::json::object documents(std::size_t after, std::size_t limit) const;
  boost::json::object figures() const;

 private:
  struct Paper {
    std::string pattern, serial, payer;
    std::vector<std::string> numbers;  // one for each time it was issued
    std::int64_t amount = 0;
    std::size_t products = 0;
    int status = 1;  // 1 issued, 3 replaced, 5 cancelled
    std::string replaced_by;
  };
  using Key = std::pair<std::string, std::string>;

  std::string issue(std::string_view issuer, const std::vector<XmlLeaf>& call, std::string_view operation);
  std::string cancel(std::string_view issuer, std::string_view key);
  std::string list(std::string_view issuer, std::string_view key) const;
  Paper* find(std::string_view issuer, std::string_view key);

  Plan& plan_;
  std::map<Key, Paper> papers_;
  std::uint64_t next_number_ = 1;
  std::uint64_t requests_ = 0, issued_ = 0, refused_ = 0;
};

}  // namespace bccid::sim
