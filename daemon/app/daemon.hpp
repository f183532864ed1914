#pragma once

#include "app/cli.hpp"
#include "app/config.hpp"

#include <memory>
#include <string>

namespace bccid::app {

// The running service: builds every part from the configuration, starts them in order, stops them in
// reverse. One object, one run.
class Daemon {
 public:
  // `source` is where `config` came from; it is read again on SIGHUP, the same way.
  Daemon(Config config, std::string dsn, ConfigSource source);
  ~Daemon();

  // Returns when a signal has stopped it and everything in flight is finished: ok, or start_failed.
  ExitCode run();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace bccid::app
