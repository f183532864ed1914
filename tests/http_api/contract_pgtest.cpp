#include "tests/http_api/contract.hpp"

#include "base/embedded.hpp"
#include "domain/names.hpp"
#include "flow/code_lists.hpp"
#include "http/api.hpp"
#include "http/json_body.hpp"
#include "http/problem.hpp"

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace bccid::test {
namespace {

namespace json = boost::json;

// YAML 1.2's core rules for plain scalars; everything quoted is a text.
json::value scalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() != "?") return json::value(text);
  if (text == "null" || text == "~" || text.empty()) return nullptr;
  if (text == "true") return true;
  if (text == "false") return false;
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec == std::errc{} && read.ptr == end) return number;
  return json::value(text);
}

json::value to_json(const YAML::Node& node) {
  if (node.IsMap()) {
    json::object object;
    for (const auto& field : node) object[field.first.Scalar()] = to_json(field.second);
    return object;
  }
  if (node.IsSequence()) {
    json::array array;
    for (const auto& element : node) array.push_back(to_json(element));
    return array;
  }
  return node.IsScalar() ? scalar(node) : json::value(nullptr);
}

std::vector<std::string> segments(std::string_view path) {
  std::vector<std::string> out;
  path = path.substr(0, path.find('?'));
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto end = std::min(path.find('/'), path.size());
    out.emplace_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return out;
}

bool matches(std::string_view path_template, std::string_view target) {
  const auto wanted = segments(path_template);
  const auto given = segments(target);
  return std::equal(wanted.begin(), wanted.end(), given.begin(), given.end(),
                    [](const auto& a, const auto& b) { return a == b || a.front() == '{'; });
}

std::string text_of(const json::value& value) { return std::string(value.as_string()); }

std::string body_kind(const json::object& operation) {
  const auto* body = operation.if_contains("requestBody");
  if (!body) return "none";
  const auto type = std::string_view(body->at("content").as_object().begin()->key());
  if (type == "application/json") return "json";
  return type == "application/x-www-form-urlencoded" ? "form" : "file";
}

std::string shown_in(const valijson::ValidationResults& results) {
  std::string out;
  valijson::ValidationResults copy = results;
  for (valijson::ValidationResults::Error error; copy.popError(error);) {
    for (const auto& part : error.context) out += part;
    out += ": " + error.description + "\n";
  }
  return out;
}

std::unique_ptr<valijson::Schema> compile(const json::value& document) {
  auto schema = std::make_unique<valijson::Schema>();
  valijson::SchemaParser parser;
  valijson::adapters::BoostJsonAdapter adapter(document);
  parser.populateSchema(adapter, *schema);
  return schema;
}

}  // namespace

Contract::~Contract() = default;

Contract::Contract() {
  document_ = to_json(YAML::Load(std::string(embedded_file("api/openapi.yaml")))).as_object();
  event_ = compile(json::parse(std::string(embedded_file("events/parcel.schema.json"))));
  for (const auto& path : document_.at("paths").as_object())
    for (const auto& method : path.value().as_object()) {
      Operation made;
      made.node = method.value().as_object();
      made.path = std::string(path.key());
      made.method = std::string(method.key());
      for (auto& c : made.method) c = static_cast<char>(c - 'a' + 'A');
      made.id = text_of(made.node.at("operationId"));
      for (const auto& role : made.node.at("x-roles").as_array()) made.roles.insert(text_of(role));
      made.body = body_kind(made.node);
      if (const auto* max = made.node.if_contains("x-body-bytes-max"))
        made.body_bytes_max = max->to_number<std::size_t>();
      if (const auto* parameters = made.node.if_contains("parameters"))
        for (const auto& one : parameters->as_array()) {
          const auto& parameter = resolve(one).as_object();
          if (parameter.at("in") == "query") made.query.insert(text_of(parameter.at("name")));
          if (parameter.at("name") != "Idempotency-Key") continue;
          made.key_known = true;
          made.key_required = parameter.at("required").as_bool();
        }
      operations_.push_back(std::move(made));
    }
}

const Contract& Contract::instance() {
  static const Contract contract;
  return contract;
}

const json::value& Contract::resolve(const json::value& node) const {
  const auto* reference = node.is_object() ? node.get_object().if_contains("$ref") : nullptr;
  if (!reference) return node;
  const json::value* at = nullptr;
  const json::object* in = &document_;
  for (const auto& part : segments(std::string_view(reference->as_string()).substr(1))) {
    at = &in->at(part);
    in = at->if_object();
  }
  return *at;
}

const Operation* Contract::find(std::string_view method, std::string_view target) const {
  const auto found = std::find_if(operations_.begin(), operations_.end(), [&](const Operation& one) {
    return one.method == method && matches(one.path, target);
  });
  return found == operations_.end() ? nullptr : &*found;
}

const Operation& Contract::by_id(std::string_view id) const {
  for (const auto& one : operations_)
    if (one.id == id) return one;
  throw std::out_of_range("the contract has no operation " + std::string(id));
}

std::string Contract::judge(const valijson::Schema& schema, const json::value& value) {
  valijson::Validator validator;
  valijson::ValidationResults results;
  valijson::adapters::BoostJsonAdapter adapter(value);
  if (validator.validate(schema, adapter, &results)) return {};
  return shown_in(results) + json::serialize(value).substr(0, 2000);
}

std::string Contract::check(const json::value& schema, const json::value& value) const {
  auto& slot = compiled_[json::serialize(schema)];
  if (!slot) {
    json::object document;
    document["allOf"] = json::array{schema};
    document["components"] = document_.at("components");
    slot = compile(document);
  }
  return judge(*slot, value);
}

std::string Contract::check_named(const std::string& component, const json::value& value) const {
  json::object reference;
  reference["$ref"] = "#/components/schemas/" + component;
  return check(reference, value);
}

std::string Contract::check_schema(const char* file, const json::value& value) {
  const auto schema = compile(json::parse(std::string(embedded_file(file))));
  return judge(*schema, value);
}

std::string Contract::check_event(const json::value& event) const { return judge(*event_, event); }

std::string Contract::check_answer(const Operation& operation, int status, std::string_view content_type,
                                   std::string_view body) const {
  const auto& responses = operation.node.at("responses").as_object();
  const auto* found = responses.if_contains(std::to_string(status));
  if (!found && status >= 400) found = responses.if_contains("default");
  const std::string where = operation.id + " " + std::to_string(status);
  if (!found) return where + " is not in the contract";
  const auto* content = resolve(*found).as_object().if_contains("content");
  if (!content) return body.empty() ? std::string{} : where + " has a body";
  const auto* media = content->as_object().if_contains(content_type);
  if (!media) return where + " has the content type \"" + std::string(content_type) + "\"";
  if (content_type.find("json") == std::string_view::npos) return {};
  const auto value = http::parse_json(body);
  if (!value) return where + " is not JSON: " + std::string(body);
  const std::string wrong = check(media->at("schema"), *value);
  return wrong.empty() ? wrong : where + ": " + wrong;
}

const json::value& Contract::request_schema(const Operation& operation) const {
  return operation.node.at("requestBody").at("content").as_object().begin()->value().at("schema");
}

std::vector<json::value> Contract::examples(const Operation& operation) const {
  std::vector<json::value> out;
  const auto* body = operation.node.if_contains("requestBody");
  if (!body) return out;
  const auto& media = body->at("content").as_object().begin()->value().as_object();
  if (const auto* one = media.if_contains("example")) out.push_back(*one);
  if (const auto* many = media.if_contains("examples"))
    for (const auto& one : many->as_object()) out.push_back(one.value().at("value"));
  return out;
}

namespace {

constexpr std::array<http::Role, 5> kRoles{http::Role::post_clerk, http::Role::agency_system,
                                           http::Role::finance, http::Role::auditor, http::Role::admin};

std::set<std::string> role_names(http::RoleSet roles) {
  if (roles.is_open()) return {"anyone"};
  if (roles == http::RoleSet::signed_in()) return {"signed_in"};
  std::set<std::string> names;
  for (const auto role : kRoles)
    if (roles.allows(role)) names.emplace(http::role_text(role));
  return names;
}

std::string name_of(http::BodyKind kind) {
  switch (kind) {
    case http::BodyKind::none: return "none";
    case http::BodyKind::json: return "json";
    case http::BodyKind::form: return "form";
    case http::BodyKind::file: return "file";
  }
  return "?";
}

std::set<std::string> words(std::string_view text) {
  std::istringstream in{std::string(text)};
  return {std::istream_iterator<std::string>(in), {}};
}

std::set<std::string> texts_of(const json::value& list) {
  std::set<std::string> out;
  for (const auto& one : list.as_array()) out.insert(text_of(one));
  return out;
}

const json::value& component(const char* name) {
  return Contract::instance().document().at("components").at("schemas").at(name);
}

TEST(ContractTest, TheRouteTableAndTheDocumentNameTheSameOperations) {
  const auto& contract = Contract::instance();
  const auto routes = http::api_routes();
  EXPECT_EQ(routes.size(), contract.operations().size());
  for (const auto& route : routes) {
    const std::string name = std::string(http::method_name(route.method)) + " " + std::string(route.path);
    const auto* operation = contract.find(http::method_name(route.method), route.path);
    ASSERT_NE(operation, nullptr) << name << " is not in the contract";
    EXPECT_EQ(operation->path, route.path);
    EXPECT_EQ(operation->roles, role_names(route.roles)) << name;
    EXPECT_EQ(operation->body, name_of(route.body)) << name;
    EXPECT_EQ(operation->body_bytes_max, route.body_bytes_max) << name;
    EXPECT_EQ(operation->query, words(route.query)) << name;
  }
}

TEST(ContractTest, OpenOperationsAndOnlyTheyNeedNoToken) {
  for (const auto& operation : Contract::instance().operations()) {
    const auto* security = operation.node.if_contains("security");
    EXPECT_EQ(operation.roles.contains("anyone"), security != nullptr && security->as_array().empty())
        << operation.id;
  }
}

TEST(ContractTest, EveryExampleKeepsItsSchema) {
  const auto& contract = Contract::instance();
  for (const auto& operation : contract.operations()) {
    const bool shown = operation.body == "json" || operation.body == "form";
    EXPECT_EQ(!contract.examples(operation).empty(), shown) << operation.id;
    for (const auto& example : contract.examples(operation))
      EXPECT_EQ(contract.check(contract.request_schema(operation), example), "") << operation.id;
  }
  const auto& problem = contract.document().at("components").at("responses").at("Problem").at("content");
  EXPECT_EQ(contract.check_named("Problem", problem.at("application/problem+json").at("example")), "");
}

TEST(ContractTest, SchemasAreClosedUnlessTheyAreSomebodyElses) {
  for (const auto& schema : Contract::instance().document().at("components").at("schemas").as_object()) {
    const auto* type = schema.value().as_object().if_contains("type");
    if (!type || *type != "object" || schema.key() == "Trigger" || schema.key() == "CarrierMessage") continue;
    const auto* closed = schema.value().as_object().if_contains("additionalProperties");
    EXPECT_TRUE(closed && closed->is_bool() && !closed->as_bool()) << schema.key();
  }
}

// -Wswitch keeps errc_name complete; the numbers below are the ranges that its codes live in.
TEST(ContractTest, TheTableOfErrorCodesIsTheProgramsOwn) {
  const auto& table = Contract::instance().document().at("x-error-codes").as_object();
  std::set<std::string> known;
  for (int number = 100; number < 1000; ++number) {
    const auto code = static_cast<Errc>(number);
    const std::string name(errc_name(code));
    if (name == "internal" && code != Errc::internal) continue;
    known.insert(name);
    ASSERT_TRUE(table.contains(name)) << name;
    EXPECT_EQ(table.at(name).as_int64(), http::http_status(code)) << name;
  }
  EXPECT_EQ(known.size(), table.size());
  EXPECT_EQ(known, texts_of(component("ErrorCode").at("enum")));
  const std::string prose = text_of(Contract::instance().document().at("info").at("description"));
  for (const auto& name : known) EXPECT_NE(prose.find("`" + name + "`"), std::string::npos) << name;
}

TEST(ContractTest, ListsOfNamesAreTheCodeLists) {
  std::set<std::string> states, codes;
  for (const auto name : EnumNames<ParcelState>::kNames) states.emplace(name);
  EXPECT_EQ(texts_of(component("ParcelState").at("enum")), states);
  for (const auto* code : code_lists().scan_codes.list("bccid", "1")) codes.insert(code->code);
  EXPECT_EQ(texts_of(component("ScanCode").at("enum")), codes);
  std::set<std::string> types;
  for (const auto& state : states) types.insert("vn.bccid.parcel." + state);
  const auto schema = json::parse(std::string(embedded_file("events/parcel.schema.json")));
  EXPECT_EQ(texts_of(schema.at("properties").at("type").at("enum")), types);
  EXPECT_EQ(texts_of(schema.at("$defs").at("state").at("enum")), states);
}

}  // namespace
}  // namespace bccid::test
