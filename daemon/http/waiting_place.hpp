#pragma once

#include <cstddef>
#include <memory>
#include <utility>

namespace bccid::http {

// A place in a queue that has few: taken for as long as this lives, however its coroutine ends.
class WaitingPlace {
 public:
  explicit WaitingPlace(std::shared_ptr<std::size_t> taken) : taken_(std::move(taken)) { ++*taken_; }
  ~WaitingPlace() { --*taken_; }
  WaitingPlace(const WaitingPlace&) = delete;
  WaitingPlace& operator=(const WaitingPlace&) = delete;

 private:
  std::shared_ptr<std::size_t> taken_;  // a coroutine that is thrown away at the end may outlive the queue
};

}  // namespace bccid::http
