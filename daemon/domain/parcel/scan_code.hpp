#pragma once

#include "domain/parcel/parcel.hpp"

#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace bccid {

enum class MoneyEffect : std::uint8_t { none, cod_collected, cod_settled, postage_paid, cancel_fee_paid };

template <>
struct EnumNames<MoneyEffect> {
  static constexpr std::array<std::string_view, 5> kNames{"none", "cod_collected", "cod_settled",
                                                          "postage_paid", "cancel_fee_paid"};
};

// What a code does to the dossier record; dossier/dossier.hpp decides, this only announces.
enum class CodeDossierEffect : std::uint8_t {
  none,
  step,               // a step text; portal status stays
  kept_at_one_stop,   // 9: the result came back
  given_when_proved,  // 10, once evidence is there
  attention,          // a person must look
};

template <>
struct EnumNames<CodeDossierEffect> {
  static constexpr std::array<std::string_view, 5> kNames{"none", "step", "kept_at_one_stop",
                                                          "given_when_proved", "attention"};
};

enum class EvidenceNeed : std::uint8_t { none, optional, required };

template <>
struct EnumNames<EvidenceNeed> {
  static constexpr std::array<std::string_view, 3> kNames{"none", "optional", "required"};
};

// One row of a source's code list, e.g. (vnpost_my, 1, 14).
struct ScanCode {
  std::string source;
  std::string version;
  std::string code;
  std::optional<ParcelEvent> canonical;  // nothing: the code says nothing about where the parcel is
  std::string reason;
  bool terminal = false;
  MoneyEffect money = MoneyEffect::none;
  CodeDossierEffect dossier = CodeDossierEffect::none;
  EvidenceNeed evidence = EvidenceNeed::none;
  std::string vi;  // what happened, who acts now
  std::string en;
};

// schemas/codes/scan_codes.csv: the post's contradicting lists and our API's own (source `bccid`), kept
// apart by (source, version) and never merged: 100 is "request accepted" in one and "delivered" in another.
class ScanCodes {
 public:
  // Errors: malformed, invalid_field, duplicate, naming the line.
  static Result<ScanCodes> parse(std::string_view csv);

  // Null when the list has no such code: the caller keeps the raw code and holds it for a person.
  const ScanCode* find(std::string_view source, std::string_view version, std::string_view code) const;
  // Our API's vocabulary.
  const ScanCode* find_own(std::string_view code) const { return find("bccid", "1", code); }
  // All rows of one list, sorted by the text of the code.
  std::vector<const ScanCode*> list(std::string_view source, std::string_view version) const;
  std::size_t size() const { return rows_.size(); }

 private:
  using Key = std::tuple<std::string, std::string, std::string>;
  using KeyView = std::tuple<std::string_view, std::string_view, std::string_view>;
  // Compares as views, so that a look-up copies nothing.
  struct Before {
    using is_transparent = void;
    bool operator()(const KeyView& left, const KeyView& right) const { return left < right; }
  };
  std::map<Key, ScanCode, Before> rows_;
};

}  // namespace bccid
