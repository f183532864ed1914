#pragma once

#include "app/config_table.hpp"

namespace bccid::app {

// The keys of every block whose counterpart is sent messages.
template <class Block>
inline constexpr Key<Block> kPaceKeys[] = {
    {{.path = "in_flight",
      .type = KeyType::integer,
      .fallback = "0",
      .range = "0..1000",
      .help = "Messages that are sent to it at a time; 0: as outbox.per_target says."},
     [](Block& c) -> Slot { return &c.in_flight; }},
    {{.path = "per_second",
      .type = KeyType::integer,
      .fallback = "0",
      .range = "0..1000",
      .help = "Messages whose sending begins in a second, evenly spaced; 0: as fast as it answers."},
     [](Block& c) -> Slot { return &c.per_second; }},
};

}  // namespace bccid::app
