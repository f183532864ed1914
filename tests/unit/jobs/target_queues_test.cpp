#include "jobs/target_queues.hpp"

#include <gtest/gtest.h>

namespace bccid {
namespace {

using namespace std::chrono_literals;

struct TargetQueuesTest : testing::Test {
  TargetQueuesTest() {
    TargetFamily family;
    family.prefix = "webhook:";
    family.in_flight_max = 4;
    family.paces["webhook:paced"] = TargetPace{0, 2};
    family.paces["webhook:narrow"] = TargetPace{1, 0};
    families.push_back(std::move(family));
    queues = std::make_unique<TargetQueues>(families, BreakerConfig{});
  }
  void put(const std::string& target, int rows) {
    auto& queue = *queues->find(target);
    for (int i = 0; i < rows; ++i) {
      HeldMessage held;
      held.row.message.target = target;
      held.lease_ends = now + 1h;
      queue.waiting.push_back(std::move(held));
    }
  }
  // Begins all that may begin now; how many of each target.
  std::map<std::string, int> begin() {
    std::map<std::string, int> begun;
    queues->for_each_ready(now, [&](TargetQueue& queue) {
      ++begun[queue.waiting.front().row.message.target];
      queue.waiting.pop_front();
      queue.begin(now + 1us);  // beginning one takes a moment
      return true;
    });
    return begun;
  }
  std::vector<TargetFamily> families;
  std::unique_ptr<TargetQueues> queues;
  Deadline now = Deadline() + 1h;
};

TEST_F(TargetQueuesTest, ATargetWithARateIsTriedEvenlySpacedAndDelaysNobodyElse) {
  put("webhook:paced", 4);
  put("webhook:other", 3);
  EXPECT_EQ(begin(), (std::map<std::string, int>{{"webhook:paced", 1}, {"webhook:other", 3}}));
  EXPECT_EQ(queues->next_paced(now), now + 500ms + 1us);
  now += 500ms;
  EXPECT_TRUE(begin().empty());
  now += 1us;
  EXPECT_EQ(begin(), (std::map<std::string, int>{{"webhook:paced", 1}}));
  EXPECT_EQ(queues->next_paced(now), now + 500ms + 1us);
}

TEST_F(TargetQueuesTest, NothingIsWaitedForWhenTheRateIsNotWhatHoldsATargetBack) {
  put("webhook:paced", 1);
  begin();
  EXPECT_EQ(queues->next_paced(now), std::nullopt);
}

TEST_F(TargetQueuesTest, ATargetHasItsOwnNumberOfTriesAtATime) {
  put("webhook:narrow", 3);
  put("webhook:other", 9);
  EXPECT_EQ(begin(), (std::map<std::string, int>{{"webhook:narrow", 1}, {"webhook:other", 4}}));
}

TEST_F(TargetQueuesTest, AStoppedTargetGivesItsRowsBackAndTakesNoneUntilItGoesOn) {
  put("webhook:a", 2);
  put("webhook:b", 1);
  EXPECT_EQ(queues->stop_only({"webhook:a"}).size(), 2U);
  EXPECT_EQ(begin(), (std::map<std::string, int>{{"webhook:b", 1}}));
  const std::vector<DueTarget> due{{"webhook:a", Time{}}};
  EXPECT_TRUE(queues->shares(due, 100, now).empty());
  EXPECT_TRUE(queues->stop_only({}).empty());
  EXPECT_EQ(queues->shares(due, 100, now).size(), 1U);
}

}  // namespace
}  // namespace bccid
