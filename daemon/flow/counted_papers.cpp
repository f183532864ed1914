#include "flow/counted_papers.hpp"

namespace bccid {
namespace {

const sql::Query kListedPapers{"orders_papers", R"(
SELECT id, unnest(papers) FROM orders WHERE id = ANY ($1::bigint[]))"};

std::string difference_text(const PaperDifference& difference) {
  return std::string(name(difference.reason)) + ": " + difference.title + " (listed " +
         std::to_string(difference.wanted) + ", counted " + std::to_string(difference.counted) + ")";
}

}  // namespace

std::map<std::int64_t, std::vector<std::string>> paper_differences(
    sql::Tx& tx, const std::map<std::int64_t, std::vector<Paper>>& counted) {
  std::vector<std::int64_t> ids;
  for (const auto& [id, papers] : counted) ids.push_back(id);
  std::map<std::int64_t, std::vector<Paper>> listed;
  const auto rows = tx.exec(kListedPapers, sql::Params().add_array(ids));
  for (const auto& row : rows) listed[row.i64(0)].push_back(Paper{row.str(1), 1});
  std::map<std::int64_t, std::vector<std::string>> found;
  for (const auto& [id, list] : listed)
    for (const auto& difference : compare_papers(list, counted.at(id)))
      found[id].push_back(difference_text(difference));
  return found;
}

}  // namespace bccid
