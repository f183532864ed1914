#include "app/metrics.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace bccid::app {
namespace {

prometheus::Histogram& request_seconds(prometheus::Registry& registry) {
  const prometheus::Histogram::BucketBoundaries bounds{0.001, 0.0025, 0.005, 0.01, 0.02, 0.05,
                                                       0.1,   0.25,   0.5,   1,    5};
  return prometheus::BuildHistogram()
      .Name("bccid_http_request_seconds")
      .Help("Time from a request's head to its answer")
      .Register(registry)
      .Add({}, bounds);
}

}  // namespace

Metrics::Metrics()
    : requests_(prometheus::BuildCounter()
                    .Name("bccid_http_requests_total")
                    .Help("Answered requests by class of status")
                    .Register(registry_)),
      seconds_(request_seconds(registry_)) {}

void Metrics::answered(int status, std::chrono::microseconds took) {
  requests_.Add({{"class", std::to_string(status / 100) + "xx"}}).Increment();
  seconds_.Observe(std::chrono::duration<double>(took).count());
}

void Metrics::watch(std::string name, std::string help, bool counter, std::function<double()> read) {
  watched_.push_back(Watched{std::move(name), std::move(help), counter, std::move(read)});
}

void Metrics::watch_one(std::string name, std::string help, std::pair<std::string, std::string> label,
                        std::function<double()> read) {
  watched_.push_back(Watched{std::move(name), std::move(help), false, std::move(read), std::move(label)});
}

std::string Metrics::text() {
  auto families = registry_.Collect();
  for (const auto& figure : watched_) {
    const bool goes_on = !figure.label.first.empty() && families.back().name == figure.name;
    prometheus::MetricFamily family;
    if (goes_on) {
      family = std::move(families.back());
      families.pop_back();
    }
    family.name = figure.name;
    family.help = figure.help;
    family.type = figure.counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
    prometheus::ClientMetric metric;
    if (figure.counter)
      metric.counter.value = figure.read();
    else
      metric.gauge.value = figure.read();
    if (!figure.label.first.empty()) metric.label.push_back({figure.label.first, figure.label.second});
    family.metric.push_back(metric);
    families.push_back(std::move(family));
  }
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace bccid::app
