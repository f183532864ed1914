#include "adapters/bank_table/zip_archive.hpp"

#include "adapters/statement_builder.hpp"
#include "base/text.hpp"

#include <zip.h>
#include <algorithm>
#include <array>
#include <utility>

namespace bccid::table {
namespace {

using bank::refused;
using Entry = std::unique_ptr<zip_file_t, int (*)(zip_file_t*)>;

// One packed file. It ends with a failure where it is damaged, or grows past what was promised.
class PackedFile final : public ByteSource {
 public:
  PackedFile(Entry entry, std::string name, std::uint64_t bytes)
      : entry_(std::move(entry)), name_(std::move(name)), rest_(bytes) {}

  Result<std::size_t> read(std::span<char> into) override {
    const auto got = zip_fread(entry_.get(), into.data(), into.size());
    if (got < 0) return refused(0, "the workbook's " + name_ + " is damaged");
    const auto size = static_cast<std::uint64_t>(got);
    if (size > rest_) return refused(0, "the workbook's " + name_ + " unpacks to more than it says");
    rest_ -= size;
    return static_cast<std::size_t>(size);
  }

 private:
  Entry entry_;
  std::string name_;
  std::uint64_t rest_;
};

}  // namespace

struct ZipArchive::Handle {
  explicit Handle(const std::string& bytes) {
    zip_error_t error;
    zip_error_init(&error);
    auto* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    if (source != nullptr) {
      archive = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error);
      if (archive == nullptr) zip_source_free(source);
    }
    zip_error_fini(&error);
  }
  ~Handle() {
    if (archive != nullptr) zip_discard(archive);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  zip_t* archive = nullptr;
};

ZipArchive::ZipArchive(std::string bytes)
    : bytes_(std::move(bytes)), handle_(std::make_unique<Handle>(bytes_)) {}

ZipArchive::~ZipArchive() = default;

Result<std::unique_ptr<ZipArchive>> ZipArchive::open(ByteSource& bytes) {
  ByteReader reader(bytes);
  std::string all;
  while (!reader.at_end()) {
    const auto piece = reader.rest_of_piece();
    if (all.size() + piece.size() > kBytesMax)
      return refused(0, "the workbook is larger than " + std::to_string(kBytesMax >> 20) + " MiB");
    all += piece;
    reader.skip(piece.size());
  }
  if (!reader.status()) return reader.status().error();
  std::unique_ptr<ZipArchive> archive(new ZipArchive(std::move(all)));
  auto* opened = archive->handle_->archive;
  if (opened == nullptr) return refused(0, "the file is no workbook (XLSX): it cannot be unpacked");
  if (const auto files = zip_get_num_entries(opened, 0); files > kEntriesMax)
    return refused(0, "the workbook is made of " + std::to_string(files) + " files, which no statement is");
  return archive;
}

bool ZipArchive::has(const std::string& name) const {
  return zip_name_locate(handle_->archive, name.c_str(), 0) >= 0;
}

Result<std::unique_ptr<ByteSource>> ZipArchive::file(const std::string& name) const {
  const auto told = "the workbook's " + shown(name, 80);
  zip_stat_t found;
  zip_stat_init(&found);
  constexpr std::uint64_t kNeeded = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_ENCRYPTION_METHOD;
  if (zip_stat(handle_->archive, name.c_str(), 0, &found) != 0 || (found.valid & kNeeded) != kNeeded)
    return refused(0, told + " is missing");
  if (found.encryption_method != ZIP_EM_NONE) return refused(0, "the workbook is protected by a password");
  if (found.size > kUnpackedBytesMax ||
      (found.size > kRatioFreeBytes && found.size / std::max<std::uint64_t>(found.comp_size, 1) > kRatioMax))
    return refused(0, told + " unpacks to " + std::to_string(found.size) + " bytes, which no statement does");
  Entry entry(zip_fopen(handle_->archive, name.c_str(), 0), zip_fclose);
  if (!entry) return refused(0, told + " cannot be unpacked");
  return std::unique_ptr<ByteSource>(std::make_unique<PackedFile>(std::move(entry), name, found.size));
}

}  // namespace bccid::table
