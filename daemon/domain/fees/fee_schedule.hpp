#pragma once

#include "base/input_failure.hpp"
#include "base/money.hpp"
#include "base/result.hpp"
#include "base/time_text.hpp"
#include "domain/ledger/account.hpp"
#include "domain/names.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// How a dossier was handed in (the national portal's KenhThucHien). A result that comes back by post does not
// change the channel: a reduction for online filing is kept.
enum class Channel : std::uint8_t { direct, online, post };

template <>
struct EnumNames<Channel> {
  static constexpr std::array<std::string_view, 3> kNames{"1", "2", "3"};
};

// When an agency takes its money (HinhThucThu): on receiving, on a supplement, on returning the result.
enum class FeeTiming : std::uint8_t { on_receiving, on_supplement, on_returning };

template <>
struct EnumNames<FeeTiming> {
  static constexpr std::array<std::string_view, 3> kNames{"1", "2", "4"};
};

// One amount that a procedure costs. Phí and lệ phí of one dossier are lines of their own, because they go to
// different places (NĐ 120/2016).
struct FeeRule {
  std::string procedure;              // national code: "1.001193"
  std::string fee_case;               // the applicant's case, as the schedule names it; empty: every case
  std::optional<Channel> channel;     // nothing: every channel
  ChargeKind kind = ChargeKind::fee;  // fee (phí) or charge (lệ phí); never postage
  std::string code;                   // names the line within the procedure: "cap-ban-sao"
  std::string name;                   // as the receipt shall say it
  Money amount;                       // zero is a decision too: this channel is free
  FeeTiming timing = FeeTiming::on_receiving;
  std::string destination;  // the agency's account that it goes to; empty: the agency's own
  std::string basis;        // the resolution that says so
};

// Who pays less, by which share of which lines.
struct FeeExemption {
  std::string group;      // "ho-ngheo"
  std::string procedure;  // empty: every procedure
  std::string code;       // of the fee line; empty: every line
  int percent = 100;      // of the amount that is not paid
  std::string basis;
};

struct FeeQuestion {
  std::string procedure;
  std::string fee_case;
  Channel channel = Channel::direct;
  std::vector<std::string> groups;  // that the applicant belongs to and has shown papers for
};

struct FeeLine {
  ChargeKind kind = ChargeKind::fee;
  std::string code, name, destination;
  FeeTiming timing = FeeTiming::on_receiving;
  Money listed;     // before the exemption
  Money amount;     // what is due; zero is free
  std::string why;  // "case all, channel 2, NQ 09/2025; exempt 100 % as ho-ngheo, QĐ 45/2016"
};

struct FeeQuote {
  std::string version;
  std::vector<FeeLine> lines;  // by code
  Money total() const;
};

// A province's schedule, as it holds from one day to another.
class FeeSchedule {
 public:
  // Two CSV texts. Rules: procedure,case,channel,kind,code,name,amount_vnd,timing,destination,basis with
  // empty case and channel for "every". Exemptions: group,procedure,code,percent,basis, or no text at all.
  // Errors, all at once, pointers
  // "/rules/line/N" and "/exemptions/line/N": malformed, missing_field, invalid_field, duplicate (two rules
  // for one procedure, case, channel and code).
  static Input<FeeSchedule> parse(std::string id, std::string_view rules, std::string_view exemptions);

  const std::string& id() const { return id_; }
  // What a dossier costs. Of the rules of one code the one with the case and channel that fit most exactly
  // counts: its case before its channel. Of several exemptions of a line the largest counts, never their sum;
  // what is left is rounded down to whole đồng. Errors: not_found when the schedule does not know the
  // procedure or the case, or has a line of it only for other channels: unknown is not free.
  Result<FeeQuote> quote(const FeeQuestion& question) const;

 private:
  friend class FeeScheduleReader;
  Result<std::map<std::string, const FeeRule*>> choose(const FeeQuestion& question) const;
  const FeeExemption* exemption_for(const FeeRule& rule, const FeeQuestion& question) const;

  std::string id_;
  std::vector<FeeRule> rules_;
  std::vector<FeeExemption> exemptions_;
};

}  // namespace bccid
