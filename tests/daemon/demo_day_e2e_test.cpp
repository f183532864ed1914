#include "tests/daemon/running_daemon.hpp"

#include <gtest/gtest.h>
#include <boost/json.hpp>

namespace bccid::test {
namespace {

namespace json = boost::json;

// The whole day, as a stranger plays it: the last line is the verdict.
TEST(DemoDay, HoldsEveryCheckThoughTheDaemonIsKilledInTheMiddle) {
  const Ran ran = run_shell(built("bccid").string() + " demo --once --json");
  ASSERT_EQ(ran.status, 0) << ran.out;
  const auto end = ran.out.find_last_not_of('\n');
  const auto begin = ran.out.rfind('\n', end);
  const auto verdict = json::parse(ran.out.substr(begin + 1, end - begin));
  EXPECT_TRUE(verdict.at("ok").as_bool()) << ran.out;
  EXPECT_GE(verdict.at("dossiers").as_int64(), 200);
  for (const auto& check : verdict.at("checks").as_array()) EXPECT_TRUE(check.at("held").as_bool()) << check;
  EXPECT_NE(ran.out.find("SIGKILL"), std::string::npos) << "the day must include the kill";
}

}  // namespace
}  // namespace bccid::test
