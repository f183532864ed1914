#include "app/demo/books.hpp"

#include "store/direct.hpp"

#include <boost/json.hpp>

#include <stdexcept>

namespace bccid::app {

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

std::string pair_text(std::int64_t ours, const char* of_what, std::int64_t theirs) {
  return std::to_string(ours) + " " + of_what + " " + std::to_string(theirs);
}

}  // namespace bccid::app
