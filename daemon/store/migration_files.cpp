#include "store/migration_files.hpp"

#include "base/digest.hpp"

#include <algorithm>
#include <regex>

namespace bccid {

namespace {

constexpr std::string_view kFolder = "sql/";

bool ends_transaction(std::string_view text) {
  static const std::regex statement(R"((^|\n)[ \t]*(COMMIT|ROLLBACK|END|BEGIN|START TRANSACTION)[ \t]*;)",
                                    std::regex::icase);
  // A plpgsql body closes with "END $$;" or "END;" inside a dollar quotation, so only text outside counts.
  std::string outside;
  bool quoted = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t mark = std::min(text.find("$$", at), text.size());
    if (!quoted) outside += text.substr(at, mark - at);
    quoted = !quoted;
    at = mark + 2;
  }
  return std::regex_search(outside, statement);
}

Result<Migration> read_migration(const EmbeddedFile& file) {
  static const std::regex form(R"(([0-9]{4})_[a-z0-9_]+\.sql)");
  const std::string name(file.path.substr(kFolder.size()));
  std::smatch parts;
  if (!std::regex_match(name, parts, form)) {
    return Failure(Errc::config, "migration file " + name + " has no number",
                   "Name it like 0007_what_changes.sql.");
  }
  if (ends_transaction(file.content)) {
    return Failure(Errc::config, "migration file " + name + " begins or ends a transaction itself",
                   "Remove it: each file runs in one transaction with its record.");
  }
  return Migration{std::stoi(parts[1]), name, to_hex(sha256(file.content)), file.content};
}

}  // namespace

Result<std::vector<Migration>> migrations_of(std::span<const EmbeddedFile> files) {
  std::vector<Migration> migrations;
  for (const EmbeddedFile& file : files) {
    const bool here = file.path.starts_with(kFolder) && file.path.ends_with(".sql") &&
                      file.path.find('/', kFolder.size()) == std::string_view::npos;
    if (!here) continue;
    auto migration = read_migration(file);
    if (!migration) return migration.error();
    migrations.push_back(std::move(*migration));
  }
  std::ranges::sort(migrations, {}, &Migration::number);
  for (std::size_t index = 0; index < migrations.size(); ++index) {
    if (migrations[index].number == static_cast<int>(index) + 1) continue;
    return Failure(
        Errc::config,
        "migration number " + std::to_string(index + 1) + " is missing before " + migrations[index].name,
        "Number the files 0001, 0002, ... without gaps or repeats.");
  }
  return migrations;
}

Result<std::size_t> applied_count(std::span<const Migration> migrations,
                                  std::span<const AppliedMigration> applied) {
  for (std::size_t index = 0; index < applied.size(); ++index) {
    const AppliedMigration& have = applied[index];
    if (have.number != static_cast<int>(index) + 1) {
      return Failure(Errc::config, "the database has no record of migration " + std::to_string(index + 1),
                     "Restore the database from a backup: schema_migration was edited.");
    }
    if (index >= migrations.size()) {
      return Failure(Errc::config,
                     "the database has migration " + have.name + ", newer than this program's " +
                         std::to_string(migrations.size()),
                     "Install the program version that made it, or a newer one.");
    }
    if (have.sha256 != migrations[index].sha256) {
      return Failure(Errc::config,
                     "migration " + have.name + " was applied with other content than " +
                         migrations[index].name + " of this program",
                     "Never edit an applied migration: restore the file and add a new one.");
    }
  }
  return applied.size();
}

}  // namespace bccid
