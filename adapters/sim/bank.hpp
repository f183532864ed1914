#pragma once

#include "adapters/sim/http_server.hpp"
#include "base/clock.hpp"
#include "base/money.hpp"
#include "base/result.hpp"
#include "base/time_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace bccid::sim {

// The bank of the agencies' fee accounts. A post's finance department orders transfers there; what arrives is
// booked on the account's own book, and the book is given out as a statement file. It may be told to credit
// less, nothing, twice, or money of a stranger. Ordered twice is transferred twice, as at a real bank.
class Bank {
 public:
  // `clock` must outlive it; its Vietnamese day is the day on which lines are booked.
  explicit Bank(const Clock& clock) : clock_(clock) {}

  // {"transfers":[{"reference","account","amount_vnd"}]}: all of them or, when one cannot be read, none.
  Answer transfer(const boost::json::object& wish);
  // {"faults":[{"kind":"short"|"lost"|"twice","reference",...} or {"kind":"foreign","account",...}]}. Adds to
  // what was asked before; a foreign line is booked at once.
  Answer plant(const boost::json::object& wish);
  // Forgets the faults that have not happened yet.
  void clear_faults() { faults_.clear(); }
  // The statement of ?account= from day ?from= to day ?to=, both included, in the form that
  // adapters/bank_csv/README.md describes.
  Answer statement(const Call& call) const;

  // Every account with its lines, and every transfer with what became of it.
  boost::json::object book() const;

 private:
  struct Line {
    std::string bank_ref;
    Day booked_on{};
    Money amount;
    std::string text, payer;
    std::string transfer;  // the reference of the order; empty for a stranger's money
  };
  struct Account {
    Money closing() const;
    Money opening;
    std::vector<Line> lines;
  };
  struct Transfer {
    std::string reference, account;
    Money amount;
    Money credited;
  };
  enum class FaultKind { short_paid, lost, twice };
  struct Fault {
    FaultKind kind = FaultKind::lost;
    Money by;  // what a short credit lacks
  };

  Status plant_one(const boost::json::object& wish);
  void credit(Transfer& order, Money amount);
  Line& add_line(const std::string& account, Money amount);

  const Clock& clock_;
  std::map<std::string, Account> accounts_;
  std::vector<Transfer> transfers_;
  std::map<std::string, Fault> faults_;  // by reference; each happens once
  std::uint64_t next_serial_ = 700'001;
  std::size_t lines_ = 0;
};

}  // namespace bccid::sim
