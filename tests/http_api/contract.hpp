#pragma once

#include "http/message.hpp"

#include <boost/json.hpp>

#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace valijson {
class Schema;
}

namespace bccid::test {

// One operation of schemas/api/openapi.yaml.
struct Operation {
  std::string method, path, id;
  std::set<std::string> roles;  // "anyone", "signed_in", or names of roles
  std::string body;             // none, json, form, file
  std::size_t body_bytes_max = 0;
  std::set<std::string> query;  // the names that its query may hold
  bool key_known = false;       // takes an Idempotency-Key
  bool key_required = false;
  boost::json::object node;
};

// The contract as the binary carries it, read once.
class Contract {
 public:
  static const Contract& instance();
  ~Contract();

  const boost::json::object& document() const { return document_; }
  const std::vector<Operation>& operations() const { return operations_; }
  // The operation that serves a path such as "/v1/orders/7?x=y"; null when none does.
  const Operation* find(std::string_view method, std::string_view target) const;
  const Operation& by_id(std::string_view id) const;

  // What contradicts the contract, or nothing. An answer without content has an empty content type.
  std::string check_answer(const Operation& operation, int status, std::string_view content_type,
                           std::string_view body) const;
  // `schema` as it stands in the document; `$ref`s into components are followed.
  std::string check(const boost::json::value& schema, const boost::json::value& value) const;
  std::string check_named(const std::string& component, const boost::json::value& value) const;
  // schemas/events/parcel.schema.json.
  std::string check_event(const boost::json::value& event) const;
  // Another file of schemas/, such as "events/test.schema.json".
  static std::string check_schema(const char* file, const boost::json::value& value);
  // The examples of a request body, with its schema.
  std::vector<boost::json::value> examples(const Operation& operation) const;
  const boost::json::value& request_schema(const Operation& operation) const;

 private:
  Contract();
  const boost::json::value& resolve(const boost::json::value& node) const;
  static std::string judge(const valijson::Schema& schema, const boost::json::value& value);

  boost::json::object document_;
  std::unique_ptr<valijson::Schema> event_;
  std::vector<Operation> operations_;
  mutable std::map<std::string, std::unique_ptr<valijson::Schema>> compiled_;
};

}  // namespace bccid::test
