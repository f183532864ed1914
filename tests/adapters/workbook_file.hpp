#pragma once

#include <zip.h>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

// Workbooks as programs save them, made part by part, so that a test can make what no program would.
namespace bccid::test {

// Name of a packed file -> what is in it.
using Parts = std::map<std::string, std::string>;

inline std::string packed(const Parts& parts) {
  zip_error_t error;
  zip_error_init(&error);
  auto* source = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(source);
  auto* archive = zip_open_from_source(source, ZIP_TRUNCATE, &error);
  for (const auto& [name, text] : parts)
    if (zip_file_add(archive, name.c_str(), zip_source_buffer(archive, text.data(), text.size(), 0),
                     ZIP_FL_ENC_UTF_8) < 0)
      throw std::runtime_error("the workbook cannot be made");
  if (zip_close(archive) != 0 || zip_source_open(source) != 0)
    throw std::runtime_error("the workbook cannot be packed");
  zip_source_seek(source, 0, SEEK_END);
  std::string bytes(static_cast<std::size_t>(zip_source_tell(source)), '\0');
  zip_source_seek(source, 0, SEEK_SET);
  const auto got = zip_source_read(source, bytes.data(), bytes.size());
  zip_source_close(source);
  zip_source_free(source);
  if (got != static_cast<zip_int64_t>(bytes.size())) throw std::runtime_error("the workbook cannot be read");
  return bytes;
}

// A workbook of one sheet. Style 1 is "dd/mm/yyyy", style 2 "#,##0 [$VND]", style 3 the built-in day.
inline Parts workbook_parts(const std::string& rows, const std::vector<std::string>& strings = {}) {
  std::string shared = "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">";
  for (const auto& text : strings) shared += "<si><t xml:space=\"preserve\">" + text + "</t></si>";
  const std::string main = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
  return {
      {"[Content_Types].xml",
       "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"},
      {"xl/workbook.xml",
       "<workbook " + main +
           " xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>"
           "<sheet name=\"Sao kê\" sheetId=\"1\" r:id=\"rId7\"/></sheets></workbook>"},
      {"xl/_rels/workbook.xml.rels",
       "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
       "<Relationship Id=\"rId7\" Target=\"worksheets/sheet1.xml\"/></Relationships>"},
      {"xl/styles.xml",
       "<styleSheet " + main +
           "><numFmts><numFmt numFmtId=\"164\" formatCode=\"dd/mm/yyyy\"/><numFmt "
           "numFmtId=\"165\" formatCode=\"#,##0 [$VND]\"/></numFmts><cellStyleXfs><xf "
           "numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/>"
           "<xf numFmtId=\"165\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"},
      {"xl/sharedStrings.xml", shared + "</sst>"},
      {"xl/worksheets/sheet1.xml", "<worksheet " + main + "><sheetData>" + rows + "</sheetData></worksheet>"},
  };
}

inline std::string workbook(const std::string& rows, const std::vector<std::string>& strings = {}) {
  return packed(workbook_parts(rows, strings));
}

inline std::string text_cell(const std::string& place, const std::string& text) {
  return "<c r=\"" + place + "\" t=\"inlineStr\"><is><t>" + text + "</t></is></c>";
}
inline std::string number_cell(const std::string& place, const std::string& number, int style = 0) {
  return "<c r=\"" + place + "\" s=\"" + std::to_string(style) + "\"><v>" + number + "</v></c>";
}

}  // namespace bccid::test
