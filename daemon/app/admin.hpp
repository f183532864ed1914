#pragma once

#include "app/metrics.hpp"
#include "http/route.hpp"
#include "store/db.hpp"

#include <span>

namespace bccid::app {

// What the admin listener serves: no business data, its own port, loopback or a unix socket.
struct Admin {
  Db& db;
  Metrics& metrics;
  bool ready = false;  // false before start is complete and from the first moment of the drain
};

// GET /healthz (the process lives), /readyz (it can work: database reachable, not draining), /metrics.
std::span<const http::Route<Admin>> admin_routes();

}  // namespace bccid::app
