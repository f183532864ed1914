#include "app/demo/books.hpp"

#include "app/demo/process.hpp"
#include "store/direct.hpp"

#include <boost/json.hpp>

#include <chrono>
#include <stdexcept>

namespace bccid::app {
namespace {

const sql::Query kUnfinished{"demo_unfinished", R"(
SELECT count(*) FROM outbox WHERE state IN ('scheduled', 'leased'))"};

}  // namespace

sql::Rows ask(const DemoStage& stage, const sql::Query& query) {
  auto rows = run_directly<sql::Rows>(stage.dsn(),
                                      [&query](sql::Tx& tx) { return Result<sql::Rows>(tx.exec(query)); });
  if (!rows) throw std::runtime_error(rows.error().text());
  return std::move(*rows);
}

boost::json::array book(DemoStage& stage, const std::string& path, const char* list) {
  boost::json::array all;
  for (;;) {
    const auto page = stage.sim().get(path + "?limit=1000&after=" + std::to_string(all.size()));
    const auto& items = page.body.at(list).as_array();
    if (items.empty()) return all;
    all.insert(all.end(), items.begin(), items.end());
  }
}

void await_quiet(DemoStage& stage, const Say& say, const std::string& what) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  std::int64_t last = -1;
  for (;;) {
    const auto left = ask(stage, kUnfinished).front().i64(0);
    if (left == 0) return;
    if (left != last) say("  waiting for " + what + ": " + std::to_string(left) + " messages left");
    last = left;
    if (std::chrono::steady_clock::now() > until)
      throw std::runtime_error("messages are stuck; see the daemon's log");
    pause(std::chrono::milliseconds(500));
  }
}

std::string pair_text(std::int64_t ours, const char* of_what, std::int64_t theirs) {
  return std::to_string(ours) + " " + of_what + " " + std::to_string(theirs);
}

}  // namespace bccid::app
