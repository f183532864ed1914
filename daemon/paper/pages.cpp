#include "paper/pages.hpp"

#include <algorithm>

namespace bccid {
namespace {

// Sums of points differ in their last bits.
constexpr double kRounding = 1e-6;

class Paginator {
 public:
  Paginator(std::span<const RowShape> rows, double height) : rows_(rows), height_(height), pages_(1) {}

  std::vector<Page> run() && {
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      const double wanted = height_of_chain(row);
      if (!fits(wanted) && used_ > 0 && wanted <= height_ - height_of_heading(row) + kRounding)
        open_page(row);
      place(row);
    }
    return std::move(pages_);
  }

 private:
  double height_of(const RowShape& row) const {
    return row.before + static_cast<double>(row.lines) * row.pitch + row.after;
  }
  double height_of_heading(std::size_t row) const {
    const auto heading = rows_[row].heading;
    return heading ? height_of(rows_[*heading]) : 0;
  }
  // The row with those that must not be parted from it.
  double height_of_chain(std::size_t row) const {
    double sum = 0;
    for (; row < rows_.size(); ++row) {
      sum += height_of(rows_[row]);
      if (!rows_[row].keep_with_next) break;
    }
    return sum;
  }
  bool fits(double wanted) const { return used_ + wanted <= height_ + kRounding; }

  void open_page(std::size_t row) {
    pages_.emplace_back();
    used_ = 0;
    if (rows_[row].heading) put(*rows_[row].heading, 0, rows_[*rows_[row].heading].lines);
    top_ = used_;
  }

  void put(std::size_t row, std::size_t first, std::size_t lines) {
    const RowShape& shape = rows_[row];
    if (first == 0 && used_ > 0) used_ += shape.before;
    pages_.back().push_back({row, first, lines, used_});
    used_ += static_cast<double>(lines) * shape.pitch;
    if (first + lines == shape.lines) used_ += shape.after;
  }

  void place(std::size_t row) {
    const RowShape& shape = rows_[row];
    for (std::size_t first = 0; first < shape.lines;) {
      const double room = height_ - used_ - (first == 0 ? shape.before : 0);
      std::size_t lines = 0;
      while (first + lines < shape.lines && static_cast<double>(lines + 1) * shape.pitch <= room + kRounding)
        ++lines;
      if (lines == 0 && used_ > top_) {
        open_page(row);
        continue;
      }
      // A line that is higher than the page stands nevertheless.
      lines = std::max<std::size_t>(lines, 1);
      put(row, first, lines);
      first += lines;
      if (first < shape.lines) open_page(row);
    }
  }

  std::span<const RowShape> rows_;
  double height_;
  std::vector<Page> pages_;
  double used_ = 0;
  double top_ = 0;  // what the repeated heading takes
};

}  // namespace

std::vector<Page> paginate(std::span<const RowShape> rows, double height) {
  return Paginator(rows, height).run();
}

}  // namespace bccid
