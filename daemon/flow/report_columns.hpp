#pragma once

#include "base/table.hpp"

namespace bccid {

// The column that says which money: phí, lệ phí or cước.
inline TableColumn kind_column() {
  return {
      "kind", "Loại khoản thu", CellKind::text, {{"fee", "Phí"}, {"charge", "Lệ phí"}, {"postage", "Cước"}}};
}

}  // namespace bccid
