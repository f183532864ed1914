#include "app/price_files.hpp"

#include "app/terminal.hpp"
#include "base/text.hpp"

#include <fstream>
#include <iterator>

namespace bccid::app {
namespace {

std::string place_of(const FieldError& error, const std::map<std::string, std::string>& files) {
  for (const auto& [pointer, file] : files) {
    const std::string lines = pointer + "/line/";
    if (error.pointer.starts_with(lines)) return file + ':' + error.pointer.substr(lines.size()) + ": ";
    if (error.pointer == pointer) return file + ": ";
  }
  return {};
}

}  // namespace

Result<Day> day_option(const std::string& text, const char* option) {
  auto day = parse_day(text);
  if (!day)
    return Failure(Errc::invalid_field, std::string(option) + " \"" + shown(text) + "\" is not a day",
                   "Write it as YYYY-MM-DD.");
  return day;
}

Result<std::optional<Day>> optional_day(const std::string& text, const char* option) {
  if (text.empty()) return std::optional<Day>();
  const auto day = day_option(text, option);
  if (!day) return day.error();
  return std::optional<Day>(*day);
}

Result<std::string> read_price_file(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in)
    return Failure(Errc::not_found, "the file \"" + shown(file, 200) + "\" cannot be read",
                   "Give the path of a CSV file.");
  return std::string(std::istreambuf_iterator<char>(in), {});
}

ExitCode complain_of_all(const InputFailure& wrong, const std::map<std::string, std::string>& files) {
  ExitCode code = ExitCode::ok;
  for (const auto& error : wrong.errors)
    code = complain(Failure(error.code, place_of(error, files) + error.detail, error.hint));
  return code;
}

}  // namespace bccid::app
