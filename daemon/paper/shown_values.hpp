#pragma once

#include "base/money.hpp"
#include "base/time_text.hpp"

#include <string>

// How papers write days, moments and amounts: always Vietnamese local time, day before month.
namespace bccid {

std::string day_text(Day day);      // "02/03/2026"
std::string day_text(Time at);      // of its business day
std::string clock_text(Time at);    // "09:06"
std::string moment_text(Time at);   // "09:06 ngày 02/03/2026"
std::string figures(Money amount);  // "120.000": what stands in a column whose title names the unit

}  // namespace bccid
