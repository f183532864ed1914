#include "domain/dossier/dossier_code.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"

namespace bccid {
namespace {

constexpr std::size_t kAgencyCodeCharsMax = 35;  // as the table of agencies has it

// Walks over the text; every take_* consumes only when it succeeds.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool take(char wanted) {
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool take_upper() {
    if (rest_.empty() || rest_.front() < 'A' || rest_.front() > 'Z') return false;
    rest_.remove_prefix(1);
    return true;
  }
  // The whole run of digits here, when its length is allowed.
  bool take_digits(std::size_t least, std::size_t most) {
    std::size_t run = 0;
    while (run < rest_.size() && rest_[run] >= '0' && rest_[run] <= '9') ++run;
    if (run < least || run > most) return false;
    rest_.remove_prefix(run);
    return true;
  }
  bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

// \d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}
bool take_old_agency(Cursor& at) {
  return at.take_digits(3, 3) && at.take('.') && at.take_digits(2, 2) && at.take('.') &&
         at.take_digits(2, 2) && at.take('.') && at.take_upper() && at.take_digits(2, 2);
}

// [A-Z]\d{2}(\.\d{1,3}){0,5}
bool take_new_agency(Cursor& at) {
  if (!at.take_upper() || !at.take_digits(2, 2)) return false;
  for (int level = 0; level < 5 && at.take('.'); ++level) {
    if (!at.take_digits(1, 3)) return false;
  }
  return true;
}

// -(\d{6}|\d{8})-\d{4,7}
bool take_day_and_sequence(Cursor& at) {
  if (!at.take('-')) return false;
  if (!at.take_digits(6, 6) && !at.take_digits(8, 8)) return false;
  return at.take('-') && at.take_digits(4, 7) && at.done();
}

bool take_agency(Cursor& at, std::string_view text) {
  const bool old_form = text.front() >= '0' && text.front() <= '9';
  return old_form ? take_old_agency(at) : take_new_agency(at);
}

}  // namespace

bool is_agency_code(std::string_view text) {
  Cursor at(text);
  return !text.empty() && text.size() <= kAgencyCodeCharsMax && take_agency(at, text) && at.done();
}

bool is_dossier_code(std::string_view text) {
  if (text.empty() || text.size() > limits::kDossierCodeCharsMax) return false;
  Cursor at(text);
  return take_agency(at, text) && take_day_and_sequence(at);
}

Result<std::string> parse_dossier_code(std::string_view text) {
  const auto code = trim(text);
  if (is_dossier_code(code)) return std::string(code);
  return Failure(Errc::invalid_field,
                 "dossier code '" + shown(code, limits::kDossierCodeCharsMax) + "' has no known shape",
                 "Give it as printed, such as H01.16-250701-0001.");
}

}  // namespace bccid
