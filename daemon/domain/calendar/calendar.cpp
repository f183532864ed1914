#include "domain/calendar/calendar.hpp"

#include "base/csv.hpp"

namespace bccid {
namespace {

constexpr std::chrono::days kOneDay{1};

Day plus_one(Day day) { return Day{std::chrono::sys_days{day} + kOneDay}; }
Day minus_one(Day day) { return Day{std::chrono::sys_days{day} - kOneDay}; }

bool is_weekend(std::chrono::sys_days day) {
  const std::chrono::weekday weekday{day};
  return weekday == std::chrono::Saturday || weekday == std::chrono::Sunday;
}

}  // namespace

Result<Calendar> Calendar::parse(std::string_view csv) {
  const auto table = CsvTable::parse(csv);
  if (!table) return table.error();
  Calendar calendar;
  for (std::size_t row = 0; row < table->size(); ++row) {
    const std::string where = "holiday line " + std::to_string(table->line(row));
    const auto day = parse_day(table->at(row, "date"));
    const auto& kind = table->at(row, "kind");
    if (!day || (kind != "holiday" && kind != "working")) {
      return Failure(Errc::invalid_field, where + " has a wrong date or kind",
                     "Write the date as 2026-09-02 and the kind as holiday or working.");
    }
    const std::chrono::sys_days key{*day};
    if (calendar.holidays_.contains(key) || calendar.worked_.contains(key)) {
      return Failure(Errc::duplicate, where + " repeats " + to_text(*day));
    }
    (kind == "holiday" ? calendar.holidays_ : calendar.worked_).insert(key);
  }
  return calendar;
}

bool Calendar::is_working(Day day) const {
  const std::chrono::sys_days key{day};
  if (worked_.contains(key)) return true;
  return !is_weekend(key) && !holidays_.contains(key);
}

Day Calendar::working_day_from(Day day) const {
  while (!is_working(day)) day = plus_one(day);
  return day;
}

Day Calendar::add_working_days(Day day, int count) const {
  if (count == 0) return working_day_from(day);
  const int step = count < 0 ? -1 : 1;
  while (count != 0) {
    day = step < 0 ? minus_one(day) : plus_one(day);
    if (is_working(day)) count -= step;
  }
  return day;
}

int Calendar::working_days_between(Day from, Day to) const {
  if (to < from) return -working_days_between(to, from);
  int count = 0;
  for (Day day = from; day < to;) {
    day = plus_one(day);
    if (is_working(day)) ++count;
  }
  return count;
}

Time Calendar::deadline(Time start, int count) const {
  const Day last = add_working_days(business_day(start), count);
  return start_of_day(plus_one(last));
}

Time remittance_deadline(Time received_at) { return received_at + std::chrono::hours{24}; }

}  // namespace bccid
