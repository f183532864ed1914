#include "paper/table_xlsx.hpp"

#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace bccid {
namespace {

// A file that lives in memory only; the library knows none but those with a name.
class MemoryFile {
 public:
  MemoryFile() : fd_(memfd_create("table.xlsx", MFD_CLOEXEC)) {}
  ~MemoryFile() {
    if (fd_ >= 0) close(fd_);
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  bool good() const { return fd_ >= 0; }
  std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }
  std::string content() const {
    std::string out;
    std::array<char, 65536> piece{};
    for (off_t at = 0;;) {
      const auto got = pread(fd_, piece.data(), piece.size(), at);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return out;
      out.append(piece.data(), static_cast<std::size_t>(got));
      at += got;
    }
  }

 private:
  int fd_;
};

struct Formats {
  lxw_format* title = nullptr;
  lxw_format* money = nullptr;
  lxw_format* day = nullptr;
  lxw_format* time = nullptr;

  explicit Formats(lxw_workbook* book)
      : title(workbook_add_format(book)),
        money(workbook_add_format(book)),
        day(workbook_add_format(book)),
        time(workbook_add_format(book)) {
    format_set_bold(title);
    format_set_text_wrap(title);
    format_set_num_format(money, "#,##0;-#,##0");
    format_set_num_format(day, "dd/mm/yyyy");
    format_set_num_format(time, "dd/mm/yyyy hh:mm");
  }
};

lxw_datetime date_of(Day day) {
  lxw_datetime date{};
  date.year = int(day.year());
  date.month = static_cast<int>(unsigned(day.month()));
  date.day = static_cast<int>(unsigned(day.day()));
  return date;
}

lxw_datetime date_of(Time at) {
  auto date = date_of(business_day(at));
  const auto since = at - start_of_day(business_day(at));
  date.hour = static_cast<int>(std::chrono::floor<std::chrono::hours>(since).count());
  date.min = static_cast<int>(std::chrono::floor<std::chrono::minutes>(since).count() % 60);
  date.sec = static_cast<double>(std::chrono::floor<std::chrono::seconds>(since).count() % 60);
  return date;
}

// The format holds no more characters in one cell.
constexpr std::size_t kCellCharsMax = 32'767;

class SheetCell {
 public:
  SheetCell(lxw_worksheet* sheet, const Table& table, const Formats& formats)
      : sheet_(sheet), table_(table), formats_(formats) {}

  void move_to(std::size_t row, std::size_t column) {
    row_ = static_cast<lxw_row_t>(row);
    column_ = static_cast<lxw_col_t>(column);
  }
  void operator()(std::monostate) const {}
  void operator()(const std::string& value) const {
    const auto text = table_.columns[column_].shown(value);
    // Characters are at least as many bytes; cut bytes of a text that is too long end at a whole character.
    std::size_t size = std::min(text.size(), kCellCharsMax);
    while (size < text.size() && size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U)
      --size;
    worksheet_write_string(sheet_, row_, column_, std::string(text.substr(0, size)).c_str(), nullptr);
  }
  void operator()(std::int64_t number) const {
    worksheet_write_number(sheet_, row_, column_, static_cast<double>(number), nullptr);
  }
  // Whole numbers up to 2^53 are exact in a spreadsheet; Money is far below.
  void operator()(Money amount) const {
    worksheet_write_number(sheet_, row_, column_, static_cast<double>(amount.dong()), formats_.money);
  }
  void operator()(Day day) const {
    auto date = date_of(day);
    worksheet_write_datetime(sheet_, row_, column_, &date, formats_.day);
  }
  void operator()(Time at) const {
    auto date = date_of(at);
    worksheet_write_datetime(sheet_, row_, column_, &date, formats_.time);
  }

 private:
  lxw_worksheet* sheet_;
  const Table& table_;
  const Formats& formats_;
  lxw_row_t row_ = 0;
  lxw_col_t column_ = 0;
};

double width_of(CellKind kind) {
  if (kind == CellKind::text) return 24;
  return kind == CellKind::count ? 10 : 17;
}

void write_titles(lxw_worksheet* sheet, const Table& table, const Formats& formats) {
  for (std::size_t at = 0; at < table.columns.size(); ++at) {
    const auto column = static_cast<lxw_col_t>(at);
    worksheet_set_column(sheet, column, column, width_of(table.columns[at].kind), nullptr);
    worksheet_write_string(sheet, 0, column, table.columns[at].title.c_str(), formats.title);
  }
  worksheet_freeze_panes(sheet, 1, 0);
  if (!table.columns.empty())
    worksheet_autofilter(sheet, 0, 0, static_cast<lxw_row_t>(table.rows.size()),
                         static_cast<lxw_col_t>(table.columns.size() - 1));
}

}  // namespace

Result<std::string> table_xlsx(const Table& table) {
  const MemoryFile file;
  if (!file.good())
    return Failure(Errc::internal, std::string("no memory for a workbook: ") + std::strerror(errno));
  lxw_workbook_options options{};
  options.constant_memory = LXW_TRUE;  // rows go out as they come
  lxw_workbook* const book = workbook_new_opt(file.path().c_str(), &options);
  if (book == nullptr) return Failure(Errc::internal, "no memory for a workbook");
  lxw_doc_properties about{};
  std::string title = table.title;
  about.title = title.data();
  workbook_set_properties(book, &about);
  const Formats formats(book);
  lxw_worksheet* const sheet = workbook_add_worksheet(book, nullptr);
  if (sheet != nullptr) {
    write_titles(sheet, table, formats);
    SheetCell writer(sheet, table, formats);
    for (std::size_t row = 0; row < table.rows.size(); ++row)
      for (std::size_t at = 0; at < table.rows[row].size(); ++at) {
        writer.move_to(row + 1, at);
        std::visit(writer, table.rows[row][at]);
      }
  }
  const auto error = workbook_close(book);  // frees the book, also when it fails
  if (error != LXW_NO_ERROR)
    return Failure(Errc::internal, std::string("the workbook \"") + table.name +
                                       "\" was not written: " + lxw_strerror(error));
  return file.content();
}

}  // namespace bccid
