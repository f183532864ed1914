#include "console/site.hpp"

#include "base/csv.hpp"
#include "base/digest.hpp"
#include "base/embedded.hpp"

#include <stdexcept>

namespace bccid::console {
namespace {

constexpr std::string_view kFiles = "console/files/";
constexpr std::string_view kPages = "console/pages/";
constexpr std::string_view kShell = "shell";  // what stands around every page
constexpr std::string_view kSaid = "say.";    // texts that modules say
constexpr std::size_t kVersionDigits = 16;

std::string_view type_of(std::string_view name) {
  return name.ends_with(".css") ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8";
}

std::string short_hash(std::string_view bytes) { return to_hex(sha256(bytes)).substr(0, kVersionDigits); }

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string_view page_source(std::string_view name) {
  return embedded_file(std::string(kPages) + std::string(name) + ".html");
}

}  // namespace

Language language_of(std::string_view tag) { return tag == "en" ? Language::english : Language::vietnamese; }

const Site& Site::instance() {
  static const Site site;
  return site;
}

Site::Site() {
  read_files();
  read_texts();
  build_pages();
}

void Site::read_files() {
  std::string all;
  for (const auto& file : embedded_files()) {
    if (!file.path.starts_with(kFiles)) continue;
    const auto name = file.path.substr(kFiles.size());
    files_[std::string(name)] = File{file.content, type_of(name)};
    all.append(name).append("\n").append(file.content).append("\n");
  }
  version_ = short_hash(all);
}

void Site::read_texts() {
  const auto table = CsvTable::parse(embedded_file("console/texts.csv"));
  if (!table) throw std::runtime_error("console/texts.csv: " + table.error().text());
  for (std::size_t row = 0; row < table->size(); ++row) {
    const std::string& key = table->at(row, "key");
    vietnamese_[key] = table->at(row, "vi");
    english_[key] = table->at(row, "en");
    if (vietnamese_[key].empty() || english_[key].empty())
      throw std::runtime_error("console/texts.csv: " + key + " is missing in a language");
  }
}

void Site::build_pages() {
  for (const auto& file : embedded_files()) {
    if (!file.path.starts_with(kPages)) continue;
    std::string name(file.path.substr(kPages.size()));
    name.resize(name.size() - std::string_view(".html").size());
    if (name == kShell) continue;
    for (const auto language : {Language::vietnamese, Language::english}) {
      Page page;
      page.html = filled(page_source(kShell), name, language);
      page.etag = '"' + short_hash(page.html) + '"';
      (language == Language::english ? english_pages_ : vietnamese_pages_)[name] = std::move(page);
    }
  }
}

// Puts a value in the place of each {{key}}.
std::string Site::filled(std::string_view source, std::string_view name, Language language) const {
  std::string out;
  while (!source.empty()) {
    const auto open = source.find("{{");
    const auto close = source.find("}}", open);
    if (close == std::string_view::npos) break;
    out.append(source.substr(0, open));
    out.append(value_of(source.substr(open + 2, close - open - 2), name, language));
    source.remove_prefix(close + 2);
  }
  return out.append(source);
}

std::string Site::value_of(std::string_view key, std::string_view name, Language language) const {
  const bool english = language == Language::english;
  if (key == "=language") return english ? "en" : "vi";
  if (key == "=files") return "/console/files/" + version_;
  if (key == "=page") return std::string(name);
  if (key == "=content") return filled(page_source(name), name, language);
  if (key == "=said") return said_by_scripts(language);
  if (key == "=title") key = "page.";
  const auto& known = texts(language);
  const auto found = known.find(key == "page." ? "page." + std::string(name) : std::string(key));
  if (found == known.end())
    throw std::runtime_error("console page " + std::string(name) + " names the unknown text " +
                             std::string(key));
  return escaped(found->second);
}

std::string Site::said_by_scripts(Language language) const {
  std::string out;
  for (const auto& [key, text] : texts(language))
    if (key.starts_with(kSaid))
      out += "<i data-key=\"" + key.substr(kSaid.size()) + "\">" + escaped(text) + "</i>\n";
  return out;
}

const Page* Site::page(std::string_view name, Language language) const {
  const auto& pages = language == Language::english ? english_pages_ : vietnamese_pages_;
  const auto found = pages.find(name);
  return found == pages.end() ? nullptr : &found->second;
}

const File* Site::file(std::string_view version, std::string_view name) const {
  const auto found = version == version_ ? files_.find(name) : files_.end();
  return found == files_.end() ? nullptr : &found->second;
}

const Site::Texts& Site::texts(Language language) const {
  return language == Language::english ? english_ : vietnamese_;
}

std::vector<std::string> Site::page_names() const {
  std::vector<std::string> names;
  for (const auto& [name, page] : vietnamese_pages_) names.push_back(name);
  return names;
}

}  // namespace bccid::console
