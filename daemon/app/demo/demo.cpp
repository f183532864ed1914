#include "app/demo/demo.hpp"

#include "app/demo/checks.hpp"
#include "app/demo/day.hpp"
#include "app/demo/evening.hpp"
#include "app/demo/process.hpp"
#include "app/demo/stage.hpp"
#include "base/log.hpp"
#include "base/version.hpp"

#include <boost/json.hpp>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>

namespace bccid::app {
namespace {

namespace json = boost::json;

constexpr std::size_t kDossiers = 240;
volatile std::sig_atomic_t interrupted = 0;

std::filesystem::path state_directory(const DemoCommand& command) {
  if (!command.state_dir.empty()) return std::filesystem::absolute(command.state_dir);
  std::string path = (std::filesystem::temp_directory_path() / "bccid-demo-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) throw std::runtime_error("cannot make a directory like " + path);
  // PostgreSQL runs as another user when we are root, and must be able to pass through.
  std::filesystem::permissions(path, std::filesystem::perms::group_exec | std::filesystem::perms::others_exec,
                               std::filesystem::perm_options::add);
  return path;
}

void print_day(const DemoWorld& world, const DemoNotebook& notes) {
  std::map<std::string, std::size_t> endings;
  for (const auto& dossier : world.dossiers)
    if (dossier.delivery) ++endings[std::string(ending_text(dossier.ending))];
  const DemoForms forms = forms_of(world);
  std::cout << "\nThe day of province " << world.province << " (Đồng Tháp)\n"
            << "  agencies " << world.agencies.size() << ", offices " << world.offices.size() << ", postmen "
            << world.postmen.size() << ", dossiers " << world.dossiers.size() << "\n"
            << "  pickup orders " << notes.pickup_orders.size() << ", delivery orders "
            << notes.delivery_orders.size() << ", requests repeated " << notes.triggers_repeated << "\n"
            << "  QĐ 45/2016 Điều 5: papers sent by post " << forms.send << ", result received by post "
            << forms.receive << ", both " << forms.both << "\n"
            << "  scans sent " << notes.scans_sent << ": accepted " << notes.scans_accepted << ", duplicate "
            << notes.scans_duplicate << ", held " << notes.scans_held << ", refused " << notes.scans_rejected
            << "\n";
  for (const auto& [ending, count] : endings) std::cout << "  " << ending << ": " << count << "\n";
  std::cout << "  cash taken " << notes.collected_total.to_text() << "\n";
  for (const auto& remittance : notes.remittances)
    std::cout << "  remitted " << remittance.reference << "  " << remittance.agency << "  "
              << remittance.amount.to_text() << "\n";
}

void print_checks(const std::vector<DemoCheck>& checks) {
  std::cout << "\nChecks\n";
  for (const auto& check : checks)
    std::cout << (check.held ? "  ok    " : "  FAIL  ") << check.name << ": " << check.detail << "\n";
}

json::object summary(const DemoWorld& world, const DemoNotebook& notes, const std::vector<DemoCheck>& checks,
                     std::chrono::milliseconds took) {
  json::array list;
  bool held = true;
  for (const auto& check : checks) {
    list.push_back(json::object{{"name", check.name}, {"held", check.held}, {"detail", check.detail}});
    held = held && check.held;
  }
  json::object out;
  out["ok"] = held;
  out["version"] = version();
  out["province"] = world.province;
  out["dossiers"] = world.dossiers.size();
  const DemoForms forms = forms_of(world);
  out["forms"] = json::object{{"send", forms.send}, {"receive", forms.receive}, {"both", forms.both}};
  out["pickup_orders"] = notes.pickup_orders.size();
  out["delivery_orders"] = notes.delivery_orders.size();
  out["scans"] = json::object{{"sent", notes.scans_sent},
                              {"accepted", notes.scans_accepted},
                              {"duplicate", notes.scans_duplicate},
                              {"held_unknown_parcel", notes.scans_held},
                              {"rejected", notes.scans_rejected}};
  out["collected_vnd"] = notes.collected_total.dong();
  out["remittances"] = notes.remittances.size();
  out["took_ms"] = took.count();
  out["checks"] = std::move(list);
  return out;
}

void stay_up(DemoStage& stage, const DemoWorld& world) {
  std::cout << "\nbccid stays up on " << stage.daemon_url() << "\n"
            << "  console for finance: open that address in a browser and sign in as ketoan, password "
            << stage.password() << "\n"
            << "  sign in: POST /v1/session {\"name\": \"quantri\", \"password\": \"" << stage.password()
            << "\"}\n"
            << "  names: quantri (admin), ketoan and ketoan-2 (finance), kiemtoan (auditor), "
            << world.postmen.front().id << " (clerk); systems " << world.agencies.front().system
            << "... by POST /oauth/token, same secret\n"
            << "  files: " << stage.directory().string() << "\n"
            << "Ctrl-C ends it.\n"
            << std::flush;
  std::signal(SIGINT, [](int) { interrupted = 1; });
  std::signal(SIGTERM, [](int) { interrupted = 1; });
  while (interrupted == 0 && stage.daemon_running() && stage.simulators_running())
    pause(std::chrono::milliseconds(200));
}

ExitCode play(const DemoCommand& command, const std::filesystem::path& directory) {
  const auto began = std::chrono::steady_clock::now();
  const auto elapsed = [began] {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
  };
  const Say say = [&elapsed](const std::string& text) {
    const auto tenths = elapsed().count() / 100;
    std::cout << "[" << tenths / 10 << "." << tenths % 10 << " s] " << text << std::endl;
  };
  const DemoWorld world = make_demo_world(kDossiers, SystemClock().now());
  DemoStage stage(directory, world, say);
  DemoDay day(stage, world, say);
  const DemoNotebook& notes = day.play();
  auto checks = check_demo_day(stage, world, notes);
  DemoEvening evening(stage, world, notes, say);
  const auto of_evening = evening.play();
  checks.insert(checks.end(), of_evening.begin(), of_evening.end());
  const auto of_end = check_demo_end(stage);
  checks.insert(checks.end(), of_end.begin(), of_end.end());
  const auto took = elapsed();
  print_day(world, notes);
  print_checks(checks);
  const bool held =
      std::all_of(checks.begin(), checks.end(), [](const DemoCheck& check) { return check.held; });
  if (command.json) std::cout << json::serialize(summary(world, notes, checks, took)) << std::endl;
  if (!command.once) stay_up(stage, world);
  return held ? ExitCode::ok : ExitCode::checks_failed;
}

}  // namespace

ExitCode run_demo(const DemoCommand& command) {
  log::open(log::Level::warn, false);
  const auto directory = state_directory(command);
  ExitCode code = ExitCode::start_failed;
  bool keep = command.keep || !command.state_dir.empty();
  try {
    code = play(command, directory);
  } catch (const std::exception& problem) {
    std::cerr << "bccid demo: " << problem.what() << "\nHINT: the logs are in " << directory.string() << "\n";
    keep = true;
  }
  if (!keep && code == ExitCode::ok) std::filesystem::remove_all(directory);
  return code;
}

}  // namespace bccid::app
