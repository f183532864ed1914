#include "store/ledger_store.hpp"

#include "tests/flow/money_day.hpp"

#include <stdexcept>
#include <thread>

namespace bccid {
namespace {

JournalEntry collected_entry(const std::string& key, std::int64_t dong,
                             const std::string& collector = "postman-7") {
  const ChargeLine line{ChargeKind::fee, "H20.01", Money(dong)};
  JournalEntry entry;
  entry.journal = collected(key, "-", collector, {&line, 1});
  entry.actor = "test";
  entry.occurred_at = parse_rfc3339("2026-03-02T09:00:00+07:00").value();
  return entry;
}

class LedgerStore : public test::MoneyDay {
 protected:
  std::vector<std::string> book_all(const std::vector<JournalEntry>& entries) {
    return session.in_tx([&](sql::Tx& tx) { return book(tx, entries); });
  }
};

using Keys = std::vector<std::string>;

TEST_F(LedgerStore, BooksTheSameCauseOnce) {
  EXPECT_EQ(book_all({collected_entry("k1", 100), collected_entry("k2", 50), collected_entry("k1", 100)}),
            (Keys{"k1", "k2"}));
  EXPECT_EQ(book_all({collected_entry("k2", 50), collected_entry("k3", 7)}), Keys{"k3"});
  EXPECT_EQ(balance("cash/fee/H20.01/postman-7"), 157);
  EXPECT_EQ(session.in_tx([](sql::Tx& tx) {
    return booked_keys(tx, {"k3", "k9", "k1"});
  }),
            (Keys{"k1", "k3"}));
}

TEST_F(LedgerStore, NeedsTwoStatementsWhateverTheNumberOfJournals) {
  std::vector<JournalEntry> entries;
  for (int at = 0; at < 500; ++at) entries.push_back(collected_entry("many-" + std::to_string(at), 10));
  const auto before = session.statements();
  EXPECT_EQ(book_all(entries).size(), 500U);
  EXPECT_EQ(session.statements() - before, 2);
}

TEST_F(LedgerStore, RefusesAnUnbalancedEntryBeforeTheDatabaseSeesIt) {
  auto entry = collected_entry("k1", 100);
  entry.journal.postings[0].amount = Money(99);
  EXPECT_THROW(book_all({entry}), std::logic_error);
  auto half_named = collected_entry("k2", 100);
  half_named.charges = {std::nullopt};
  EXPECT_THROW(book_all({half_named}), std::logic_error);
}

TEST_F(LedgerStore, TakesAJournalBackOnceWithTheOppositePostings) {
  book_all({collected_entry("k1", 100)});
  const auto stored = session.in_tx([](sql::Tx& tx) { return unreversed_journals(tx, {"k1"}); });
  ASSERT_EQ(stored.size(), 1U);
  EXPECT_EQ(stored[0].postings.size(), 2U);
  EXPECT_EQ(book_all({reversal_of(stored[0], now, "finance-1", "wrong")}), Keys{"reversal:k1"});
  EXPECT_EQ(balance("cash/fee/H20.01/postman-7"), 0);
  EXPECT_TRUE(session.in_tx([](sql::Tx& tx) { return unreversed_journals(tx, {"k1"}); }).empty());

  auto again = reversal_of(stored[0], now, "finance-1", "wrong");
  again.journal.key = "another name for the same reversal";
  EXPECT_THROW(book_all({again}), sql::SqlError);
}

TEST_F(LedgerStore, LooseCashIsWhatBelongsToNoCharge) {
  book_all({collected_entry("k1", 100), collected_entry("k2", 30, "postman-8")});
  const auto loose = session.in_tx([](sql::Tx& tx) {
    lock_cash_of(tx, {"postman-7"});
    return loose_cash_of(tx, {"postman-7"});
  });
  ASSERT_EQ(loose.size(), 1U);
  EXPECT_EQ(loose[0].amount, Money(100));
  EXPECT_EQ(loose[0].account.key(), "cash/fee/H20.01/postman-7");
}

// Two sessions that both make the same accounts: one waits, none is lost, none deadlocks.
TEST_F(LedgerStore, NewAccountsOfTwoTransactionsAreMadeOnce) {
  const auto work = [this](const std::string& prefix) {
    test::Session mine(database.dsn());
    for (int round = 0; round < 20; ++round) {
      std::vector<JournalEntry> entries;
      for (int at = 0; at < 5; ++at) {
        const auto collector =
            "p-" + std::to_string(round) + "-" + std::to_string(prefix == "a" ? at : 4 - at);
        entries.push_back(
            collected_entry(prefix + std::to_string(round) + "-" + std::to_string(at), 10, collector));
      }
      mine.in_tx([&](sql::Tx& tx) { return book(tx, entries); });
    }
  };
  std::thread other(work, "b");
  work("a");
  other.join();
  EXPECT_EQ(session.number("SELECT count(*) FROM account WHERE role = 'cash'"), 100);
  EXPECT_EQ(session.number("SELECT count(*) FROM journal"), 200);
}

// From plain SQL, as with psql: the database itself says no.

// A journal with two postings, in one statement that is rolled back; `second` selects the second one's
// values.
std::string journal_from_psql(const std::string& second) {
  return R"(
  BEGIN;
  INSERT INTO account (key, role, kind) VALUES ('a', 'cash', 'fee'), ('b', 'office', 'fee');
  WITH made AS (INSERT INTO journal (key, kind, occurred_at, actor)
                VALUES ('psql', 'collected', now(), 'psql') RETURNING id)
  INSERT INTO posting (journal_id, line, account_id, side, amount, charge_id)
  SELECT made.id, 1, a.id, 'D', 100, NULL FROM made, account a WHERE a.key = 'a'
  UNION ALL SELECT )" +
         second + " FROM made, account b WHERE b.key = 'b'; ROLLBACK;";
}

TEST_F(LedgerStore, AnUnbalancedJournalIsRefusedFromPsql) {
  EXPECT_EQ(session.refusal(journal_from_psql("made.id, 2, b.id, 'C', 99, NULL::bigint")), "BC002");
  EXPECT_EQ(session.refusal(journal_from_psql("made.id, 2, b.id, 'C', 100, NULL::bigint")), "");
}

TEST_F(LedgerStore, AJournalWithoutPostingsIsRefusedFromPsql) {
  EXPECT_EQ(session.refusal("INSERT INTO journal (key, kind, occurred_at, actor) "
                            "VALUES ('psql', 'collected', now(), 'psql')"),
            "BC002");
  EXPECT_EQ(session.number("SELECT count(*) FROM journal"), 0);
}

TEST_F(LedgerStore, APostingThatNamesWhatIsNotThereIsRefusedFromPsql) {
  EXPECT_EQ(session.refusal(journal_from_psql("made.id, 2, b.id + 99, 'C', 100, NULL::bigint")), "23503");
  EXPECT_EQ(session.refusal(journal_from_psql("made.id, 2, b.id, 'C', 100, 99::bigint")), "23503");
  EXPECT_EQ(session.refusal("INSERT INTO posting (journal_id, line, account_id, side, amount) "
                            "VALUES (99, 1, 99, 'D', 5), (99, 2, 99, 'C', 5)"),
            "23503");
  EXPECT_EQ(session.number("SELECT count(*) FROM posting"), 0);
}

TEST_F(LedgerStore, NothingBookedIsEverChangedOrRemoved) {
  book_all({collected_entry("k1", 100)});
  EXPECT_EQ(session.refusal("UPDATE posting SET amount = 1"), "BC009");
  EXPECT_EQ(session.refusal("DELETE FROM posting"), "BC009");
  EXPECT_EQ(session.refusal("TRUNCATE posting"), "BC009");
  EXPECT_EQ(session.refusal("UPDATE journal SET note = 'x'"), "BC009");
  EXPECT_EQ(session.refusal("DELETE FROM journal"), "BC009");
  EXPECT_EQ(session.refusal("TRUNCATE journal CASCADE"), "BC009");
  EXPECT_EQ(session.refusal("DELETE FROM account"), "BC009");
  EXPECT_EQ(session.refusal("UPDATE account SET id = DEFAULT"), "BC009");
  EXPECT_EQ(session.refusal("TRUNCATE account"), "BC009");
}

// A journal that is booked and balanced cannot be added to either, were it not balanced by itself.
TEST_F(LedgerStore, ALaterPostingMustBalanceByItself) {
  book_all({collected_entry("k1", 100)});
  EXPECT_EQ(session.refusal(R"(INSERT INTO posting (journal_id, line, account_id, side, amount)
      SELECT j.id, 9, a.id, 'D', 5 FROM journal j, account a LIMIT 1)"),
            "BC002");
}

}  // namespace
}  // namespace bccid
