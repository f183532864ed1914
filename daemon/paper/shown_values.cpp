#include "paper/shown_values.hpp"

namespace bccid {

std::string day_text(Day day) {
  const std::string text = to_text(day);
  return text.substr(8, 2) + "/" + text.substr(5, 2) + "/" + text.substr(0, 4);
}

std::string day_text(Time at) { return day_text(business_day(at)); }

// The hours of "2025-11-22T09:06:30+07:00".
std::string clock_text(Time at) { return to_vietnam_text(at).substr(11, 5); }

std::string moment_text(Time at) { return clock_text(at) + " ngày " + day_text(at); }

std::string figures(Money amount) {
  const std::string text = amount.to_text();
  return text.substr(0, text.rfind(' '));
}

}  // namespace bccid
