#include "store/ledger_store.hpp"

#include "store/stored_name.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string_view>

namespace bccid {
namespace {

// A posting beside the journal that it belongs to, ready for an array parameter.
struct PostingRow {
  std::string_view journal_key;
  std::string account_key;
  const Posting* posting = nullptr;
  std::optional<std::int64_t> charge_id;
  std::size_t line = 0;  // in its journal, from 1
};

std::vector<PostingRow> posting_rows(const std::vector<const JournalEntry*>& entries) {
  std::vector<PostingRow> rows;
  for (const auto* entry : entries) {
    const auto& postings = entry->journal.postings;
    for (std::size_t at = 0; at < postings.size(); ++at) {
      rows.push_back({entry->journal.key, postings[at].account.key(), &postings[at],
                      entry->charges.empty() ? std::nullopt : entry->charges.at(at), at + 1});
    }
  }
  return rows;
}

void require_sound(const JournalEntry& entry) {
  if (const auto status = check(entry.journal); !status) throw std::logic_error(status.error().text());
  if (!entry.charges.empty() && entry.charges.size() != entry.journal.postings.size())
    throw std::logic_error("journal \"" + entry.journal.key + "\" names charges for some postings only");
}

std::vector<const JournalEntry*> first_of_each_key(std::span<const JournalEntry> entries) {
  std::vector<const JournalEntry*> kept;
  std::set<std::string_view> seen;
  for (const auto& entry : entries) {
    require_sound(entry);
    if (seen.insert(entry.journal.key).second) kept.push_back(&entry);
  }
  return kept;
}

// In key order, so that two transactions that need the same new accounts wait instead of deadlocking.
const sql::Query kEnsureAccounts{"ledger_ensure_accounts", R"(
INSERT INTO account (key, role, kind, agency_code, holder)
SELECT w.key, w.role, w.kind, w.agency, w.holder
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
       AS w(key, role, kind, agency, holder)
 WHERE NOT EXISTS (SELECT 1 FROM account a WHERE a.key = w.key)
 ORDER BY w.key
ON CONFLICT (key) DO NOTHING)"};

void ensure_accounts(sql::Tx& tx, const std::vector<PostingRow>& rows) {
  std::set<Account> accounts;
  for (const auto& row : rows) accounts.insert(row.posting->account);
  sql::Params params;
  params.add_array(accounts, &Account::key)
      .add_array(accounts, [](const Account& account) { return name(account.role); })
      .add_array(accounts, [](const Account& account) { return name(account.kind); })
      .add_array(accounts, &Account::agency)
      .add_array(accounts, &Account::holder);
  tx.exec(kEnsureAccounts, params);
}

// One statement for journals and postings: the trigger that refuses an unbalanced journal sees whole ones.
const sql::Query kBook{"ledger_book", R"(
WITH made AS (
  INSERT INTO journal (key, kind, occurred_at, actor, note, reverses, part)
  SELECT w.key, w.kind, w.occurred_at, w.actor, w.note, w.reverses, w.part
    FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::bigint[], $7::uuid[])
         WITH ORDINALITY AS w(key, kind, occurred_at, actor, note, reverses, part, at)
   ORDER BY w.at
  ON CONFLICT (key) DO NOTHING
  RETURNING id, key),
posted AS (
  INSERT INTO posting (journal_id, line, account_id, side, amount, charge_id)
  SELECT m.id, w.line, a.id, w.side::"char", w.amount, w.charge_id
    FROM unnest($8::text[], $9::text[], $10::text[], $11::bigint[], $12::bigint[], $13::bigint[])
         AS w(journal_key, account_key, side, amount, charge_id, line)
    JOIN made m ON m.key = w.journal_key
    JOIN account a ON a.key = w.account_key)
SELECT key FROM made ORDER BY key)"};

std::vector<std::string> first_column(const sql::Rows& rows) {
  std::vector<std::string> values;
  values.reserve(rows.size());
  for (const auto row : rows) values.push_back(row.str(0));
  return values;
}

}  // namespace

void JournalEntry::append(const Journal& other, std::optional<std::int64_t> charge) {
  journal.postings.insert(journal.postings.end(), other.postings.begin(), other.postings.end());
  charges.resize(journal.postings.size(), charge);
}

std::vector<std::string> book(sql::Tx& tx, std::span<const JournalEntry> entries) {
  const auto kept = first_of_each_key(entries);
  if (kept.empty()) return {};
  const auto rows = posting_rows(kept);
  ensure_accounts(tx, rows);
  sql::Params params;
  params.add_array(kept, [](const JournalEntry* entry) { return entry->journal.key; })
      .add_array(kept, [](const JournalEntry* entry) { return name(entry->journal.kind); })
      .add_array(kept, [](const JournalEntry* entry) { return entry->occurred_at; })
      .add_array(kept, [](const JournalEntry* entry) { return entry->actor; })
      .add_array(kept, [](const JournalEntry* entry) { return entry->note; })
      .add_array(kept, [](const JournalEntry* entry) { return entry->reverses; })
      .add_array(kept, [](const JournalEntry* entry) { return entry->part; })
      .add_array(rows, &PostingRow::journal_key)
      .add_array(rows, &PostingRow::account_key)
      .add_array(rows, [](const PostingRow& row) { return name(row.posting->side); })
      .add_array(rows, [](const PostingRow& row) { return row.posting->amount; })
      .add_array(rows, &PostingRow::charge_id)
      .add_array(rows, &PostingRow::line);
  auto booked = first_column(tx.exec(kBook, params));
  std::ranges::sort(booked);  // the database's collation is not ours
  return booked;
}

const sql::Query kJournalIds{"ledger_journal_ids",
                             "SELECT key, id FROM journal WHERE key = ANY ($1::text[])"};

std::map<std::string, std::int64_t> journal_ids(sql::Tx& tx, const std::vector<std::string>& keys) {
  std::map<std::string, std::int64_t> ids;
  if (keys.empty()) return ids;
  for (const auto row : tx.exec(kJournalIds, sql::Params().add_array(keys))) ids[row.str(0)] = row.i64(1);
  return ids;
}

const sql::Query kBookedKeys{"ledger_booked_keys", "SELECT key FROM journal WHERE key = ANY ($1::text[])"};

std::vector<std::string> booked_keys(sql::Tx& tx, const std::vector<std::string>& keys) {
  if (keys.empty()) return {};
  auto booked = first_column(tx.exec(kBookedKeys, sql::Params().add_array(keys)));
  std::ranges::sort(booked);
  return booked;
}

const sql::Query kUnreversed{"ledger_unreversed", R"(
SELECT j.id, j.key, j.kind, p.account_id, a.role, a.kind, a.agency_code, a.holder, p.side, p.amount,
       p.charge_id
  FROM journal j
  JOIN posting p ON p.journal_id = j.id
  JOIN account a ON a.id = p.account_id
 WHERE j.key = ANY ($1::text[])
   AND NOT EXISTS (SELECT 1 FROM journal r WHERE r.reverses = j.id)
 ORDER BY j.id, p.line)"};

namespace {

Account account_from(const sql::Row& row, std::size_t first) {
  return Account{stored_name<AccountRole>(row.text(first)), stored_name<ChargeKind>(row.text(first + 1)),
                 row.str(first + 2), row.str(first + 3)};
}

}  // namespace

const sql::Query kKeysOf{"ledger_keys_of_charges", R"(
SELECT DISTINCT j.key FROM posting p JOIN journal j ON j.id = p.journal_id
 WHERE p.charge_id = ANY ($1::bigint[]) AND j.kind = $2 ORDER BY j.key)"};

std::vector<std::string> journal_keys_of(sql::Tx& tx, JournalKind kind,
                                         const std::vector<std::int64_t>& charges) {
  if (charges.empty()) return {};
  return first_column(tx.exec(kKeysOf, sql::Params().add_array(charges).add(name(kind))));
}

std::vector<StoredJournal> unreversed_journals(sql::Tx& tx, const std::vector<std::string>& keys) {
  std::vector<StoredJournal> journals;
  if (keys.empty()) return journals;
  const auto rows = tx.exec(kUnreversed, sql::Params().add_array(keys));
  for (const auto row : rows) {
    if (journals.empty() || journals.back().id != row.i64(0))
      journals.push_back({row.i64(0), row.str(1), stored_name<JournalKind>(row.text(2)), {}});
    const Posting posting{account_from(row, 4), stored_name<Side>(row.text(8)), row.money(9)};
    journals.back().postings.push_back({row.i64(3), posting, row.opt_i64(10)});
  }
  return journals;
}

JournalEntry reversal_of(const StoredJournal& original, Time at, std::string actor, std::string note) {
  Journal taken_back{original.kind, original.key, {}};
  JournalEntry entry;
  for (const auto& stored : original.postings) {
    taken_back.postings.push_back(stored.posting);
    entry.charges.push_back(stored.charge_id);
  }
  entry.journal = reversal("reversal:" + original.key, taken_back);
  entry.occurred_at = at;
  entry.actor = std::move(actor);
  entry.note = std::move(note);
  entry.reverses = original.id;
  return entry;
}

// NO KEY UPDATE waits for others that take money away but not for the key share that a new posting needs.
const sql::Query kLockCash{"ledger_lock_cash", R"(
SELECT id FROM account WHERE holder = ANY ($1::text[]) AND role = 'cash' ORDER BY id FOR NO KEY UPDATE)"};

void lock_cash_of(sql::Tx& tx, const std::vector<std::string>& collectors) {
  tx.exec(kLockCash, sql::Params().add_array(collectors));
}

// A hand-in takes all loose cash along, so what was booked before one is not in the collector's hand any
// more.
const sql::Query kCounted{"ledger_counted", R"(
SELECT DISTINCT j.id
  FROM journal j
  JOIN posting p ON p.journal_id = j.id AND p.charge_id IS NULL AND p.side = 'D'
  JOIN account a ON a.id = p.account_id AND a.role = 'cash'
 WHERE j.key = ANY ($1::text[])
   AND EXISTS (SELECT 1 FROM posting q JOIN journal h ON h.id = q.journal_id
                WHERE q.account_id = p.account_id AND q.charge_id IS NULL AND q.side = 'C'
                  AND h.kind = 'handed_in' AND h.id > j.id))"};

std::vector<std::int64_t> counted_journals(sql::Tx& tx, const std::vector<std::string>& keys) {
  std::vector<std::int64_t> found;
  const auto rows = tx.exec(kCounted, sql::Params().add_array(keys));
  for (const auto row : rows) found.push_back(row.i64(0));
  return found;
}

const sql::Query kLooseCash{"ledger_loose_cash", R"(
SELECT a.id, a.role, a.kind, a.agency_code, a.holder,
       sum(CASE p.side WHEN 'D' THEN p.amount ELSE -p.amount END)::bigint AS amount
  FROM account a
  JOIN posting p ON p.account_id = a.id AND p.charge_id IS NULL
 WHERE a.holder = ANY ($1::text[]) AND a.role = 'cash'
 GROUP BY a.id
HAVING sum(CASE p.side WHEN 'D' THEN p.amount ELSE -p.amount END) <> 0
 ORDER BY a.key)"};

std::vector<LooseMoney> loose_cash_of(sql::Tx& tx, const std::vector<std::string>& collectors) {
  std::vector<LooseMoney> found;
  const auto rows = tx.exec(kLooseCash, sql::Params().add_array(collectors));
  for (const auto row : rows) found.push_back({row.i64(0), account_from(row, 1), row.money(5)});
  return found;
}

const sql::Query kLockAccount{"ledger_lock_account", R"(
SELECT id FROM account WHERE key = $1 FOR NO KEY UPDATE)"};

const sql::Query kLooseMoney{"ledger_loose_money", R"(
SELECT coalesce(sum(CASE side WHEN 'D' THEN amount ELSE -amount END), 0)::bigint
  FROM posting WHERE account_id = $1 AND charge_id IS NULL)"};

Money lock_loose_money(sql::Tx& tx, const Account& account) {
  const auto rows = tx.exec(kLockAccount, sql::Params::of(account.key()));
  if (rows.empty()) return {};
  return tx.exec(kLooseMoney, sql::Params::of(rows.front().i64(0))).front().money(0);
}

}  // namespace bccid
