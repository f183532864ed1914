#pragma once

#include "adapters/sim/plan.hpp"
#include "base/clock.hpp"
#include "net/webhook_signature.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace bccid::sim {

// A receiver of Standard Webhooks: verifies each signature and counts what came, how often and of which
// type. The newest ids and bodies are remembered, the counts are of everything.
class WebhookSink {
 public:
  WebhookSink(Plan& plan, const Clock& clock) : plan_(plan), clock_(clock) {}

  Answer handle(const Call& call);
  // {"secrets":["whsec_...", ...], "keep_bodies": 100}. Replaces both.
  Answer configure(const boost::json::object& wish);
  boost::json::object book() const;

 private:
  struct Received {
    std::string id;
    std::string path;
    std::string body;
  };
  void remember(const Call& call, bool effect);

  Plan& plan_;
  const Clock& clock_;
  std::vector<net::WebhookSecret> secrets_;
  std::size_t bodies_max_ = 100;
  std::uint64_t received_ = 0;
  std::uint64_t verified_ = 0;
  std::uint64_t refused_ = 0;
  std::uint64_t distinct_ = 0;
  std::uint64_t repeated_ = 0;
  std::unordered_map<std::string, std::uint64_t> ids_;  // how often each of the remembered ids came
  std::deque<std::string> id_order_;
  std::map<std::string, std::uint64_t> types_;
  std::deque<Received> bodies_;
};

}  // namespace bccid::sim
