#include "base/log.hpp"

#include "base/clock.hpp"
#include "base/text.hpp"
#include "base/time_text.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <atomic>
#include <cstdio>

namespace bccid::log {
namespace {

std::atomic<bool> json_lines{false};

spdlog::level::level_enum spd_level(Level level) {
  switch (level) {
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warn: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
  }
  return spdlog::level::info;
}

constexpr std::array<std::string_view, 4> kNames{"debug", "info", "warn", "error"};

// Log text may carry hostile input: control characters are escaped, and broken UTF-8 is replaced, so
// that one event stays one line and one valid JSON object.
void append_json_text(std::string& out, std::string_view text) {
  const bool utf8 = valid_utf8(text);
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7F || (!utf8 && byte > 0x7F)) {
      std::array<char, 8> hex{};
      std::snprintf(hex.data(), hex.size(), "\\u%04x", byte);
      out += hex.data();
    } else {
      out += c;
    }
  }
  out += '"';
}

std::string json_line(Level level, std::string_view event, Fields fields) {
  std::string out = "{\"at\":\"" + to_rfc3339(SystemClock().now()) + "\",\"level\":\"";
  out += kNames[static_cast<std::size_t>(level)];
  out += "\",\"event\":";
  append_json_text(out, event);
  for (const auto& [name, value] : fields) {
    out += ',';
    append_json_text(out, name);
    out += ':';
    if (value.number())
      out += value.text();
    else
      append_json_text(out, value.text());
  }
  return out + '}';
}

std::string text_line(Level level, std::string_view event, Fields fields) {
  std::string out = to_vietnam_text(SystemClock().now()).substr(11, 8) + ' ';
  out += kNames[static_cast<std::size_t>(level)];
  out += ' ';
  out += event;
  for (const auto& [name, value] : fields) {
    out += ' ';
    out += name;
    out += '=';
    if (value.number())
      out += value.text();
    else
      append_json_text(out, value.text());
  }
  return out;
}

spdlog::logger& logger() {
  static auto instance = [] {
    auto made = std::make_shared<spdlog::logger>("bccid", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->flush_on(spdlog::level::warn);
    return made;
  }();
  return *instance;
}

}  // namespace

void open(Level level, bool json) {
  json_lines = json;
  set_level(level);
}

void set_level(Level level) { logger().set_level(spd_level(level)); }

Result<Level> parse_level(std::string_view text) {
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (kNames[i] == text) return static_cast<Level>(i);
  return Failure(Errc::invalid_field, "log level \"" + shown(text) + "\" is not known",
                 "Use debug, info, warn or error.");
}

void write(Level level, std::string_view event, Fields fields) {
  if (!logger().should_log(spd_level(level))) return;
  const std::string line = json_lines ? json_line(level, event, fields) : text_line(level, event, fields);
  logger().log(spd_level(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace bccid::log
