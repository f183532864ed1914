#pragma once

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace bccid::app {

// What /metrics shows. Most figures are counted where they arise; they are read when somebody asks.
class Metrics {
 public:
  Metrics();

  void answered(int status, std::chrono::microseconds took);

  // A figure that is read at each scrape. `counter` figures only grow.
  void watch(std::string name, std::string help, bool counter, std::function<double()> read);
  // One of several figures of this name, told apart by a label; one after the other.
  void watch_one(std::string name, std::string help, std::pair<std::string, std::string> label,
                 std::function<double()> read);

  // Prometheus text format 0.0.4.
  std::string text();

 private:
  struct Watched {
    std::string name, help;
    bool counter;
    std::function<double()> read;
    std::pair<std::string, std::string> label = {};  // empty: none
  };

  prometheus::Registry registry_;
  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Histogram& seconds_;
  std::vector<Watched> watched_;
};

}  // namespace bccid::app
