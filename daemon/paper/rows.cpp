#include "paper/rows.hpp"

#include <algorithm>
#include <utility>

namespace bccid {
namespace {

constexpr double kLabelWidth = 96;
constexpr double kIndent = 10;            // behind the bar of a notice
constexpr double kCodeColumn = 139.53;    // from the right, where the codes begin
constexpr double kAmountColumn = 79.53;   // and the amounts
constexpr double kNumberColumn = 123.53;  // of the letterhead
constexpr double kGutter = 8;
constexpr double kSmall = 7.5;
constexpr double kSmallPitch = 11.5;
constexpr double kPenRoom = 40;
constexpr double kCodeSide = 104;  // 37 mm: squares of half a millimetre and more

class RowWriter {
 public:
  RowWriter(std::vector<PaperRow>& rows, double width) : rows_(rows), width_(width) {}

  void operator()(const Letterhead& head) {
    const std::size_t lines = std::max(head.issuer.size(), head.number.size());
    for (std::size_t i = 0; i < lines; ++i) {
      PaperRow row;
      if (i < head.issuer.size()) {
        PaperCell issuer = cell(head.issuer[i], 0, width_ - kNumberColumn - kGutter);
        issuer.bold = i == 0;
        if (i > 0) small(issuer);
        row.cells.push_back(std::move(issuer));
      }
      if (i < head.number.size()) {
        PaperCell number = cell(head.number[i], width_ - kNumberColumn, kNumberColumn);
        number.align = TextAlign::right;
        number.bold = true;
        row.cells.push_back(std::move(number));
      }
      if (i + 1 == lines) {
        row.below = RowRule::thin;
        row.after = 7;
      }
      rows_.push_back(std::move(row));
    }
  }

  void operator()(const Heading& heading) {
    PaperRow title;
    title.cells.push_back(cell(heading.title, 0, width_));
    title.cells.back().align = TextAlign::centre;
    title.cells.back().bold = true;
    title.cells.back().size = 14;
    title.pitch = 20;
    title.before = 12;
    title.keep_with_next = true;
    rows_.push_back(std::move(title));
    PaperRow below;
    below.cells.push_back(cell(heading.below, 0, width_));
    below.cells.back().align = TextAlign::centre;
    below.cells.back().ink = Ink::quiet;
    below.after = 10;
    rows_.push_back(std::move(below));
  }

  void operator()(const Particulars& about) {
    for (const auto& row : about.rows) add_particular(row, 0, {});
    if (!about.rows.empty()) rows_.back().after = 10;
  }

  void operator()(const Notice& notice) {
    const Ink ink = notice.grave ? Ink::alarm : Ink::quiet;
    PaperRow title;
    title.cells.push_back(cell(notice.title, kIndent, width_ - kIndent));
    title.cells.back().bold = true;
    title.cells.back().ink = notice.grave ? Ink::alarm : Ink::text;
    title.bar = ink;
    title.keep_with_next = !notice.rows.empty();
    rows_.push_back(std::move(title));
    for (const auto& row : notice.rows) add_particular(row, kIndent, ink);
    rows_.back().after = 10;
  }

  void operator()(const MoneyTable& table) {
    const std::size_t titles = rows_.size();
    const bool has_codes =
        std::ranges::any_of(table.lines, [](const auto& line) { return !line.code.empty(); });
    add_titles(table.titles, has_codes);
    for (const auto& line : table.lines) {
      rows_.push_back(money_row(line, has_codes));
      rows_.back().heading = titles;
    }
    rows_.back().keep_with_next = true;
    add_total(table.total, titles);
    if (table.words.value.empty()) {
      rows_.back().keep_with_next = false;
      rows_.back().after = 14;
      return;
    }
    PaperRow words;
    words.cells.push_back(cell(table.words.label, 0, 56));
    words.cells.back().ink = Ink::quiet;
    words.cells.push_back(cell(table.words.value, 56, width_ - 56));
    words.keep_with_next = true;
    words.after = 18;
    rows_.push_back(std::move(words));
  }

  void operator()(const Paragraph& paragraph) {
    PaperRow row;
    row.cells.push_back(cell(paragraph.text, 0, width_));
    row.after = 8;
    rows_.push_back(std::move(row));
  }

  void operator()(const QrBlock& code) {
    PaperRow picture;
    picture.picture = PaperPicture{code.text};
    picture.pitch = kCodeSide;
    picture.keep_with_next = true;
    rows_.push_back(std::move(picture));
    PaperRow below;
    below.cells.push_back(cell(code.below, 0, width_));
    below.cells.back().align = TextAlign::centre;
    small(below.cells.back());
    below.after = 6;
    below.keep_with_next = true;
    rows_.push_back(std::move(below));
  }

  void operator()(const Signatures& places) {
    add_pair(places.left.title, places.right.title);
    for (auto& title : rows_.back().cells) title.bold = true;
    add_pair(places.left.below, places.right.below);
    for (auto& below : rows_.back().cells) small(below);
    rows_.back().after = kPenRoom;
    add_pair(places.left.name, places.right.name);
    rows_.back().keep_with_next = false;
  }

 private:
  static PaperCell cell(const std::string& text, double x, double width) {
    PaperCell made;
    made.text = text;
    made.x = x;
    made.width = width;
    return made;
  }

  static void small(PaperCell& of) {
    of.size = kSmall;
    of.ink = Ink::quiet;
  }

  void add_particular(const Particular& particular, double indent, std::optional<Ink> bar) {
    PaperRow row;
    row.cells.push_back(cell(particular.label, indent, kLabelWidth - indent));
    row.cells.back().ink = Ink::quiet;
    row.cells.push_back(cell(particular.value, kLabelWidth, width_ - kLabelWidth));
    row.bar = bar;
    rows_.push_back(std::move(row));
  }

  // A table without codes gives their column to the names.
  PaperRow money_row(const MoneyLine& line, bool has_codes) const {
    PaperRow row;
    row.cells.push_back(cell(line.name, 0, width_ - (has_codes ? kCodeColumn : kAmountColumn) - kGutter));
    if (has_codes)
      row.cells.push_back(cell(line.code, width_ - kCodeColumn, kCodeColumn - kAmountColumn - kGutter / 2));
    row.cells.push_back(cell(line.amount, width_ - kAmountColumn, kAmountColumn));
    row.cells.back().align = TextAlign::right;
    row.before = 2;
    row.after = 2;
    row.below = RowRule::thin;
    return row;
  }

  void add_titles(const MoneyLine& titles, bool has_codes) {
    PaperRow row = money_row(titles, has_codes);
    for (auto& title : row.cells) {
      small(title);
      title.bold = true;
    }
    row.pitch = kSmallPitch;
    row.below = RowRule::strong;
    row.keep_with_next = true;
    rows_.push_back(std::move(row));
  }

  void add_total(const Particular& total, std::size_t titles) {
    PaperRow row;
    row.heading = titles;
    row.cells.push_back(cell(total.label, 0, 120));
    row.cells.push_back(cell(total.value, 120, width_ - 120));
    row.cells.back().align = TextAlign::right;
    for (auto& part : row.cells) {
      part.bold = true;
      part.size = 10.5;
    }
    row.pitch = 21;
    row.above = RowRule::strong;
    row.keep_with_next = true;
    rows_.push_back(std::move(row));
  }

  void add_pair(const std::string& left, const std::string& right) {
    const double half = width_ / 2;
    PaperRow row;
    for (const auto* text : {&left, &right}) {
      row.cells.push_back(cell(*text, text == &left ? 0 : half + 4, half - 4));
      row.cells.back().align = TextAlign::centre;
    }
    row.keep_with_next = true;
    rows_.push_back(std::move(row));
  }

  std::vector<PaperRow>& rows_;
  double width_;
};

}  // namespace

PageShape shape_of(PaperSize size) {
  if (size == PaperSize::a4) return {595.28, 841.89, 56, 50, 60};
  return {419.53, 595.28, 36, 34, 48};
}

std::vector<PaperRow> rows_of(const Document& document) {
  std::vector<PaperRow> rows;
  RowWriter writer(rows, shape_of(document.size).text_width());
  for (const auto& block : document.blocks) std::visit(writer, block);
  return rows;
}

}  // namespace bccid
