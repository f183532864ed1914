#include "app/metrics.hpp"

#include <gtest/gtest.h>

namespace bccid::app {
namespace {

TEST(MetricsText, FiguresOfOneNameStandTogetherWithTheirLabels) {
  Metrics metrics;
  metrics.watch_one("free", "Free ones", {"carrier", "a"}, [] { return 3.0; });
  metrics.watch_one("free", "Free ones", {"carrier", "b"}, [] { return 0.0; });
  metrics.watch("other", "Another", true, [] { return 1.0; });
  const auto text = metrics.text();
  EXPECT_NE(text.find("# TYPE free gauge\nfree{carrier=\"a\"} 3\nfree{carrier=\"b\"} 0\n"), std::string::npos)
      << text;
  EXPECT_EQ(text.find("# TYPE free"), text.rfind("# TYPE free"));
}

}  // namespace
}  // namespace bccid::app
