#include "jobs/breaker.hpp"

namespace bccid {

Breaker::Way Breaker::way(Moment now) const {
  if (!tripped_) return Way::open;
  return probing_ || now < probe_at_ ? Way::shut : Way::probe;
}

void Breaker::begin(Moment now) {
  if (!tripped_) return;
  probing_ = true;
  probe_at_ = now + config_.probe_every;
}

void Breaker::succeeded(Moment now) {
  in_a_row_ = 0;
  if (tripped_) {
    tripped_ = probing_ = false;
    tries_.clear();
    failed_tries_ = 0;
  }
  remember(now, false);
}

void Breaker::failed(Moment now) {
  ++in_a_row_;
  remember(now, true);
  if (!tripped_ && !too_many()) return;
  tripped_ = true;
  probing_ = false;
  probe_at_ = now + config_.probe_every;
}

void Breaker::said_nothing() { probing_ = false; }

void Breaker::remember(Moment now, bool failed) {
  tries_.push_back({now, failed});
  if (failed) ++failed_tries_;
  while (now - tries_.front().at > config_.window) {
    if (tries_.front().failed) --failed_tries_;
    tries_.pop_front();
  }
}

bool Breaker::too_many() const {
  if (in_a_row_ >= config_.failures_in_a_row) return true;
  return tries_.size() >= config_.tries_min && failed_tries_ * 100 >= tries_.size() * config_.failed_percent;
}

}  // namespace bccid
