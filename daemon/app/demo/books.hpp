#pragma once

#include "app/demo/stage.hpp"
#include "store/pq.hpp"

#include <boost/json/array.hpp>

#include <cstdint>
#include <string>

namespace bccid::app {

// What the daemon's database answers. Throws std::runtime_error when it does not.
sql::Rows ask(const DemoStage& stage, const sql::Query& query);

// Everything of one paged book of the simulators: `list` names the member that holds a page's items.
boost::json::array book(DemoStage& stage, const std::string& path, const char* list);

// Waits until every message has left the outbox, telling how many are left. Throws std::runtime_error when
// they do not.
void await_quiet(DemoStage& stage, const Say& say, const std::string& what);

// "12 scanned, stored 12".
std::string pair_text(std::int64_t ours, const char* of_what, std::int64_t theirs);

}  // namespace bccid::app
