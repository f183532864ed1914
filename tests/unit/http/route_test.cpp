#include "http/route.hpp"

#include "http/target.hpp"
#include "tests/support/coroutine_run.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace bccid::http {
namespace {

namespace asio = boost::asio;

struct Context {
  int calls = 0;
};

asio::awaitable<Response> named(Context& context, const Request& request) {
  ++context.calls;
  co_return Response(200, "text/plain", std::string(request.param("id")));
}

constexpr std::array<Route<Context>, 6> kRoutes{{
    {Method::get, "/v1/orders", Role::agency_system | Role::auditor, BodyKind::none, 0, &named},
    {Method::post, "/v1/orders", Role::agency_system, BodyKind::json, 1024, &named},
    {Method::get, "/v1/orders/{id}", Role::agency_system, BodyKind::none, 0, &named},
    {Method::get, "/v1/orders/search", Role::agency_system, BodyKind::none, 0, &named},
    {Method::get, "/healthz", RoleSet::anyone(), BodyKind::none, 0, &named},
    {Method::get, "/v1/forgotten", {}, BodyKind::none, 0, &named},
}};

Request request(Method method, std::string_view target) {
  Request out;
  out.method = method;
  EXPECT_TRUE(split_target(target, out.path, out.query));
  return out;
}

PrincipalPtr principal(Role role) {
  auto out = std::make_shared<Principal>();
  out->role = role;
  return out;
}

class RouterTest : public testing::Test {
 protected:
  Router<Context> router(std::optional<Role> cached, std::optional<Role> checked = std::nullopt) {
    Authentication authentication;
    authentication.cached = [cached](const Request&) { return cached ? principal(*cached) : nullptr; };
    authentication.check = [checked](const Request&) -> asio::awaitable<Result<PrincipalPtr>> {
      if (checked) co_return principal(*checked);
      co_return Failure(Errc::unauthenticated, "the token is not known");
    };
    return Router<Context>(context_, kRoutes, std::move(authentication));
  }

  Context context_;
  asio::io_context io_;
};

int refused(const Admission& admission) { return admission.refusal ? admission.refusal->status : 0; }

TEST_F(RouterTest, BindsParametersAndPrefersLiterals) {
  auto site = router(Role::agency_system);
  auto one = request(Method::get, "/v1/orders/a%2Fb");
  EXPECT_EQ(refused(site.admit(one)), 0);
  EXPECT_EQ(one.param("id"), "a/b");
  auto two = request(Method::get, "/v1/orders/search");
  site.admit(two);
  EXPECT_EQ(site.table().rule(two.route).path, "/v1/orders/search");
}

TEST_F(RouterTest, AnswersNotFoundAndNotAllowed) {
  auto site = router(Role::agency_system);
  for (const char* target : {"/", "/v1", "/v1/orders/", "/v1/orders/1/2", "/V1/orders", "/v1//orders"}) {
    auto wrong = request(Method::get, target);
    EXPECT_EQ(refused(site.admit(wrong)), 404) << target;
  }
  auto removed = request(Method::remove, "/v1/orders");
  const Admission admission = site.admit(removed);
  EXPECT_EQ(refused(admission), 405);
  EXPECT_EQ(admission.refusal->headers.back().second, "GET, POST");
}

TEST_F(RouterTest, ServesHeadWhereItServesGet) {
  auto site = router(Role::auditor);
  auto head = request(Method::head, "/v1/orders");
  EXPECT_EQ(refused(site.admit(head)), 0);
}

TEST_F(RouterTest, GivesTheBodyLimitAndAsksForTheRightType) {
  auto site = router(Role::agency_system);
  auto good = request(Method::post, "/v1/orders");
  good.headers.add("Content-Type", "application/json");
  EXPECT_EQ(site.admit(good).body_bytes_max, 1024U);
  auto text = request(Method::post, "/v1/orders");
  text.headers.add("Content-Type", "text/plain");
  EXPECT_EQ(refused(site.admit(text)), 415);
}

TEST_F(RouterTest, DecidesByRole) {
  auto site = router(Role::auditor);
  auto allowed = request(Method::get, "/v1/orders");
  EXPECT_EQ(refused(site.admit(allowed)), 0);
  auto refused_one = request(Method::get, "/v1/orders/1");
  EXPECT_EQ(refused(site.admit(refused_one)), 403);
}

TEST_F(RouterTest, ARouteWithoutRolesServesNobody) {
  for (const Role role : {Role::post_clerk, Role::courier, Role::agency_system, Role::agency_officer,
                          Role::finance, Role::auditor, Role::admin, Role::service}) {
    auto site = router(role);
    auto forgotten = request(Method::get, "/v1/forgotten");
    EXPECT_EQ(refused(site.admit(forgotten)), 403);
  }
}

TEST_F(RouterTest, OpenRoutesAskNobody) {
  auto site = router(std::nullopt);
  auto health = request(Method::get, "/healthz");
  const Admission admission = site.admit(health);
  EXPECT_FALSE(admission.refusal);
  EXPECT_FALSE(admission.ask);
}

TEST_F(RouterTest, AsksTheSlowWayWhenTheTokenIsNotCached) {
  auto site = router(std::nullopt, Role::agency_system);
  auto order = request(Method::get, "/v1/orders/7");
  EXPECT_TRUE(site.admit(order).ask);
  EXPECT_FALSE(test::run(io_, site.authorize(order)));
  EXPECT_EQ(test::run(io_, site.handle(order)).body, "7");
  EXPECT_EQ(context_.calls, 1);
}

TEST_F(RouterTest, RefusesWhoIsNotKnown) {
  auto site = router(std::nullopt);
  auto order = request(Method::get, "/v1/orders/7");
  EXPECT_TRUE(site.admit(order).ask);
  const auto refusal = test::run(io_, site.authorize(order));
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status, 401);
}

TEST_F(RouterTest, CountsRefusalsUnderTheTemplateAndNeverUnderThePath) {
  std::vector<std::string> counted;
  auto count = [&counted](std::string_view route, std::string_view reason) {
    counted.push_back(std::string(route) + ": " + std::string(reason));
  };
  Router<Context> site(context_, kRoutes, Authentication{}, count);
  auto order = request(Method::get, "/v1/orders/anything");
  site.admit(order);
  site.refused(order.route, "not_found");
  auto nowhere = request(Method::get, "/v1/anything");
  site.admit(nowhere);
  site.refused(nowhere.route, "not_found");
  EXPECT_EQ(counted, (std::vector<std::string>{"GET /v1/orders/{id}: not_found", "(no route): not_found"}));
}

TEST(RouteTableTest, RefusesTablesThatMeanTwoThings) {
  const RouteRule one{Method::get, "/a/{x}", RoleSet::anyone(), BodyKind::none, 0};
  const RouteRule two{Method::get, "/a/{y}", RoleSet::anyone(), BodyKind::none, 0};
  EXPECT_THROW(RouteTable({one, two}), std::invalid_argument);
  for (const char* path : {"", "a", "/{", "/a{b}", "/{}"}) {
    const RouteRule bad{Method::get, path, RoleSet::anyone(), BodyKind::none, 0};
    EXPECT_THROW(RouteTable({bad}), std::invalid_argument) << path;
  }
}

}  // namespace
}  // namespace bccid::http
