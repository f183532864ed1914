#include "flow/import_statement.hpp"

#include "base/limits.hpp"
#include "base/time_text.hpp"
#include "flow/match_remittances.hpp"
#include "flow/statement_gaps.hpp"
#include "store/recon_store.hpp"
#include "store/statement_intake_store.hpp"

#include <utility>

namespace bccid {
namespace {

constexpr std::size_t kProblemsMax = 50;  // as many as a person reads
constexpr std::size_t kStagedLinesMax = 4'000;
constexpr std::size_t kStagedBytesMax = 1024 * 1024;
constexpr std::string_view kAskForAnother =
    "Nothing was taken over. Ask the bank for the file again, or correct the named line.";

// A hash of everything that a bank's line says, for banks that give no reference.
std::string content_key(Day booked_on, Money amount, std::string_view text, std::string_view payer) {
  std::string content = to_text(booked_on) + '\n' + std::to_string(amount.dong()) + '\n';
  content.append(text).append("\n").append(payer);
  return "h" + to_hex(sha256(content)).substr(0, 32);
}

std::string content_key(const BankLine& line) {
  return content_key(line.booked_on, line.amount, line.text, line.payer);
}

FieldError at_line(std::size_t line, const std::string& reason, std::string_view hint = kAskForAnother) {
  const std::string place = "line " + std::to_string(line);
  return {Errc::statement_refused, place, place + ": " + reason, std::string(hint)};
}

FieldError of_failure(const Failure& failure) {
  return {failure.code, failure.pointer, failure.detail, failure.hint};
}

Failure to_failure(const FieldError& problem) {
  return {problem.code, problem.detail, problem.hint, problem.pointer};
}

// Takes a file's lines to PostgreSQL in pieces.
class Intake final : public LineSink {
 public:
  Intake(sql::Tx& tx, StatementProblems& problems) : tx_(tx), problems_(problems) {}

  Status take(BankLine line) override {
    ++seq_;
    if (!problems_.empty()) return {};  // nothing of this file will be stored
    bytes_ += line.text.size() + line.payer.size() + line.bank_ref.size() + line.end_to_end.size();
    auto staged = keyed(line);
    staged.seq = seq_;
    staged.line_no = line.line;
    staged.booked_on = line.booked_on;
    staged.amount = line.amount;
    staged.text = std::move(line.text);
    staged.payer = std::move(line.payer);
    staged.end_to_end = std::move(line.end_to_end);
    staged_.push_back(std::move(staged));
    if (staged_.size() == kStagedLinesMax || bytes_ >= kStagedBytesMax) flush();
    return {};
  }
  void refuse(const Failure& problem) override {
    if (problems_.size() < kProblemsMax) problems_.push_back(of_failure(problem));
  }
  void flush() {
    stage_lines(tx_, staged_);
    staged_.clear();
    bytes_ = 0;
  }

  bool detailed() const { return entry_ != 0; }

 private:
  // A detail is known by its own reference, else by its place in an entry that has one, else by its content.
  StagedLine keyed(const BankLine& line) {
    StagedLine staged;
    staged.named = !line.bank_ref.empty();
    staged.key = staged.named ? line.bank_ref : content_key(line);
    if (!line.detail_of) {
      staged.entry = staged.key;
      staged.entry_named = staged.named;
      staged.entry_seq = seq_;
      staged.placed = true;
      return staged;
    }
    const auto& entry = *line.detail_of;
    staged.entry_named = !entry.bank_ref.empty();
    staged.entry =
        staged.entry_named ? entry.bank_ref : content_key(line.booked_on, entry.amount, entry.text, {});
    if (std::exchange(entry_, entry.number) != entry.number) entry_seq_ = seq_;
    staged.entry_seq = entry_seq_;
    staged.placed = !staged.named && staged.entry_named;
    if (!staged.placed) return staged;
    staged.named = true;
    staged.key = staged.entry + "/" + std::to_string(line.place);
    return staged;
  }

  sql::Tx& tx_;
  StatementProblems& problems_;
  std::vector<StagedLine> staged_;
  std::size_t bytes_ = 0;
  std::int64_t seq_ = 0;
  std::size_t entry_ = 0;  // the number of the last one that came in details
  std::int64_t entry_seq_ = 0;
};

// What is wrong with the head.
void judge_head(sql::Tx& tx, const StatementUpload& upload, const StatementHead& head, Time now,
                StatementProblems& problems) {
  const auto add = [&problems](const std::string& detail, const char* hint) {
    problems.emplace_back(Errc::statement_refused, std::string{}, detail, hint);
  };
  if (!upload.account.empty() && head.account != upload.account)
    add("the file is about account " + head.account + ", not " + std::string(upload.account),
        "Send it to the account that it is about.");
  else if (!is_fee_account(tx, head.account))
    add("account \"" + head.account + "\" belongs to no agency",
        "Check the file's account number, or set it as the agency's fee account first.");
  const Day last = business_day(now + limits::kStatementFutureMax);
  if (std::chrono::sys_days{head.to} > std::chrono::sys_days{last})
    add("the statement ends on " + to_text(head.to) + ", in the future",
        "Check the file's days against the bank's own page.");
}

// What is wrong with the lines among each other and beside those of earlier files.
// `detailed`: some of them are details of entries.
void judge_lines(sql::Tx& tx, const StatementHead& head, bool detailed, StatementProblems& problems) {
  for (const auto& copy : copied_lines(tx, kProblemsMax))
    problems.push_back(at_line(copy.line_no, "it repeats line " + std::to_string(copy.copy_of)));
  if (problems.empty() && detailed)
    for (const auto& copy : copied_entries(tx, kProblemsMax))
      problems.push_back(
          at_line(copy.line_no, "its entry is the one of line " + std::to_string(copy.copy_of) + " again"));
  if (!problems.empty()) return;
  if (detailed) number_repeated_entries(tx, head.account);
  number_repeated_keys(tx, head.account);
  for (const auto& known : contradicting_lines(tx, head.account, kProblemsMax))
    problems.push_back(at_line(known.line_no,
                               "it has the key \"" + known.key + "\" of an earlier line of " +
                                   std::to_string(known.known_amount.dong()) + " dong on " +
                                   to_text(known.known_day),
                               "Ask the bank which of the two statements is right."));
  const auto room = kProblemsMax - problems.size();
  for (const auto& known : contradicting_entries(tx, head.account, detailed, room))
    problems.push_back(at_line(known.line_no,
                               "its entry \"" + known.key + "\" of " + std::to_string(known.amount.dong()) +
                                   " dong came with an earlier file: " + std::to_string(known.known_lines) +
                                   " lines of " + std::to_string(known.known_amount.dong()) + " dong on " +
                                   to_text(known.known_day),
                               "Ask the bank which of the two statements is right."));
}

// An account's days in two formats of its bank may be told in words that nobody can compare. The balances can
// be.
void judge_money(sql::Tx& tx, const StatementHead& head, StatementProblems& problems) {
  const StagedBalances staged{head.account, head.from, head.to, head.opening, head.closing};
  for (const auto& line : same_money(tx, staged, kProblemsMax))
    problems.push_back(at_line(
        line.line_no,
        "its " + std::to_string(line.amount.dong()) + " dong of " + to_text(line.booked_on) +
            " are new, but the lines that account " + head.account + " has already make this statement's " +
            "closing balance of " + std::to_string(head.closing.dong()) + " dong without them",
        "An earlier file told of the same days in other words: another format, or other details. Keep to one "
        "format for an account."));
}

// Reads and judges the file; its lines are staged then. Nothing when it is refused.
std::optional<StatementHead> take_in(sql::Tx& tx, const StatementUpload& upload, Time now,
                                     StatementProblems& problems) {
  Intake intake(tx, problems);
  auto head = upload.read(intake);
  if (!head) {
    const bool known = !problems.empty() && problems.front().detail == head.error().detail;
    if (!known) problems.push_back(of_failure(head.error()));
    return std::nullopt;
  }
  intake.flush();
  judge_head(tx, upload, *head, now, problems);
  if (problems.empty()) judge_lines(tx, *head, intake.detailed(), problems);
  if (problems.empty() && !head->notification) judge_money(tx, *head, problems);
  return std::move(*head);
}

// Stores what is staged and matches it.
void take_over(sql::Tx& tx, const Actor& actor, const StatementUpload& upload, Time now,
               const ReconRules& rules, StatementReport& report) {
  const auto& head = *report.head;
  const StatementFileRow file{new_uuid_v7(now),
                              upload.digest,
                              std::string(upload.bank),
                              head.notification,
                              head.account,
                              head.from,
                              head.to,
                              head.opening,
                              head.closing,
                              head.line_count,
                              report.fresh_lines,
                              head.first_no,
                              head.last_no,
                              actor.id};
  const auto id = insert_statement(tx, file, now);
  clear_intake(tx);
  const auto matching = match_remittances(tx, actor, {.file = id}, now, rules);
  report.id = file.public_id;
  report.matched = matching.matched;
  report.breaks_opened = matching.breaks_opened;
  const auto gaps = renew_statement_gaps(tx, head.account, head.from, now);
  report.breaks_opened += gaps.opened;
  report.warnings = gaps.texts;
}

}  // namespace

Result<StatementReport> import_statement(sql::Tx& tx, const Actor& actor, const StatementUpload& upload,
                                         StatementProblems& problems, Time now, const ReconRules& rules) {
  problems.clear();
  allow_long_statements(tx, upload.statement_max);
  lock_reconciliation(tx);
  StatementReport report;
  if (const auto known = find_statement(tx, upload.digest)) {
    report.id = known->public_id;
    report.already_imported = true;
    report.lines = known->lines;
    return report;
  }
  report.head = take_in(tx, upload, now, problems);
  if (!problems.empty() && problems.back().code != Errc::statement_refused)
    return to_failure(problems.back());
  if (report.head) report.lines = report.head->line_count;
  if (problems.empty()) report.fresh_lines = count_fresh_lines(tx, report.head->account);
  if (upload.dry_run) {
    clear_intake(tx);
    return report;
  }
  if (!problems.empty()) return to_failure(problems.front());
  take_over(tx, actor, upload, now, rules, report);
  return report;
}

}  // namespace bccid
