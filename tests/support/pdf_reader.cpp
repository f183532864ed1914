#include "tests/support/pdf_reader.hpp"

#include "tests/support/shell.hpp"

#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>

namespace bccid::test {

PdfReader::PdfReader(std::string_view bytes) {
  std::ofstream(folder_.path() / "paper.pdf", std::ios::binary) << bytes;
}

// `command` finds the file as paper.pdf. A program that is missing or complains fails the test.
std::string PdfReader::run(const std::string& command) const {
  const Ran ran = run_shell("cd '" + folder_.path().string() + "' && " + command);
  if (ran.status != 0) throw std::runtime_error(command + ": " + ran.out);
  if (ran.out.find("Error") != std::string::npos || ran.out.find("Warning") != std::string::npos)
    throw std::runtime_error(command + " complains: " + ran.out);
  return ran.out;
}

std::string PdfReader::text(std::size_t page) const {
  const std::string number = std::to_string(page);
  std::istringstream in(run("pdftotext -raw -enc UTF-8 " +
                            (page == 0 ? std::string() : "-f " + number + " -l " + number + " ") +
                            "paper.pdf -"));
  std::string out;
  for (std::string word; in >> word;) out += (out.empty() ? word : " " + word);
  return out;
}

std::string PdfReader::info(std::string_view name) const {
  std::istringstream in(run("TZ=UTC pdfinfo -enc UTF-8 paper.pdf"));
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(std::string(name) + ":")) continue;
    const auto value = line.find_first_not_of(' ', name.size() + 1);
    return value == std::string::npos ? "" : line.substr(value);
  }
  return {};
}

std::vector<PdfReader::Font> PdfReader::fonts() const {
  static const std::regex row(R"((\S+) +.* (yes|no) +(yes|no) +(yes|no) +\d+ +\d+)");
  std::istringstream in(run("pdffonts paper.pdf"));
  std::vector<Font> fonts;
  std::smatch part;
  for (std::string line; std::getline(in, line);)
    if (std::regex_match(line, part, row))
      fonts.push_back({part[1], part[2] == "yes", part[3] == "yes", part[4] == "yes"});
  return fonts;
}

std::vector<PdfReader::Word> PdfReader::words() const {
  static const std::regex row(
      R"re( *<word xMin="([-.\d]+)" yMin="([-.\d]+)" xMax="([-.\d]+)" yMax="([-.\d]+)">(.*)</word>)re");
  std::istringstream in(run("pdftotext -bbox -enc UTF-8 paper.pdf -"));
  std::vector<Word> words;
  std::size_t page = 0;
  std::smatch part;
  for (std::string line; std::getline(in, line);) {
    if (line.find("<page ") != std::string::npos) ++page;
    if (std::regex_match(line, part, row))
      words.push_back(
          {page, std::stod(part[1]), std::stod(part[2]), std::stod(part[3]), std::stod(part[4]), part[5]});
  }
  return words;
}

std::size_t PdfReader::red_points(std::size_t page) const {
  const std::string number = std::to_string(page);
  const std::string image = run("pdftoppm -r 40 -f " + number + " -l " + number + " paper.pdf");
  std::istringstream in(image);
  std::string kind;
  std::size_t width = 0, height = 0, depth = 0;
  in >> kind >> width >> height >> depth;
  if (kind != "P6" || depth != 255) throw std::runtime_error("pdftoppm wrote no image");
  const std::string points = image.substr(static_cast<std::size_t>(in.tellg()) + 1);
  std::size_t red = 0;
  for (std::size_t at = 0; at + 2 < points.size(); at += 3)
    if (static_cast<unsigned char>(points[at]) > static_cast<unsigned char>(points[at + 1]) + 24) ++red;
  return red;
}

}  // namespace bccid::test
