#include "tests/daemon/running_daemon.hpp"

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <set>

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
  std::int64_t dossiers = 0;
  for (const char* form : {"send", "receive", "both"}) {
    EXPECT_GT(verdict.at("forms").at(form).as_int64(), 0) << form;
    dossiers += verdict.at("forms").at(form).as_int64();
  }
  EXPECT_EQ(dossiers, verdict.at("dossiers").as_int64());
  std::set<std::string> names;
  for (const auto& check : verdict.at("checks").as_array())
    names.emplace(check.at("name").as_string().c_str());
  // What the counterparts' own books must say is compared at all.
  for (const char* name :
       {"orders exist at the post exactly once", "every dossier record says what happened, step by step",
        "nothing stands at 10 before its proof", "the post collects what the charges say",
        "the bank's book and the ledger agree but for what was planted",
        "the breaks are the planted differences, by name, owner and age",
        "a part payment is receipted, and two persons waive the rest",
        "a match is taken apart and made by hand, and the ledger stands as before",
        "the receipt of a refused dossier is refunded by two persons",
        "a period is closed and signed, adds up, and nothing in it moves",
        "the minutes of the settlement are printed",
        "each receipt has one electronic document at its provider"})
    EXPECT_TRUE(names.contains(name)) << name;
  for (const auto& check : verdict.at("checks").as_array()) EXPECT_TRUE(check.at("held").as_bool()) << check;
  EXPECT_NE(ran.out.find("SIGKILL"), std::string::npos) << "the day must include the kill";
}

}  // namespace
}  // namespace bccid::test
