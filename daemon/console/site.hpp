#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace bccid::console {

// The console's pages for staff: HTML in two languages, style sheets and modules, all carried in the binary.
// A page holds no data and no secret; its modules ask the API for both.

enum class Language { vietnamese, english };

// "en" is English; everything else, also nothing, is Vietnamese.
Language language_of(std::string_view tag);

struct Page {
  std::string html;
  std::string etag;  // quoted, of exactly these bytes
};

struct File {
  std::string_view content;
  std::string_view type;  // its Content-Type
};

// Everything that the site serves. It is made once, at its first use, from the embedded files.
class Site {
 public:
  // Throws std::runtime_error when the embedded files contradict each other: a text that is missing in a
  // language, a page that names a text that is not there.
  static const Site& instance();

  // Null when there is no such page.
  const Page* page(std::string_view name, Language language) const;
  // What `version` of the files is now: a hash of all of them, so that a page and its modules always belong
  // together and may be kept for ever.
  const std::string& version() const { return version_; }
  // Null for another version's files and for names that are none.
  const File* file(std::string_view version, std::string_view name) const;

  // Texts by key, as texts.csv has them.
  using Texts = std::map<std::string, std::string, std::less<>>;
  const Texts& texts(Language language) const;
  std::vector<std::string> page_names() const;

 private:
  Site();
  void read_files();
  void read_texts();
  void build_pages();
  std::string filled(std::string_view source, std::string_view name, Language language) const;
  std::string value_of(std::string_view key, std::string_view name, Language language) const;
  // The texts that modules say, for a template element: scripts hold none of their own.
  std::string said_by_scripts(Language language) const;

  std::map<std::string, File, std::less<>> files_;
  std::map<std::string, Page, std::less<>> vietnamese_pages_, english_pages_;
  Texts vietnamese_, english_;
  std::string version_;
};

// The policy of every page: nothing but our own files, no inline script or style, no frame, no HTML from
// text.
inline constexpr std::string_view kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'";

}  // namespace bccid::console
