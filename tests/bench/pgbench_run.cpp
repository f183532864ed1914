#include "tests/bench/pgbench_run.hpp"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace bccid::bench {
namespace {

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string output_of(const std::string& command) {
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
  std::string text;
  std::array<char, 4096> chunk{};
  while (const auto got = std::fread(chunk.data(), 1, chunk.size(), pipe)) text.append(chunk.data(), got);
  if (::pclose(pipe) != 0) throw std::runtime_error("pgbench failed:\n" + text);
  return text;
}

double number_after(const std::string& text, const std::string& label) {
  const auto at = text.find(label);
  if (at == std::string::npos)
    throw std::runtime_error("pgbench said nothing of \"" + label + "\":\n" + text);
  return std::strtod(text.c_str() + at + label.size(), nullptr);
}

}  // namespace

std::filesystem::path pgbench_scripts() {
  return std::filesystem::path(BCCID_SOURCE_DIR) / "tests/bench/pgbench";
}

std::filesystem::path find_pgbench(const std::filesystem::path& server_programs) {
  for (const auto& folder :
       {server_programs, std::filesystem::path("/usr/bin"), std::filesystem::path("/usr/local/bin")})
    if (::access((folder / "pgbench").c_str(), X_OK) == 0) return folder / "pgbench";
  throw std::runtime_error("pgbench is not installed\nHINT: Install the package postgresql.");
}

PgbenchResult run_pgbench(const PgbenchPlan& plan) {
  const int threads = plan.clients < 2 ? 1 : 2;
  const std::string command = quoted(plan.program.string()) + " --no-vacuum --protocol " + plan.protocol +
                              " --client " + std::to_string(plan.clients) + " --jobs " +
                              std::to_string(threads) + " --time " + std::to_string(plan.time.count()) +
                              " --file " + quoted((pgbench_scripts() / (plan.script + ".pgbench")).string()) +
                              ' ' + quoted(plan.dsn) + " 2>&1";
  const std::string text = output_of(command);
  PgbenchResult result;
  result.scans_per_second = number_after(text, "tps = ") * plan.scans_per_transaction;
  result.latency_ms = number_after(text, "latency average = ");
  return result;
}

}  // namespace bccid::bench
