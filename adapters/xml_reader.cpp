#include "adapters/xml_reader.hpp"

#include "adapters/statement_builder.hpp"
#include "base/text.hpp"

#include <expat.h>

#include <algorithm>
#include <new>

namespace bccid::bank {
namespace {

constexpr std::size_t kDepthMax = 40;
constexpr std::size_t kTextBytesMax = 8 * 1024;
constexpr char kSpaceEnd = ' ';  // between an element's namespace and its name; in neither of them

}  // namespace

// What expat calls. No exception may pass through it.
struct XmlReader::Callbacks {
  template <class F>
  static void guarded(void* user, F work) {
    auto& reader = *static_cast<XmlReader*>(user);
    if (!reader.status_ || reader.thrown_) return;
    try {
      if (const auto done = work(reader); !done) reader.refuse(done.error());
    } catch (...) {
      reader.thrown_ = std::current_exception();
      XML_StopParser(reader.parser_.get(), XML_FALSE);
    }
  }

  static void XMLCALL begin(void* user, const XML_Char* name, const XML_Char** attributes) {
    guarded(user, [name, attributes](XmlReader& reader) -> Status {
      if (++reader.depth_ > kDepthMax) return refused(reader.line(), "the elements are nested too deeply");
      const std::string_view whole(name);
      const auto split = whole.rfind(kSpaceEnd);
      const auto local = split == std::string_view::npos ? whole : whole.substr(split + 1);
      const auto space = split == std::string_view::npos ? std::string_view{} : whole.substr(0, split);
      if (!reader.path_.empty()) reader.path_ += '/';
      reader.path_ += local;
      reader.text_.clear();
      reader.attributes_ = attributes;
      return reader.begin(reader.path_, space);
    });
  }

  static void XMLCALL end(void* user, const XML_Char*) {
    guarded(user, [](XmlReader& reader) -> Status {
      auto done = reader.end(reader.path_, trim(reader.text_));
      --reader.depth_;
      const auto slash = reader.path_.rfind('/');
      reader.path_.resize(slash == std::string::npos ? 0 : slash);
      reader.text_.clear();
      return done;
    });
  }

  static void XMLCALL characters(void* user, const XML_Char* text, int size) {
    guarded(user, [text, size](XmlReader& reader) -> Status {
      if (reader.text_.size() + static_cast<std::size_t>(size) > kTextBytesMax)
        return refused(reader.line(), "a text is too long");
      reader.text_.append(text, static_cast<std::size_t>(size));
      return {};
    });
  }

  static void XMLCALL document_type(void* user, const XML_Char*, const XML_Char*, const XML_Char*, int) {
    guarded(user, [](XmlReader& reader) -> Status {
      return refused(reader.line(), "it declares a document type, which no statement does");
    });
  }
};

XmlReader::XmlReader() : parser_(XML_ParserCreateNS(nullptr, kSpaceEnd), XML_ParserFree) {
  if (!parser_) throw std::bad_alloc();
  XML_SetUserData(parser_.get(), this);
  XML_SetElementHandler(parser_.get(), Callbacks::begin, Callbacks::end);
  XML_SetCharacterDataHandler(parser_.get(), Callbacks::characters);
  XML_SetStartDoctypeDeclHandler(parser_.get(), Callbacks::document_type);
}

XmlReader::~XmlReader() = default;

// Expat 2.9 deprecates the older name, which is all that 2.5 has.
std::size_t XmlReader::line() const {
#if XML_MAJOR_VERSION > 2 || XML_MINOR_VERSION >= 9
  return XML_GetCurrentLineNumber64(parser_.get());
#else
  return XML_GetCurrentLineNumber(parser_.get());
#endif
}

std::string XmlReader::attribute(std::string_view name) const {
  for (const char** at = attributes_; at != nullptr && *at != nullptr; at += 2)
    if (name == at[0]) return at[1];
  return {};
}

void XmlReader::refuse(const Failure& failure) {
  status_ = failure;
  XML_StopParser(parser_.get(), XML_FALSE);
}

Status XmlReader::read(ByteSource& bytes) {
  ByteReader reader(bytes);
  while (!reader.at_end()) {
    const auto piece = reader.rest_of_piece();
    reader.skip(piece.size());
    if (auto parsed = parse(piece, false); !parsed) return parsed;
  }
  return reader.status() ? parse({}, true) : reader.status();
}

Status XmlReader::parse(std::string_view bytes, bool last) {
  const auto code =
      XML_Parse(parser_.get(), bytes.data(), static_cast<int>(bytes.size()), last ? XML_TRUE : XML_FALSE);
  if (thrown_) std::rethrow_exception(thrown_);
  if (!status_ || code != XML_STATUS_ERROR) return status_;
  status_ = refused(line(), std::string("it is no XML: ") + XML_ErrorString(XML_GetErrorCode(parser_.get())));
  return status_;
}

}  // namespace bccid::bank
