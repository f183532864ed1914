#include "paper/pdf_printer.hpp"

#include "base/text.hpp"
#include "base/time_text.hpp"
#include "paper/pages.hpp"
#include "paper/pango_state.hpp"
#include "paper/printable_text.hpp"
#include "paper/qr_code.hpp"

#include <cairo-pdf.h>

#include <algorithm>
#include <exception>
#include <numbers>
#include <span>
#include <utility>
#include <vector>

namespace bccid {
namespace {

constexpr double kCapHeight = 0.729;  // of DejaVu Sans, as a part of its size
constexpr double kStampSize = 74;
constexpr double kStampAngle = -0.30 * std::numbers::pi;
constexpr double kFooterRise = 20;  // of its middle, above the edge that printers leave white

struct Colour {
  double red, green, blue;
};

Colour colour_of(Ink ink) {
  if (ink == Ink::alarm) return {0.72, 0.07, 0.07};
  if (ink == Ink::quiet) return {0.38, 0.38, 0.38};
  return {0.07, 0.07, 0.07};
}

struct SetRow {
  PaperRow row = {};
  std::optional<QrCode> code = {};
  std::vector<SetText> texts = {};
  std::size_t lines = 1;
};

class SurfacePtr {
 public:
  SurfacePtr(std::string& out, const PageShape& page)
      : surface_(cairo_pdf_surface_create_for_stream(&write, &out, page.width, page.height)) {}
  ~SurfacePtr() { cairo_surface_destroy(surface_); }
  SurfacePtr(const SurfacePtr&) = delete;
  SurfacePtr& operator=(const SurfacePtr&) = delete;
  cairo_surface_t* get() const { return surface_; }

 private:
  static cairo_status_t write(void* out, const unsigned char* bytes, unsigned size) {
    try {
      static_cast<std::string*>(out)->append(bytes, bytes + size);
      return CAIRO_STATUS_SUCCESS;
    } catch (const std::exception&) {
      return CAIRO_STATUS_WRITE_ERROR;  // no exception may pass through C
    }
  }

  cairo_surface_t* surface_;
};

class Canvas {
 public:
  Canvas(cairo_surface_t* surface, const PageShape& page) : cairo_(cairo_create(surface)), page_(page) {}
  ~Canvas() { cairo_destroy(cairo_); }
  Canvas(const Canvas&) = delete;
  Canvas& operator=(const Canvas&) = delete;

  const PageShape& page() const { return page_; }

  void ink(Ink ink) const {
    const Colour colour = colour_of(ink);
    cairo_set_source_rgb(cairo_, colour.red, colour.green, colour.blue);
  }

  // One line of a text; `middle` is that of its capitals.
  void text(const SetText& text, std::size_t line, const PaperCell& cell, double middle) const {
    ink(cell.ink);
    cairo_move_to(cairo_, page_.side + cell.x + text.state().indents[line],
                  middle + cell.size * kCapHeight / 2);
    pango_cairo_show_layout_line(
        cairo_, pango_layout_get_line_readonly(text.state().layout.get(), static_cast<int>(line)));
  }

  void rule(RowRule rule, double y) const {
    if (rule == RowRule::none) return;
    const double grey = rule == RowRule::strong ? 0.25 : 0.78;
    cairo_set_source_rgb(cairo_, grey, grey, grey);
    cairo_set_line_width(cairo_, rule == RowRule::strong ? 0.8 : 0.4);
    cairo_move_to(cairo_, page_.side, y);
    cairo_line_to(cairo_, page_.side + page_.text_width(), y);
    cairo_stroke(cairo_);
  }

  void bar(Ink colour, double top, double height) const {
    ink(colour);
    cairo_rectangle(cairo_, page_.side, top, 2, height);
    cairo_fill(cairo_);
  }

  // The quiet zone is part of the room, whatever stands around it.
  void code(const QrCode& code, double top, double side) const {
    const double square = side / static_cast<double>(code.size() + 2 * kQrQuietZone);
    const double left = page_.width / 2 - side / 2;
    cairo_set_source_rgb(cairo_, 0, 0, 0);
    for (std::size_t row = 0; row < code.size(); ++row)
      for (std::size_t column = 0; column < code.size(); ++column)
        if (code.dark(column, row))
          cairo_rectangle(cairo_, left + static_cast<double>(column + kQrQuietZone) * square,
                          top + static_cast<double>(row + kQrQuietZone) * square, square, square);
    cairo_fill(cairo_);
  }

  // As outlines and not as text: who copies the words of the page must not find these among them.
  void stamp(const SetText& text) const {
    PangoRectangle shape{};
    pango_layout_line_get_extents(pango_layout_get_line_readonly(text.state().layout.get(), 0), &shape,
                                  nullptr);
    cairo_save(cairo_);
    cairo_translate(cairo_, page_.width / 2, page_.height / 2);
    cairo_rotate(cairo_, kStampAngle);
    cairo_move_to(cairo_, -pango_units_to_double(shape.x) - pango_units_to_double(shape.width) / 2,
                  -pango_units_to_double(shape.y) - pango_units_to_double(shape.height) / 2);
    pango_cairo_layout_line_path(cairo_, pango_layout_get_line_readonly(text.state().layout.get(), 0));
    const Colour colour = colour_of(Ink::alarm);
    cairo_set_source_rgba(cairo_, colour.red, colour.green, colour.blue, 0.22);
    cairo_fill(cairo_);
    cairo_restore(cairo_);
  }

  void next_page() const { cairo_show_page(cairo_); }
  cairo_status_t status() const { return cairo_status(cairo_); }

 private:
  cairo_t* cairo_;
  const PageShape& page_;
};

void describe(cairo_surface_t* surface, const Document& document) {
  const auto say = [surface](cairo_pdf_metadata_t what, const std::string& text) {
    cairo_pdf_surface_set_metadata(surface, what, text.c_str());
  };
  const auto anything = [](char32_t) { return true; };
  say(CAIRO_PDF_METADATA_TITLE, printable_text(document.title, anything));
  say(CAIRO_PDF_METADATA_AUTHOR, printable_text(document.author, anything));
  say(CAIRO_PDF_METADATA_CREATOR, "bccid");
  // The paper's own time, to the second: printing it again tomorrow gives the same bytes.
  say(CAIRO_PDF_METADATA_CREATE_DATE,
      to_vietnam_text(std::chrono::floor<std::chrono::seconds>(document.made_at)));
}

// Errors: those of QrCode::of.
Result<std::vector<SetRow>> set_rows(const Typeface& typeface, const Document& document) {
  std::vector<SetRow> out;
  for (auto& row : rows_of(document)) {
    SetRow made;
    if (row.picture) {
      auto code = QrCode::of(row.picture->code_text);
      if (!code) return code.error();
      made.code = std::move(*code);
    }
    for (const auto& cell : row.cells) {
      made.texts.push_back(typeface.set(cell));
      made.lines = std::max(made.lines, made.texts.back().lines());
    }
    made.row = std::move(row);
    out.push_back(std::move(made));
  }
  return out;
}

std::vector<RowShape> shapes_of(const std::vector<SetRow>& rows) {
  std::vector<RowShape> shapes;
  for (const auto& set : rows)
    shapes.push_back(
        {set.lines, set.row.pitch, set.row.before, set.row.after, set.row.keep_with_next, set.row.heading});
  return shapes;
}

void draw(const Canvas& canvas, const SetRow& set, const Piece& piece) {
  const double top = canvas.page().top + piece.top;
  const double height = static_cast<double>(piece.lines) * set.row.pitch;
  if (piece.first_line == 0) canvas.rule(set.row.above, top);
  if (set.code) canvas.code(*set.code, top, set.row.pitch);
  if (set.row.bar) canvas.bar(*set.row.bar, top, height);
  for (std::size_t c = 0; c < set.texts.size(); ++c)
    for (std::size_t i = 0; i < piece.lines; ++i)
      if (const auto line = piece.first_line + i; line < set.texts[c].lines())
        canvas.text(set.texts[c], line, set.row.cells[c],
                    top + (static_cast<double>(i) + 0.5) * set.row.pitch);
  if (piece.first_line + piece.lines == set.lines) canvas.rule(set.row.below, top + height + 1);
}

void draw_footer(const Canvas& canvas, const Typeface& typeface, const std::string& left, std::string right) {
  const double middle = canvas.page().height - kFooterRise - 7;
  PaperCell cell;
  cell.size = 7;
  cell.ink = Ink::quiet;
  cell.width = canvas.page().text_width() - 70;
  cell.text = left;
  canvas.rule(RowRule::thin, middle - 8);
  canvas.text(typeface.set(cell), 0, cell, middle);
  cell.x = cell.width;
  cell.width = 70;
  cell.align = TextAlign::right;
  cell.text = std::move(right);
  canvas.text(typeface.set(cell), 0, cell, middle);
}

}  // namespace

PdfPrinter::PdfPrinter(Typeface typeface) : typeface_(std::move(typeface)) {}

Result<PdfPrinter> PdfPrinter::open(std::string_view family) {
  auto typeface = Typeface::open(family);
  if (!typeface) return typeface.error();
  return PdfPrinter(std::move(*typeface));
}

Result<std::string> PdfPrinter::print(const Document& document) const {
  const auto set = set_rows(typeface_, document);
  if (!set) return set.error();
  const auto& rows = *set;
  const PageShape page = shape_of(document.size);
  const auto pages = paginate(shapes_of(rows), page.text_height());
  PaperCell stamp;
  stamp.text = document.crossed_by;
  stamp.size = kStampSize;
  stamp.bold = true;
  stamp.width = 2 * page.height;
  const SetText crossing = typeface_.set(stamp);

  std::string out;
  const SurfacePtr surface(out, page);
  describe(surface.get(), document);
  cairo_status_t status = CAIRO_STATUS_SUCCESS;
  {
    const Canvas canvas(surface.get(), page);
    for (std::size_t number = 0; number < pages.size(); ++number) {
      for (const auto& piece : pages[number]) draw(canvas, rows[piece.row], piece);
      draw_footer(canvas, typeface_, document.footer,
                  "Trang " + std::to_string(number + 1) + "/" + std::to_string(pages.size()));
      if (!document.crossed_by.empty()) canvas.stamp(crossing);
      canvas.next_page();
    }
    status = canvas.status();
  }
  cairo_surface_finish(surface.get());
  if (status == CAIRO_STATUS_SUCCESS) status = cairo_surface_status(surface.get());
  if (status != CAIRO_STATUS_SUCCESS)
    return Failure(Errc::internal, "the paper \"" + shown(document.title) +
                                       "\" cannot be printed: " + cairo_status_to_string(status));
  return out;
}

}  // namespace bccid
