#include "paper/typeface.hpp"

#include "paper/font_configuration.hpp"
#include "paper/pango_state.hpp"
#include "paper/printable_text.hpp"

#include <utility>

namespace bccid {
namespace {

struct FreeDescription {
  void operator()(PangoFontDescription* description) const { pango_font_description_free(description); }
};
using DescriptionPtr = std::unique_ptr<PangoFontDescription, FreeDescription>;

struct FreeIter {
  void operator()(PangoLayoutIter* iter) const { pango_layout_iter_free(iter); }
};

struct FreeOptions {
  void operator()(cairo_font_options_t* options) const { cairo_font_options_destroy(options); }
};

DescriptionPtr description_of(const std::string& family, double size, bool bold) {
  DescriptionPtr description(pango_font_description_new());
  pango_font_description_set_family(description.get(), family.c_str());
  pango_font_description_set_weight(description.get(), bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_font_description_set_absolute_size(description.get(), size * PANGO_SCALE);
  return description;
}

// Nothing about a line depends on a screen or on the operator's language.
GlibPtr<PangoContext> context_of(PangoFontMap* fonts) {
  GlibPtr<PangoContext> context(pango_font_map_create_context(fonts));
  const std::unique_ptr<cairo_font_options_t, FreeOptions> options(cairo_font_options_create());
  cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(context.get(), options.get());
  pango_cairo_context_set_resolution(context.get(), 72);
  pango_context_set_round_glyph_positions(context.get(), FALSE);
  pango_context_set_language(context.get(), pango_language_from_string("vi"));
  pango_context_set_base_dir(context.get(), PANGO_DIRECTION_LTR);
  return context;
}

// No other family helps out, and a word that is broken gets no hyphen that its writer did not write.
void keep_literal(PangoLayout* layout) {
  PangoAttrList* attributes = pango_attr_list_new();
  pango_attr_list_insert(attributes, pango_attr_fallback_new(FALSE));
  pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(FALSE));
  pango_layout_set_attributes(layout, attributes);
  pango_attr_list_unref(attributes);
  pango_layout_set_auto_dir(layout, FALSE);
  pango_layout_set_single_paragraph_mode(layout, TRUE);
}

PangoAlignment alignment_of(TextAlign align) {
  if (align == TextAlign::centre) return PANGO_ALIGN_CENTER;
  return align == TextAlign::right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT;
}

std::vector<double> indents_of(PangoLayout* layout) {
  std::vector<double> indents;
  const std::unique_ptr<PangoLayoutIter, FreeIter> iter(pango_layout_get_iter(layout));
  do {
    PangoRectangle logical{};
    pango_layout_iter_get_line_extents(iter.get(), nullptr, &logical);
    indents.push_back(pango_units_to_double(logical.x));
  } while (pango_layout_iter_next_line(iter.get()) != FALSE);
  return indents;
}

}  // namespace

SetText::SetText(std::unique_ptr<State> state) : state_(std::move(state)) {}
SetText::SetText(SetText&&) noexcept = default;
SetText& SetText::operator=(SetText&&) noexcept = default;
SetText::~SetText() = default;

std::size_t SetText::lines() const { return state_->indents.size(); }

struct Typeface::State {
  std::string family = {};
  GlibPtr<PangoFontMap> fonts = {};
  GlibPtr<PangoContext> context = {};
  GlibPtr<PangoFont> regular = {}, bold = {};

  bool can_draw(char32_t c) const {
    const auto wide = static_cast<gunichar>(c);
    return pango_font_has_char(regular.get(), wide) != FALSE &&
           pango_font_has_char(bold.get(), wide) != FALSE;
  }
  GlibPtr<PangoFont> font(bool heavy) const {
    const auto description = description_of(family, 9, heavy);
    return GlibPtr<PangoFont>(pango_font_map_load_font(fonts.get(), context.get(), description.get()));
  }
};

Typeface::Typeface(std::unique_ptr<State> state) : state_(std::move(state)) {}
Typeface::Typeface(Typeface&&) noexcept = default;
Typeface& Typeface::operator=(Typeface&&) noexcept = default;
Typeface::~Typeface() = default;

Result<Typeface> Typeface::open(std::string_view family) {
  read_font_configuration();
  auto state = std::make_unique<State>();
  state->family = family;
  // A map of our own: the default one belongs to whichever thread asks.
  state->fonts.reset(pango_cairo_font_map_new());
  // Asked for by name, because a load would silently answer with the nearest other family.
  if (pango_font_map_get_family(state->fonts.get(), state->family.c_str()) != nullptr) {
    state->context = context_of(state->fonts.get());
    state->regular = state->font(false);
    state->bold = state->font(true);
  }
  if (!state->regular || !state->bold)
    return Failure(Errc::unavailable, "the font family \"" + state->family + "\" is not installed",
                   "Install the package fonts-dejavu-core and restart bccid.");
  return Typeface(std::move(state));
}

SetText Typeface::set(const PaperCell& cell) const {
  auto text = std::make_unique<SetText::State>();
  text->layout.reset(pango_layout_new(state_->context.get()));
  PangoLayout* const layout = text->layout.get();
  const auto description = description_of(state_->family, cell.size, cell.bold);
  pango_layout_set_font_description(layout, description.get());
  keep_literal(layout);
  pango_layout_set_width(layout, pango_units_from_double(cell.width));
  pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_alignment(layout, alignment_of(cell.align));
  const std::string plain = printable_text(cell.text, [this](char32_t c) { return state_->can_draw(c); });
  pango_layout_set_text(layout, plain.data(), static_cast<int>(plain.size()));
  text->indents = indents_of(layout);
  return SetText(std::move(text));
}

}  // namespace bccid
