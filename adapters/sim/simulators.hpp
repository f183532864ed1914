#pragma once

#include "adapters/sim/agencies.hpp"
#include "adapters/sim/bank.hpp"
#include "adapters/sim/citizens.hpp"
#include "adapters/sim/my_post.hpp"
#include "adapters/sim/plan.hpp"
#include "adapters/sim/portals.hpp"
#include "adapters/sim/post_office.hpp"
#include "adapters/sim/receipt_desk.hpp"
#include "adapters/sim/webhook_sink.hpp"

namespace bccid::sim {

// All simulators behind one address, with the control interface and the books. See README.md.
class Simulators {
 public:
  // `clock` must outlive it.
  Simulators(std::uint64_t seed, const Clock& clock);

  Answer handle(const Call& call);
  // How the signed messages of the post's customer interface leave; without it they do not.
  void on_hint(std::function<void(SignedHint)> send) { my_.on_hint(std::move(send)); }

 private:
  Answer control(std::string_view path, const boost::json::object& wish);
  Answer set_plan(const boost::json::object& wish);
  Answer books(std::string_view path, const Call& call) const;
  boost::json::object figures() const;

  Plan plan_;
  PostOffice post_;
  MyPost my_;
  Agencies agencies_;
  WebhookSink sink_;
  Bank bank_;
  ReceiptDesk receipts_;
  Portals portals_;
  Citizens citizens_;
};

}  // namespace bccid::sim
