#include "paper/pages.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace bccid {
namespace {

RowShape row(std::size_t lines = 1, bool keep = false, std::optional<std::size_t> heading = {}) {
  return {.lines = lines, .pitch = 10, .before = 0, .after = 0, .keep_with_next = keep, .heading = heading};
}

// "0 1 | 2/1-3": the rows of each page; with its lines where a row is broken.
std::string shown(const std::vector<RowShape>& rows, const std::vector<Page>& pages) {
  std::string out;
  for (const auto& page : pages) {
    if (&page != &pages.front()) out += "| ";
    for (const auto& piece : page) {
      out += std::to_string(piece.row);
      if (piece.lines != rows[piece.row].lines)
        out += "/" + std::to_string(piece.first_line) + "-" + std::to_string(piece.first_line + piece.lines);
      out += ' ';
    }
  }
  return out;
}
std::string paged(const std::vector<RowShape>& rows, double height) {
  return shown(rows, paginate(rows, height));
}

TEST(Paginate, NothingIsOneEmptyPage) { EXPECT_EQ(paginate({}, 100).size(), 1U); }

TEST(Paginate, APageIsFilledToItsLastPoint) {
  EXPECT_EQ(paged({row(), row(), row()}, 30), "0 1 2 ");
  EXPECT_EQ(paged({row(), row(), row(), row()}, 30), "0 1 2 | 3 ");
}

TEST(Paginate, WhatBelongsTogetherMovesTogether) {
  EXPECT_EQ(paged({row(), row(), row(1, true), row()}, 30), "0 1 | 2 3 ");
  EXPECT_EQ(paged({row(), row(2)}, 20), "0 | 1 ") << "a row is not broken that fits on a page";
}

TEST(Paginate, WhatNoPageCanHoldIsBrokenBetweenLines) {
  EXPECT_EQ(paged({row(), row(5)}, 30), "0 1/0-2 | 1/2-5 ");
  EXPECT_EQ(paged({row(1, true), row(1, true), row(1, true), row()}, 20), "0 1 | 2 3 ");
}

TEST(Paginate, TitlesAreRepeatedAboveTheRestOfTheirRows) {
  EXPECT_EQ(paged({row(1, true), row(1, false, 0), row(1, false, 0), row(1, false, 0)}, 30), "0 1 2 | 0 3 ");
  EXPECT_EQ(paged({row(1, true), row(5, false, 0)}, 30), "0 1/0-2 | 0 1/2-4 | 0 1/4-5 ");
}

TEST(Paginate, RoomBeforeARowIsLeftOutAtTheTop) {
  std::vector<RowShape> rows{row(), row()};
  rows[0].before = rows[1].before = 5;
  const auto pages = paginate(rows, 20);
  ASSERT_EQ(pages.size(), 2U);
  EXPECT_EQ(pages[0][0].top, 0);
  EXPECT_EQ(pages[1][0].top, 0);
  EXPECT_EQ(paginate(rows, 25)[0][1].top, 15);
}

TEST(Paginate, ALineHigherThanThePageStandsNevertheless) {
  EXPECT_EQ(paged({row(), row(2)}, 5), "0 | 1/0-1 | 1/1-2 ");
}

TEST(Paginate, EveryLineStandsOnceInOrderAndInsideItsPage) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 500; ++round) {
    std::vector<RowShape> rows;
    for (std::size_t i = 0; i < 1 + random() % 30; ++i) {
      rows.push_back(row(1 + random() % 12, random() % 3 == 0));
      rows.back().before = static_cast<double>(random() % 8);
      rows.back().after = static_cast<double>(random() % 8);
      if (i > 0 && random() % 2 == 0) rows.back().heading = 0;
    }
    rows[0].lines = 1;
    std::size_t next_row = 0, next_line = 0;
    for (const auto& page : paginate(rows, 90))
      for (const auto& piece : page) {
        EXPECT_LE(piece.top + static_cast<double>(piece.lines) * 10, 90.001);
        if (piece.row == 0 && next_row > 0) continue;
        EXPECT_EQ(piece.row, next_row);
        EXPECT_EQ(piece.first_line, next_line);
        next_line += piece.lines;
        if (next_line < rows[next_row].lines) continue;
        ++next_row;
        next_line = 0;
      }
    EXPECT_EQ(next_row, rows.size());
  }
}

}  // namespace
}  // namespace bccid
