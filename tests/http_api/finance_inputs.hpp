#pragma once

#include <boost/json.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace bccid::test {

namespace json = boost::json;

// One field of a good body made wrong.
struct Case {
  const char* pointer;
  std::optional<json::value> value;
  const char* named = nullptr;  // the pointer that the answer gives, when it is not the same
};

// What the smaller bodies can have wrong.
struct SmallCase {
  const char* operation;
  const char* who;
  const char* target;
  Case wrong;
};

// Of the bodies that close an account.
inline std::vector<SmallCase> period_cases() {
  std::vector<SmallCase> cases;
  const auto add = [&cases](const char* operation, const char* target, const std::vector<Case>& wrong) {
    for (const auto& one : wrong) cases.push_back({operation, "finance-1", target, one});
  };
  constexpr const char* kSignOff = "/v1/periods/0193a1b2-0000-7000-8000-000000000001/sign-off";
  constexpr const char* kReopen = "/v1/periods/0193a1b2-0000-7000-8000-000000000001/reopen";
  constexpr const char* kReopening = "/v1/periods/0193a1b2-0000-7000-8000-000000000001/reopen/decision";
  add("proposePeriod", "/v1/periods",
      {{"/account", std::nullopt},
       {"/account", json::value(std::string(35, '1'))},
       {"/to", std::nullopt},
       {"/to", json::value("22/11/2025")},
       {"/note", json::value("no")},
       {"/colour", json::value("red")}});
  const std::vector<Case> decision{
      {"/approve", std::nullopt}, {"/approve", json::value("yes")}, {"/reason", json::value("no")}};
  add("signOffPeriod", kSignOff, decision);
  add("decideReopening", kReopening, decision);
  add("reopenPeriod", kReopen,
      {{"/reason", std::nullopt}, {"/reason", json::value("no")}, {"/colour", json::value("red")}});
  return cases;
}

// Of finance's bodies.
inline std::vector<SmallCase> finance_cases() {
  std::vector<SmallCase> cases;
  const auto add = [&cases](const char* operation, const char* target, const std::vector<Case>& wrong) {
    for (const auto& one : wrong) cases.push_back({operation, "finance-1", target, one});
  };
  add("replaceReceipt", "/v1/receipts/1/replace",
      {{"/payer", std::nullopt},
       {"/payer", json::value("")},
       {"/payer", json::value(std::string(201, 'a'))},
       {"/reason", json::value("no")},
       {"/colour", json::value("red")}});
  add("commentBreak", "/v1/breaks/0193a1b2-0000-7000-8000-000000000001/comments",
      {{"/text", std::nullopt}, {"/text", json::value("")}, {"/colour", json::value("red")}});
  add("proposeBreakEnd", "/v1/breaks/0193a1b2-0000-7000-8000-000000000001/proposal",
      {{"/action", std::nullopt},
       {"/action", json::value("forget")},
       {"/note", json::value("no")},
       {"/office", json::value("8200a")}});
  add("decideBreakEnd", "/v1/breaks/0193a1b2-0000-7000-8000-000000000001/decision",
      {{"/approve", std::nullopt}, {"/approve", json::value("yes")}, {"/reason", json::value("no")}});
  add("makeMatch", "/v1/matches",
      {{"/lines", std::nullopt},
       {"/lines", json::value(json::array{})},
       {"/lines/0", json::value("17")},
       {"/lines/0", json::value(0)},
       {"/lines", json::value(json::array{17, 17})},
       {"/lines", json::value(json::array(101, 17))},
       {"/remittances", std::nullopt},
       {"/remittances", json::value(json::array{})},
       {"/remittances", json::value(json::array{"a", "a"})},
       {"/remittances/0", json::value(std::string(26, 'a'))},
       {"/amount_vnd", json::value(0)},
       {"/amount_vnd", json::value("350000")},
       {"/note", json::value("no")},
       {"/colour", json::value("red")}});
  add("splitStatementLine", "/v1/statement-lines/1/split",
      {{"/parts", std::nullopt},
       {"/parts", json::value(json::array{})},
       {"/parts", json::value(json::array(101, json::object{{"amount_vnd", 1}}))},
       {"/parts/0/amount_vnd", std::nullopt},
       {"/parts/0/amount_vnd", json::value(0)},
       {"/parts/1/amount_vnd", json::value(-5)},
       {"/parts/1/amount_vnd", json::value(1.5)},
       {"/parts/0/note", json::value(std::string(201, 'a'))},
       {"/parts/0/colour", json::value("red")},
       {"/version", json::value(-1)},
       {"/note", json::value("no")},
       {"/colour", json::value("red")}});
  add("joinStatementLine", "/v1/statement-lines/1/join",
      {{"/reason", std::nullopt},
       {"/reason", json::value("no")},
       {"/version", json::value("1")},
       {"/colour", json::value("red")}});
  add("undoMatch", "/v1/matches/0193a1b2-0000-7000-8000-000000000001/undo",
      {{"/reason", std::nullopt}, {"/reason", json::value("no")}, {"/colour", json::value("red")}});
  for (auto& one : period_cases()) cases.push_back(std::move(one));
  return cases;
}

}  // namespace bccid::test
