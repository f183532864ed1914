#include "paper/qr_code.hpp"

#include "base/text.hpp"

#include <zint.h>

#include <memory>

namespace bccid {
namespace {

constexpr int kMediumCorrection = 2;
constexpr std::size_t kTextBytesMax = 2'331;  // of the largest code at that correction, as bytes

struct FreeSymbol {
  void operator()(zint_symbol* symbol) const { ZBarcode_Delete(symbol); }
};
using SymbolPtr = std::unique_ptr<zint_symbol, FreeSymbol>;

std::string escaped(const std::string& text) {
  std::string out;
  for (const char sign : text) {
    if (sign == '&')
      out += "&amp;";
    else if (sign == '<')
      out += "&lt;";
    else if (sign == '>')
      out += "&gt;";
    else
      out += sign;
  }
  return out;
}

}  // namespace

Result<QrCode> QrCode::of(std::string_view text) {
  if (text.empty() || text.size() > kTextBytesMax)
    return Failure(Errc::invalid_field,
                   "a text of " + std::to_string(text.size()) + " bytes does not fit into a QR code",
                   "Use 1 to " + std::to_string(kTextBytesMax) + " bytes.");
  const SymbolPtr symbol(ZBarcode_Create());
  if (!symbol) return Failure(Errc::internal, "no memory for a QR code");
  symbol->symbology = BARCODE_QRCODE;
  symbol->input_mode = UNICODE_MODE;
  symbol->option_1 = kMediumCorrection;
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  if (ZBarcode_Encode(symbol.get(), bytes, static_cast<int>(text.size())) >= ZINT_ERROR)
    return Failure(Errc::internal, "the QR code of \"" + shown(text) + "\" was refused: " + symbol->errtxt);
  const auto size = static_cast<std::size_t>(symbol->rows);
  std::vector<bool> dark;
  dark.reserve(size * size);
  for (std::size_t row = 0; row < size; ++row)
    for (std::size_t column = 0; column < size; ++column)
      dark.push_back((symbol->encoded_data[row][column / 8] >> (column % 8) & 1) != 0);
  return QrCode(size, std::move(dark));
}

std::string qr_svg(const QrCode& code, const std::string& title) {
  const std::string side = std::to_string(code.size() + 2 * kQrQuietZone);
  std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 " + side + ' ' +
                    side + "\" shape-rendering=\"crispEdges\"><title>" + escaped(title) +
                    "</title><path fill=\"#fff\" d=\"M0 0h" + side + 'v' + side +
                    "H0z\"/><path fill=\"#000\" d=\"";
  for (std::size_t row = 0; row < code.size(); ++row)
    for (std::size_t column = 0; column < code.size(); ++column)
      if (code.dark(column, row))
        svg += 'M' + std::to_string(column + kQrQuietZone) + ' ' + std::to_string(row + kQrQuietZone) +
               "h1v1h-1z";
  return svg + "\"/></svg>\n";
}

}  // namespace bccid
