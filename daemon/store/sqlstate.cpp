#include "store/sqlstate.hpp"

#include <algorithm>
#include <array>

namespace bccid::sql {

namespace {

struct Meaning {
  std::string_view prefix;  // of the SQLSTATE; the first that fits counts
  Trouble trouble;
  Errc code;
  bool quote;        // the server's first line names no values and may be shown
  const char* hint;  // when the server gives none
};

constexpr const char* kTryAgain = "Try again in a moment.";

// BC is our own class, raised by the triggers of schemas/sql.
constexpr std::array kMeanings = {
    Meaning{"BC001", Trouble::refused, Errc::illegal_move, true, ""},
    Meaning{"BC002", Trouble::refused, Errc::unbalanced, true, ""},
    Meaning{"BC", Trouble::refused, Errc::conflict, true, ""},
    Meaning{"40001", Trouble::retry, Errc::unavailable, false, kTryAgain},
    Meaning{"40P01", Trouble::retry, Errc::unavailable, false, kTryAgain},
    Meaning{"40003", Trouble::lost, Errc::outcome_unknown, false, "Ask for the thing before repeating."},
    Meaning{"23505", Trouble::refused, Errc::duplicate, true, ""},
    Meaning{"23502", Trouble::refused, Errc::internal, true, ""},
    Meaning{"23", Trouble::refused, Errc::conflict, true, ""},
    Meaning{"22021", Trouble::refused, Errc::invalid_field, false, "Send valid UTF-8 without NUL."},
    Meaning{"57014", Trouble::refused, Errc::timed_out, false, kTryAgain},
    Meaning{"55P03", Trouble::refused, Errc::timed_out, false, kTryAgain},
    Meaning{"25P03", Trouble::lost, Errc::timed_out, false, kTryAgain},
    Meaning{"25006", Trouble::lost, Errc::unavailable, false, kTryAgain},  // a server demoted to standby
    Meaning{"0A000", Trouble::lost, Errc::unavailable, false, kTryAgain},  // a plan older than the schema
    Meaning{"26000", Trouble::lost, Errc::unavailable, false, kTryAgain},  // prepared on another session
    Meaning{"08", Trouble::lost, Errc::unavailable, false, kTryAgain},
    Meaning{"57P", Trouble::lost, Errc::unavailable, false, kTryAgain},
    Meaning{"53", Trouble::refused, Errc::unavailable, false, kTryAgain},
    Meaning{"58", Trouble::refused, Errc::unavailable, false, kTryAgain},
    Meaning{"", Trouble::refused, Errc::internal, false, ""},
};

// "ERROR:  what happened" -> "what happened"; the severity is localised, the two blanks are not.
std::string_view first_line(std::string_view message) {
  const std::string_view line = message.substr(0, message.find('\n'));
  const std::size_t colon = line.find(":  ");
  return colon == std::string_view::npos ? line : line.substr(colon + 3);
}

std::string_view hint_line(std::string_view message) {
  constexpr std::string_view kMark = "\nHINT:  ";
  const std::size_t at = message.find(kMark);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = message.substr(at + kMark.size());
  return rest.substr(0, rest.find('\n'));
}

}  // namespace

SqlError error_from_sqlstate(std::string_view sqlstate, std::string_view message, const char* statement) {
  const auto& meaning = *std::ranges::find_if(
      kMeanings, [&](const Meaning& candidate) { return sqlstate.starts_with(candidate.prefix); });
  std::string detail;
  if (meaning.quote) {
    detail = first_line(message);
  } else {
    detail = "statement " + std::string(statement) + " failed with SQLSTATE " + std::string(sqlstate);
  }
  std::string_view hint = meaning.quote ? hint_line(message) : std::string_view{};
  if (hint.empty()) hint = meaning.hint;
  return {meaning.trouble, Failure(meaning.code, std::move(detail), std::string(hint)), std::string(sqlstate),
          std::string(message)};
}

SqlError connection_lost(std::string_view message) {
  return {Trouble::lost, Failure(Errc::unavailable, "the database cannot be reached", kTryAgain), "",
          std::string(message)};
}

}  // namespace bccid::sql
