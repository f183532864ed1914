#include "tests/http_api/api_test.hpp"

#include <algorithm>
#include <cctype>
#include <set>

namespace bccid::test {
namespace {

namespace json = boost::json;

class ApiRoutes : public ApiTest {
 protected:
  // A call that reaches the handler, whatever it then says.
  static ApiCall call_of(const Operation& operation) {
    ApiCall call;
    call.method = operation.method;
    call.target = operation.path;
    for (auto open = call.target.find('{'); open != std::string::npos; open = call.target.find('{'))
      call.target.replace(open, call.target.find('}') - open + 1, "1");
    if (operation.body == "json") call.body = "{}";
    if (operation.body == "form") {
      call.body = "grant_type=x";
      call.content_type = "application/x-www-form-urlencoded";
    }
    if (operation.body == "file") {
      call.body = "x";
      call.content_type = "text/csv";
    }
    return call;
  }
  static std::string role_of(const std::string& who) { return who.substr(0, who.find('-')); }
  static bool allowed(const Operation& operation, const std::string& role) {
    return operation.roles.contains("anyone") || operation.roles.contains("signed_in") ||
           operation.roles.contains(role);
  }
  // All pages of a list, joined; each page but the last is full.
  std::vector<json::value> all_pages(const std::string& who, const std::string& path, std::size_t limit) {
    std::vector<json::value> items;
    std::string next;
    do {
      const auto page = get(who, path + (path.find('?') == std::string::npos ? "?" : "&") + "limit=" +
                                     std::to_string(limit) + (next.empty() ? "" : "&after=" + next))
                            .json();
      const auto& list = page.at("items").as_array();
      items.insert(items.end(), list.begin(), list.end());
      EXPECT_TRUE(page.at("next").is_null() || list.size() == limit);
      next = page.at("next").is_null() ? "" : std::string(page.at("next").as_string());
    } while (!next.empty());
    return items;
  }
};

TEST_F(ApiRoutes, EveryRoleMayDoExactlyWhatTheTableSays) {
  for (const auto& operation : Contract::instance().operations()) {
    for (const auto* who : kEverybody) {
      ApiCall call = call_of(operation);
      call.token = "spare-" + operation.id + who;  // signing out ends it
      add_token(session, who, call.token, now + std::chrono::hours(1));
      const auto reply = ask(call);
      if (operation.roles.contains("anyone")) continue;
      if (allowed(operation, role_of(who)))
        EXPECT_TRUE(reply.status != 401 && reply.status != 403)
            << operation.id << " " << who << " " << reply.body;
      else
        EXPECT_EQ(reply.status, 403) << operation.id << " " << who;
    }
  }
}

TEST_F(ApiRoutes, NobodyWithoutATokenGetsAnywhere) {
  for (const auto& operation : Contract::instance().operations()) {
    if (operation.roles.contains("anyone")) continue;
    ApiCall call = call_of(operation);
    EXPECT_EQ(ask(call).status, 401) << operation.id;
    call.token = "never-issued";
    EXPECT_EQ(ask(call).status, 401) << operation.id;
    call.token = std::string(201, 'a');
    EXPECT_EQ(ask(call).status, 401) << operation.id;
  }
}

TEST_F(ApiRoutes, OtherMethodsAre405WithAllow) {
  for (const auto& operation : Contract::instance().operations()) {
    std::set<std::string> served;
    for (const auto& other : Contract::instance().operations())
      if (other.path == operation.path) served.insert(other.method);
    for (const auto* method : {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
      if (served.contains(method)) continue;
      ApiCall call = call_of(operation);
      call.method = method;
      const auto reply = ask(call);
      EXPECT_EQ(reply.status, 405) << method << " " << operation.path;
      const std::string allow = reply.header("Allow");
      for (const auto& one : served) EXPECT_NE(allow.find(one), std::string::npos) << allow;
      EXPECT_EQ(static_cast<std::size_t>(std::count(allow.begin(), allow.end(), ',')) + 1, served.size())
          << allow;
    }
  }
  EXPECT_EQ(get("clerk-1", "/v1/nowhere").status, 404);
  EXPECT_EQ(get("clerk-1", "/v1/orders").status, 405);
}

TEST_F(ApiRoutes, AnotherKindOfBodyIs415) {
  for (const auto& operation : Contract::instance().operations()) {
    if (operation.body != "json" && operation.body != "form") continue;
    ApiCall call = call_of(operation);
    call.token = token_of("clerk-1");
    call.content_type = "text/plain";
    EXPECT_EQ(ask(call).status, 415) << operation.id;
  }
}

TEST_F(ApiRoutes, ThingsOfAnotherAgencyDoNotExist) {
  const auto order = placed_by_a(1);
  const std::string id(order.at("id").as_string());
  const std::string number(order.at("number").as_string());
  for (const auto& target :
       {"/v1/orders/" + id, "/v1/parcels/" + number, "/v1/dossiers/" + dossier_code(1)}) {
    EXPECT_EQ(get("agency-a", target).status, 200) << target;
    EXPECT_EQ(get("agency-b", target).status, 404) << target;
    for (const auto* who : {"clerk-1", "finance-1", "auditor-1", "admin-1"})
      EXPECT_EQ(get(who, target).status, 200);
  }
  const json::object reason{{"reason", "not wanted"}};
  EXPECT_EQ(post("agency-b", "/v1/orders/" + id + "/cancel", reason).status, 404);
  auto theirs = example("placeOrder");
  EXPECT_EQ(post("agency-b", "/v1/orders", theirs).status, 403);  // the body names agency A
  EXPECT_EQ(get("agency-a", "/v1/orders/not-an-id").status, 404);

  post("clerk-1", "/v1/scans", batch({scan_json(number, "delivered", 0)}));  // impossible: a person is asked
  EXPECT_EQ(get("agency-a", "/v1/attention").json().at("items").as_array().size(), 1U);
  EXPECT_EQ(get("agency-b", "/v1/attention").json().at("items").as_array().size(), 0U);
  EXPECT_FALSE(get("agency-a", "/v1/ledger/balances").json().at("accounts").as_array().empty());
  EXPECT_TRUE(get("agency-b", "/v1/ledger/balances").json().at("accounts").as_array().empty());
}

TEST_F(ApiRoutes, ALabelIsReadAsItIsScanned) {
  const std::string number(placed_by_a(1).at("number").as_string());
  std::string lower = number;
  for (auto& c : lower) c = static_cast<char>(std::tolower(c));
  EXPECT_EQ(get("clerk-1", "/v1/parcels/" + lower).text("order_number"), number);
  const auto item = item_code(7);
  session.sql("UPDATE parcel SET item_code = '" + item + "'");
  std::string spaced = item;
  spaced.insert(2, "%20");
  EXPECT_EQ(get("clerk-1", "/v1/parcels/" + spaced).text("item_code"), item);
}

TEST_F(ApiRoutes, AttentionPagesEachItemOnceTheMostUrgentFirst) {
  session.sql(
      "INSERT INTO attention (kind, subject, agency_code, detail, action, owner, due_at) SELECT 'test', "
      "'parcel:' || i, "
      "CASE WHEN i % 2 = 0 THEN 'H20.01' ELSE '' END, 'd', 'a', CASE WHEN i % 3 = 0 THEN 'admin' ELSE "
      "'clerk' END, "
      "timestamptz '2025-11-22 00:00:00.123456+00' - make_interval(hours => i / 4) FROM generate_series(1, "
      "23) AS i");
  const auto items = all_pages("clerk-1", "/v1/attention", 5);
  ASSERT_EQ(items.size(), 23U);
  std::set<std::int64_t> seen;
  for (std::size_t i = 0; i < items.size(); ++i) {
    seen.insert(items[i].at("id").as_int64());
    const auto& before = items[i == 0 ? 0 : i - 1];
    EXPECT_LE(before.at("due_at").as_string(), items[i].at("due_at").as_string());
  }
  EXPECT_EQ(seen.size(), 23U);
  EXPECT_EQ(all_pages("agency-a", "/v1/attention", 4).size(), 11U);
  EXPECT_EQ(all_pages("clerk-1", "/v1/attention?owner=admin", 3).size(), 7U);
  for (const auto* bad :
       {"limit=0", "limit=201", "limit=x", "limit=1&limit=2", "after=x", "after=1.2.3",
        "after=", "after=99999999999999999999.1", "after=9223372036854775807.1", "state=open", "colour=red"})
    EXPECT_EQ(get("clerk-1", std::string("/v1/attention?") + bad).status, 400) << bad;
}

TEST_F(ApiRoutes, BreaksPageByTheMoneyAtRisk) {
  session.sql(
      "INSERT INTO recon_break (public_id, type, subject, amount, since, owner, action, agency_code) "
      "SELECT gen_random_uuid(), 'over', 'cash:' || i, CASE WHEN i % 2 = 0 THEN 1000 ELSE -1000 END * (i / 5 "
      "+ 1), "
      "timestamptz '2025-11-20 00:00+00' + make_interval(hours => i % 3), 'post_finance', 'a', "
      "CASE WHEN i % 2 = 0 THEN 'H20.01' ELSE 'H20.02' END FROM generate_series(1, 17) AS i");
  const auto items = all_pages("finance-1", "/v1/breaks", 4);
  ASSERT_EQ(items.size(), 17U);
  std::set<std::string> seen;
  std::int64_t risk = 1'000'000;
  for (const auto& item : items) {
    const auto amount = std::abs(item.at("amount_vnd").as_int64());
    EXPECT_LE(amount, risk);
    risk = amount;
    seen.emplace(item.at("id").as_string());
  }
  EXPECT_EQ(seen.size(), 17U);
  EXPECT_EQ(all_pages("agency-a", "/v1/breaks", 3).size(), 8U);
  session.sql_past_guards(
      "UPDATE recon_break SET resolved_at = now(), resolution = 'done', resolved_by = 'test' WHERE amount > "
      "0");
  EXPECT_EQ(all_pages("finance-1", "/v1/breaks", 4).size(), 9U);
  EXPECT_EQ(all_pages("finance-1", "/v1/breaks?state=all", 4).size(), 17U);
  EXPECT_EQ(all_pages("finance-1", "/v1/breaks?agency=H20.01&owner=post_finance&type=cash_over", 9).size(),
            0U);
  for (const auto* bad : {"state=closed", "after=1", "after=1.2.x", "owner=clerk", "limit=-1", "type=x",
                          "type=", "agency=", "colour=red"})
    EXPECT_EQ(get("finance-1", std::string("/v1/breaks?") + bad).status, 400) << bad;
}

TEST_F(ApiRoutes, DeadLettersAreListedAndReplayed) {
  session.sql(
      "INSERT INTO outbox (target, kind, subject, payload, state, finished_at, reason) "
      "SELECT 'webhook:x', 'event', 'parcel:' || i, '{}', 'dead', now(), 'gone' FROM generate_series(1, 7) "
      "AS i");
  session.sql(
      "INSERT INTO attention (kind, subject, detail, action, owner, due_at) "
      "SELECT 'dead_letter', 'outbox:' || id, 'd', 'a', 'admin', now() FROM outbox");
  const auto items = all_pages("auditor-1", "/v1/outbox/dead", 3);
  ASSERT_EQ(items.size(), 7U);
  const std::string target = "/v1/outbox/" + std::to_string(items[0].at("id").as_int64()) + "/replay";
  ApiCall call;
  call.method = "POST";
  call.target = target;
  call.token = token_of("admin-1");
  EXPECT_EQ(ask(call).status, 202);
  EXPECT_EQ(ask(call).status, 409);
  EXPECT_EQ(count("outbox WHERE state = 'dead'"), 6);
  for (const auto* bad : {"x", "-1", "99999999999999999999", "1%20"}) {
    call.target = std::string("/v1/outbox/") + bad + "/replay";
    EXPECT_EQ(ask(call).status, 404) << bad;
  }
}

// The main job in one piece, each answer held to the contract.
TEST_F(ApiRoutes, ADayOfOneDossier) {
  session.sql("INSERT INTO webhook_endpoint (id, url) VALUES ('hook', 'https://hook.example.vn')");
  const auto order = placed_by_a(42);
  const std::string id(order.at("id").as_string());
  const std::string number(order.at("number").as_string());
  EXPECT_EQ(post("agency-a", "/v1/onestop/triggers", example("takeTrigger")).status, 201);
  EXPECT_EQ(post("agency-a", "/v1/onestop/triggers", example("takeTrigger")).status, 200);
  EXPECT_EQ(post("clerk-1", "/v1/orders", example("placeOrder", 1)).status, 201);

  json::array scans;
  scans.push_back(scan_json(number, "collected", 0));
  scans.push_back(scan_json(number, "out_for_delivery", 1));
  auto handed = scan_json(number, "delivered", 2);
  handed["cash"] = json::object{{"charge_vnd", 8000}, {"postage_vnd", 26000}};
  handed["recipient"] = json::object{{"kind", "self"}, {"id_checked", true}};
  scans.push_back(handed);
  scans.push_back(scan_json("H99.99-251103-0001-T1", "collected", 3));
  scans.push_back(scan_json(number, "teleported", 4));
  const auto answer = post("clerk-1", "/v1/scans", batch(scans)).json();
  EXPECT_EQ(answer.at("accepted").as_int64(), 3);
  EXPECT_EQ(answer.at("held_unknown_parcel").as_int64(), 1);
  EXPECT_EQ(answer.at("rejected").as_int64(), 1);
  EXPECT_EQ(answer.at("items").at(4).at("errors").at(0).at("pointer").as_string(), "/items/4/code");
  EXPECT_EQ(post("clerk-1", "/v1/scans", example("recordScans")).json().at("rejected").as_int64(), 0);

  const auto parcel = get("agency-a", "/v1/parcels/" + number).json();
  EXPECT_EQ(parcel.at("outcome").as_string(), "proved");
  EXPECT_EQ(parcel.at("events").as_array().size(), 4U);
  EXPECT_EQ(get("agency-a", "/v1/dossiers/" + dossier_code(42)).json().at("told_status").as_int64(), 10);
  const auto money = get("finance-1", "/v1/orders/" + id).json().at("charges").as_array();
  EXPECT_EQ(money.at(0).at("state").as_string(), "collected");

  EXPECT_EQ(post("clerk-1", "/v1/cash/hand-ins", example("handIn"), "h-1").status, 201);
  const auto sent = post("finance-1", "/v1/remittances", example("remit"), "r-1").json();
  ASSERT_EQ(sent.at("items").as_array().size(), 1U);
  EXPECT_EQ(sent.at("items").at(0).at("amount_vnd").as_int64(), 8000);
  const auto balances = get("auditor-1", "/v1/ledger/balances").json();
  EXPECT_EQ(balances.at("debit_vnd"), balances.at("credit_vnd"));

  const std::string reference(sent.at("items").at(0).at("reference").as_string());
  ApiCall file = posting("finance-1", std::string("/v1/statements?account=") + ApiServer::kAccount,
                         "tai_khoan,115000123456,,,\nTừ ngày,21/11/2025,,,\nĐến ngày,22/11/2025,,,\n"
                         "Số dư đầu kỳ,0,,,\nSố dư cuối kỳ,8.000,,,\n"
                         "ngay,so_tham_chieu,so_tien,noi_dung,nguoi_chuyen\n"
                         "22/11/2025,FT1,8.000," +
                             reference + ",BUU DIEN\ntong,1,8.000,,\n");
  file.content_type = "text/csv";
  const auto first = ask(file);
  EXPECT_EQ(first.status, 201) << first.body;
  EXPECT_EQ(first.json().at("matched").as_int64(), 1);
  EXPECT_EQ(ask(file).status, 200);

  const json::object reason{{"reason", "too late"}};
  EXPECT_EQ(post("agency-a", "/v1/orders/" + id + "/cancel", reason).status, 409);
  EXPECT_GE(count("outbox WHERE kind = 'event'"), 1);
  const auto event =
      json::parse(session.text("SELECT payload FROM outbox WHERE kind = 'event' ORDER BY id DESC LIMIT 1"));
  EXPECT_EQ(Contract::instance().check_event(event), "");
  EXPECT_EQ(event.at("type").as_string(), "vn.bccid.parcel.delivered");
}

TEST_F(ApiRoutes, ACallersRequestIdGoesAlongWithWhatLeavesBecauseOfTheCall) {
  auto body = example("placeOrder");
  body.as_object()["dossier_code"] = dossier_code(1);
  auto order = posting("agency-a", "/v1/orders", json::serialize(body));
  order.headers.emplace_back("X-Request-Id", "order-0001");
  const std::string number = ask(order).text("number");
  const auto items = batch({scan_json(number, "collected", 1)});
  auto scans = posting("clerk-1", "/v1/scans", json::serialize(items));
  scans.headers.emplace_back("X-Request-Id", "scan-0001");
  EXPECT_EQ(ask(scans).json().at("accepted").as_int64(), 1);
  EXPECT_EQ(session.text("SELECT string_agg(kind || ' ' || request_id, ', ' ORDER BY id) FROM outbox"),
            "order.create order-0001, dossier.status scan-0001");
}

TEST_F(ApiRoutes, TheContractIsServedAsItIs) {
  const auto reply = get("", "/v1/openapi.yaml");
  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(reply.body.starts_with("openapi: 3.1.0"));
  for (const auto* schema : {"/events/parcel.schema.json", "/events/test.schema.json"})
    EXPECT_EQ(get("", schema).status, 200);
}

}  // namespace
}  // namespace bccid::test
