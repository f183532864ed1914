#pragma once

#include "base/byte_source.hpp"
#include "base/money.hpp"
#include "base/result.hpp"
#include "base/time_text.hpp"

#include <cstddef>
#include <string>

namespace bccid {

// What the payment platform of the state says about one payment.
struct PlatformPayment {
  std::size_t line = 0;   // of the file, for messages to people
  std::string reference;  // the platform's own
  std::string account;    // that it was paid to
  Money amount;           // positive
  Time paid_at{};
  std::string dossier_code;  // may be empty
  bool paid_back = false;    // the payer got it back
};

// What such a file says besides its payments.
struct PlatformFileHead {
  Day from{};
  Day to{};
  std::size_t payments = 0;
  Money total;
};

// Where the payments of a file go while it is read; they count only when all of it was read and not refused.
class PlatformSink {
 public:
  PlatformSink() = default;
  PlatformSink(const PlatformSink&) = delete;
  PlatformSink& operator=(const PlatformSink&) = delete;
  virtual ~PlatformSink() = default;

  // Errors end the reading, which answers them.
  virtual Status take(PlatformPayment payment) = 0;
  // Something for which the file will be refused, at the place that `pointer` names ("line 8").
  virtual void refuse(const Failure& problem) = 0;
};

// Reads the platform's daily reconciliation file (đối soát). Touches nothing but its arguments, and holds a
// few payments at a time.
class PlatformFilePort {
 public:
  PlatformFilePort() = default;
  PlatformFilePort(const PlatformFilePort&) = delete;
  PlatformFilePort& operator=(const PlatformFilePort&) = delete;
  virtual ~PlatformFilePort() = default;

  virtual const std::string& name() const = 0;
  // Errors: statement_refused (unreadable, a total that is wrong; the message names line and reason), and
  // what the source answers.
  virtual Result<PlatformFileHead> read(ByteSource& bytes, PlatformSink& payments) const = 0;
};

}  // namespace bccid
