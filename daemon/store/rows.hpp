#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/money.hpp"
#include "base/time_text.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bccid::sql {

class Rows;

// One row of a result, by column index from 0. Valid while its Rows lives.
// Reading NULL without opt_, or a value as what it is not, throws std::logic_error: the statement and its
// reader disagree, which is our own error and never the caller's.
class Row {
 public:
  bool is_null(std::size_t column) const;
  std::string_view text(std::size_t column) const;
  std::string str(std::size_t column) const { return std::string(text(column)); }
  std::int64_t i64(std::size_t column) const;
  bool boolean(std::size_t column) const;
  // A timestamptz as it is selected: every session runs in UTC, so its text has one fixed form.
  Time time(std::size_t column) const;
  Day day(std::size_t column) const;  // a date
  Uuid uuid(std::size_t column) const;
  Money money(std::size_t column) const { return Money(i64(column)); }
  std::string bytes(std::size_t column) const;  // a bytea

  std::optional<std::string> opt_text(std::size_t column) const;
  std::optional<std::int64_t> opt_i64(std::size_t column) const;
  std::optional<bool> opt_boolean(std::size_t column) const;
  std::optional<Time> opt_time(std::size_t column) const;
  std::optional<Day> opt_day(std::size_t column) const;
  std::optional<Uuid> opt_uuid(std::size_t column) const;

 private:
  friend class Rows;
  Row(const Rows& rows, std::size_t index) : rows_(&rows), index_(index) {}

  const Rows* rows_;
  std::size_t index_;
};

// A whole result, copied out of the driver: plain memory that may leave the worker's thread.
class Rows {
 public:
  Rows() = default;
  Rows(std::size_t columns, std::int64_t affected) : columns_(columns), affected_(affected) {}

  std::size_t size() const { return columns_ == 0 ? 0 : cells_.size() / columns_; }
  bool empty() const { return cells_.empty(); }
  std::size_t columns() const { return columns_; }
  // Rows inserted, updated, deleted or selected by the statement.
  std::int64_t affected() const { return affected_; }

  Row operator[](std::size_t index) const { return Row(*this, index); }
  Row front() const { return Row(*this, 0); }

  class Iterator {
   public:
    Iterator(const Rows& rows, std::size_t index) : rows_(&rows), index_(index) {}
    Row operator*() const { return (*rows_)[index_]; }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    bool operator==(const Iterator& other) const { return index_ == other.index_; }

   private:
    const Rows* rows_;
    std::size_t index_;
  };
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, size()}; }

  // For the driver, cell by cell in reading order.
  void reserve(std::size_t rows, std::size_t bytes);
  void append(std::string_view cell);
  void append_null();

 private:
  friend class Row;
  struct Cell {
    std::size_t begin;
    std::size_t length;  // kNull for NULL
  };
  static constexpr std::size_t kNull = static_cast<std::size_t>(-1);

  const Cell& cell(std::size_t row, std::size_t column) const;

  std::size_t columns_ = 0;
  std::int64_t affected_ = 0;
  std::string text_;
  std::vector<Cell> cells_;
};

}  // namespace bccid::sql
