#include "flow/configured_counterparts.hpp"
#include "flow/dead_letters.hpp"
#include "flow/receipts.hpp"
#include "jobs/outbox_sender.hpp"
#include "jobs/receipt_deliverer.hpp"
#include "store/verify.hpp"
#include "tests/flow/money_day.hpp"
#include "tests/support/coroutine_run.hpp"

#include <boost/asio/io_context.hpp>

#include <deque>

namespace bccid {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

// A provider without idempotency that can lose answers, with or without having done what it was asked for.
class FakeProvider final : public ReceiptPort {
 public:
  enum class Conduct { answer, lose_the_answer, lose_the_request, send_away, refuse };
  struct Paper {
    int times = 0;
    bool stands = false;
    Money amount;
    std::string payer, number;
    std::size_t lines = 0;
  };

  explicit FakeProvider(std::string issuer) : issuer_(std::move(issuer)) {}
  const std::string& issuer() const override { return issuer_; }

  asio::awaitable<IssueReport> issue(const ReceiptOrder& order, CallTag) override {
    log.push_back("issue " + order.key);
    co_return made(order, "");
  }
  asio::awaitable<IssueReport> replace(const ReceiptOrder& order, std::string old_key, CallTag) override {
    log.push_back("replace " + old_key + " by " + order.key);
    co_return made(order, old_key);
  }
  asio::awaitable<SendReport> cancel(std::string key, CallTag) override {
    log.push_back("cancel " + key);
    const auto how = next();
    if (happens(how)) books.at(key).stands = false;
    co_return report(how);
  }
  asio::awaitable<Result<AskedDocument>> ask(std::string key, Money amount, CallTag) override {
    log.push_back("ask " + key);
    if (deaf) co_return Failure(Errc::unavailable, "the provider cannot be asked");
    AskedDocument asked;
    const auto found = books.find(key);
    if (found == books.end()) co_return asked;
    EXPECT_EQ(found->second.amount, amount);
    asked.state = found->second.stands ? AskedDocument::State::stands : AskedDocument::State::cancelled;
    asked.document = named(found->second, key);
    co_return asked;
  }

  std::map<std::string, Paper> books;
  std::deque<Conduct> script;
  std::vector<std::string> log;
  bool deaf = false;

 private:
  Conduct next() {
    if (script.empty()) return Conduct::answer;
    const auto how = script.front();
    script.pop_front();
    return how;
  }
  static bool happens(Conduct how) { return how == Conduct::answer || how == Conduct::lose_the_answer; }
  static SendReport report(Conduct how) {
    SendReport made;
    made.reason = how == Conduct::refuse ? "ERR:20 (pattern and serial do not fit)" : "as told";
    made.outcome = SendOutcome::unknown;
    if (how == Conduct::answer) made.outcome = SendOutcome::accepted;
    if (how == Conduct::refuse) made.outcome = SendOutcome::rejected;
    if (how == Conduct::send_away) made.outcome = SendOutcome::not_sent;
    return made;
  }
  static IssuedDocument named(const Paper& paper, const std::string& key) {
    return {"01BLP0-001", "AA/26E", paper.number, "https://tracuu.example/" + key};
  }
  IssueReport made(const ReceiptOrder& order, const std::string& old_key) {
    const auto how = next();
    IssueReport out;
    out.report = report(how);
    if (!happens(how)) return out;
    if (!old_key.empty()) books.at(old_key).stands = false;
    auto& paper = books[order.key];
    ++paper.times;
    paper.stands = true;
    paper.amount = order.amount;
    paper.payer = order.payer;
    paper.lines = order.lines.size();
    paper.number = std::to_string(++numbers_);
    if (how == Conduct::answer) out.document = named(paper, order.key);
    return out;
  }

  std::string issuer_;
  int numbers_ = 0;
};

class EReceipts : public test::MoneyDay {
 protected:
  using Conduct = FakeProvider::Conduct;

  EReceipts() {
    DbConfig store;
    store.dsn = database.dsn();
    store.interactive_workers = 1;
    store.background_workers = 2;
    db_ = std::make_unique<Db>(store);
    test::run(io_, db_->start());
    configure({"H20.01"});
    deliverer_ = std::make_unique<ReceiptDeliverer>(*db_, clock_);
    deliverer_->add(provider, 2min);
  }
  ~EReceipts() override { test::run(io_, db_->stop()); }

  void configure(const std::vector<std::string>& issuers) {
    session.in_tx([&](sql::Tx& tx) { put_configured_receipt_providers(tx, issuers); });
  }
  // One try of everything, whatever the schedule says.
  SenderCounts round() {
    session.sql("UPDATE outbox SET next_at = now() WHERE state = 'scheduled'");
    TargetFamily family;
    family.prefix = "receipt:";
    family.deliverer = deliverer_.get();
    OutboxSender sender(io_.get_executor(), *db_, clock_, OutboxSenderConfig(), {family});
    return test::run(io_, sender.run_once()).value();
  }
  void settle() { clock_.advance(3min); }
  CashTaken paid(const std::string& number, Money fee, Money charge = {}) {
    const auto id = order(number, {{"fee", fee}, {"charge", charge}});
    auto taken = cash(id, number, fee, charge);
    collect({taken});
    return taken;
  }
  std::int64_t replaced(std::int64_t receipt, const std::string& payer) {
    return session
        .in_tx([&](sql::Tx& tx) {
          return replace_receipt(tx, receipt, "", payer, {"finance-1", "name"}, now);
        })
        .value();
  }
  void retract(const CashTaken& taken) {
    session.in_tx([&](sql::Tx& tx) { reverse_cash(tx, {taken.event_key}, "postman-7", now); });
  }
  std::int64_t last_receipt() { return session.number("SELECT max(id) FROM receipt"); }
  std::string documents() {
    return session.text(
        "SELECT coalesce(string_agg(key || ' ' || state || CASE number WHEN '' THEN '' ELSE ' ' || number "
        "END, ', ' "
        "ORDER BY receipt_id), '') FROM e_receipt");
  }
  std::string messages() {
    return session.text(
        "SELECT coalesce(string_agg(target || ' ' || kind || ' ' || subject, ', ' ORDER BY created_at, id), "
        "'') "
        "FROM outbox");
  }
  std::int64_t rows_in(const std::string& state) {
    return session.number("SELECT count(*) FROM outbox WHERE state = '" + state + "'");
  }

  FakeProvider provider{"H20.01"};

 private:
  asio::io_context io_;
  std::unique_ptr<Db> db_;
  ManualClock clock_{now};
  std::unique_ptr<ReceiptDeliverer> deliverer_;
};

const std::string kFirst = "phi-H20.01-P26-0000001";
const std::string kSecond = "phi-H20.01-P26-0000002";
const std::string kThird = "phi-H20.01-P26-0000003";

TEST_F(EReceipts, PhiAndLePhiAreGivenToTheProviderApartAndTheAnswerIsKept) {
  paid("A1", Money(50'000), Money(8'000));
  EXPECT_EQ(documents(), "lephi-H20.01-L26-0000001 wanted, " + kFirst + " wanted");
  EXPECT_EQ(round().delivered, 2U);
  EXPECT_EQ(provider.books.at(kFirst).amount, Money(50'000));
  EXPECT_EQ(provider.books.at("lephi-H20.01-L26-0000001").amount, Money(8'000));
  const auto receipt = session.in_tx([&](sql::Tx& tx) {
    return read_receipt(tx, session.number("SELECT id FROM receipt WHERE kind = 'fee'"), "", 24);
  });
  ASSERT_TRUE(receipt && receipt->document);
  EXPECT_EQ(receipt->document->state, "issued");
  EXPECT_EQ(receipt->document->symbol, "AA/26E");
  EXPECT_EQ(receipt->document->url, "https://tracuu.example/" + kFirst);
  EXPECT_TRUE(receipt->document->issued_at);
}

TEST_F(EReceipts, WhoHasNoProviderSendsNothing) {
  const auto id = order("B1", {{"fee", Money(7'000)}, {"postage", Money(26'000)}}, "H20.02");
  const auto taken = cash(id, "B1", Money(7'000), {}, Money(26'000));
  collect({taken});
  const auto receipt = session.number("SELECT id FROM receipt WHERE kind = 'fee'");
  replaced(receipt, "Hoà");
  retract(taken);
  const auto own = order("A1", {{"postage", Money(26'000)}});
  collect({cash(own, "A1", {}, {}, Money(26'000))});
  EXPECT_EQ(documents(), "");
  EXPECT_EQ(messages(), "");
}

TEST_F(EReceipts, ThePostsOwnBlockIsForItsPostage) {
  configure({"post"});
  const auto id = order("A1", {{"fee", Money(7'000)}, {"postage", Money(26'000)}});
  collect({cash(id, "A1", Money(7'000), {}, Money(26'000))});
  EXPECT_EQ(documents(), "cuoc-post-C26-0000001 wanted");
}

TEST_F(EReceipts, WhatIsDecidedWaitsForABlockThatIsGoneAndLeavesWhenItIsBack) {
  paid("A1", Money(50'000));
  configure({});
  EXPECT_EQ(round().claimed, 0U);
  EXPECT_EQ(rows_in("scheduled"), 1);
  configure({"H20.01"});
  EXPECT_EQ(round().delivered, 1U);
}

// The whole of it: for every way to lose an answer, there is one document in the end.
TEST_F(EReceipts, AnUnknownOutcomeIsAskedForByKeyAndNeverSentTwice) {
  provider.script = {Conduct::lose_the_answer};
  paid("A1", Money(50'000));
  EXPECT_EQ(round().retried, 1U);
  EXPECT_EQ(documents(), kFirst + " sending");
  provider.deaf = true;
  EXPECT_EQ(round().retried, 1U);
  provider.deaf = false;
  EXPECT_EQ(round().delivered, 1U);
  EXPECT_EQ(provider.log, (std::vector<std::string>{"issue " + kFirst, "ask " + kFirst, "ask " + kFirst}));
  EXPECT_EQ(provider.books.at(kFirst).times, 1);
  EXPECT_EQ(documents(), kFirst + " issued 1");
}

TEST_F(EReceipts, ALostRequestIsSentAgainOnlyAfterItHasSettled) {
  provider.script = {Conduct::lose_the_request};
  paid("A1", Money(50'000));
  EXPECT_EQ(round().retried, 1U);
  EXPECT_EQ(round().given_back, 1U);
  EXPECT_EQ(documents(), kFirst + " sending");
  settle();
  EXPECT_EQ(round().delivered, 1U);
  EXPECT_EQ(provider.books.at(kFirst).times, 1);
  EXPECT_EQ(provider.log.back(), "issue " + kFirst);
}

TEST_F(EReceipts, WhoWasSentAwaySendsAgainWithoutAsking) {
  provider.script = {Conduct::send_away};
  paid("A1", Money(50'000));
  EXPECT_EQ(round().retried, 1U);
  EXPECT_EQ(documents(), kFirst + " wanted");
  EXPECT_EQ(round().delivered, 1U);
  EXPECT_EQ(provider.log, (std::vector<std::string>{"issue " + kFirst, "issue " + kFirst}));
}

TEST_F(EReceipts, ARefusalIsFinancesTaskAndAReplaySendsAgain) {
  provider.script = {Conduct::refuse};
  paid("A1", Money(50'000));
  EXPECT_EQ(round().dead, 1U);
  EXPECT_EQ(documents(), kFirst + " refused");
  EXPECT_EQ(session.text("SELECT owner || ' ' || agency_code || ' ' || dossier_code FROM attention"),
            "finance H20.01 D-A1");
  EXPECT_NE(session.text("SELECT detail FROM attention").find("ERR:20"), std::string::npos);
  session.in_tx(
      [&](sql::Tx& tx) { EXPECT_TRUE(replay(tx, session.number("SELECT id FROM outbox"), "admin-1")); });
  EXPECT_EQ(round().delivered, 1U);
  EXPECT_EQ(documents(), kFirst + " issued 1");
}

TEST_F(EReceipts, AMessageThatAPersonDroppedIsAskedForNoMore) {
  provider.script = {Conduct::refuse};
  paid("A1", Money(50'000));
  round();
  session.in_tx([&](sql::Tx& tx) {
    const Actor admin{"admin-1", "admin", "", "", ""};
    EXPECT_TRUE(give_up_message(tx, session.number("SELECT id FROM outbox"), "on paper", admin));
  });
  EXPECT_EQ(session.text("SELECT given_up FROM e_receipt"), "admin-1: on paper");
}

TEST_F(EReceipts, AReplacementReplacesAtTheProviderToo) {
  paid("A1", Money(50'000));
  round();
  replaced(last_receipt(), "Đặng Thị Hoà");
  EXPECT_EQ(round().delivered, 1U);
  EXPECT_EQ(documents(), kFirst + " cancelled 1, " + kSecond + " issued 2");
  EXPECT_FALSE(provider.books.at(kFirst).stands);
  EXPECT_EQ(provider.books.at(kSecond).payer, "Đặng Thị Hoà");
}

TEST_F(EReceipts, AReplacementWhoseAnswerWasLostIsFoundByItsKey) {
  paid("A1", Money(50'000));
  round();
  provider.script = {Conduct::lose_the_answer};
  replaced(last_receipt(), "Hoà");
  EXPECT_EQ(round().retried, 1U);
  EXPECT_EQ(round().delivered, 1U);
  EXPECT_EQ(documents(), kFirst + " cancelled 1, " + kSecond + " issued 2");
  EXPECT_EQ(provider.books.at(kSecond).times, 1);
}

TEST_F(EReceipts, ReceiptsThatWereReplacedBeforeTheyWereSentNeverReachTheProvider) {
  paid("A1", Money(50'000));
  round();
  replaced(replaced(last_receipt(), "Hoa"), "Hoà");
  while (round().claimed > 0) {
  }
  EXPECT_EQ(documents(), kFirst + " cancelled 1, " + kSecond + " unwanted, " + kThird + " issued 2");
  EXPECT_EQ(provider.log.back(), "replace " + kFirst + " by " + kThird);
}

TEST_F(EReceipts, AReplacementAlsoWaitsForABlockThatIsGone) {
  paid("A1", Money(50'000));
  round();
  configure({});
  replaced(last_receipt(), "Hoà");
  EXPECT_EQ(documents(), kFirst + " issued 1, " + kSecond + " wanted");
  EXPECT_EQ(rows_in("scheduled"), 1);
}

TEST_F(EReceipts, ARetractedScanCancelsAtTheProviderAlsoWhenTheAnswersAreLost) {
  const auto taken = paid("A1", Money(50'000));
  round();
  retract(taken);
  provider.script = {Conduct::lose_the_request, Conduct::lose_the_answer};
  EXPECT_EQ(round().retried, 1U);
  EXPECT_EQ(documents(), kFirst + " cancelling 1");
  EXPECT_EQ(round().retried, 1U);
  EXPECT_EQ(round().delivered, 1U);
  EXPECT_EQ(documents(), kFirst + " cancelled 1");
  EXPECT_FALSE(provider.books.at(kFirst).stands);
}

TEST_F(EReceipts, ACancellationThatIsRefusedIsATask) {
  const auto taken = paid("A1", Money(50'000));
  round();
  retract(taken);
  provider.script = {Conduct::refuse};
  EXPECT_EQ(round().dead, 1U);
  EXPECT_EQ(documents(), kFirst + " issued 1");
  EXPECT_EQ(session.number("SELECT count(*) FROM attention WHERE kind = 'dead_letter'"), 1);
}

TEST_F(EReceipts, WhatWasRetractedWhileItsOutcomeWasUnknownIsCancelledWhenItIsKnown) {
  provider.script = {Conduct::lose_the_answer};
  const auto taken = paid("A1", Money(50'000));
  round();
  retract(taken);
  while (round().claimed > 0) {
  }
  EXPECT_EQ(documents(), kFirst + " cancelled 1");
  EXPECT_FALSE(provider.books.at(kFirst).stands);
}

TEST_F(EReceipts, WhatWasRetractedBeforeItWasSentStaysUnsent) {
  retract(paid("A1", Money(50'000)));
  while (round().claimed > 0) {
  }
  EXPECT_EQ(documents(), kFirst + " unwanted");
  EXPECT_TRUE(provider.log.empty());
}

TEST_F(EReceipts, ADocumentThatTheProviderCancelledByItselfIsATask) {
  provider.script = {Conduct::lose_the_answer};
  paid("A1", Money(50'000));
  round();
  provider.books.at(kFirst).stands = false;
  EXPECT_EQ(round().dead, 1U);
  EXPECT_EQ(documents(), kFirst + " cancelled 1");
}

TEST_F(EReceipts, ADocumentThatTheProviderForgotIsATask) {
  const auto taken = paid("A1", Money(50'000));
  round();
  retract(taken);
  provider.script = {Conduct::lose_the_request};
  round();
  provider.books.clear();
  EXPECT_EQ(round().dead, 1U);
  EXPECT_EQ(documents(), kFirst + " cancelling 1");
}

// A sender that died between the commit and the answer leaves the row as one that is being sent.
TEST_F(EReceipts, ASenderThatDiedLeavesAQuestionAndNotASecondDocument) {
  paid("A1", Money(50'000));
  session.in_tx([&](sql::Tx& tx) { plan_receipt(tx, last_receipt(), now); });
  EXPECT_EQ(documents(), kFirst + " sending");
  settle();
  EXPECT_EQ(round().delivered, 1U);
  EXPECT_EQ(provider.log, (std::vector<std::string>{"ask " + kFirst, "issue " + kFirst}));
}

TEST_F(EReceipts, TheDatabaseRefusesZeroAStrangersAmountAndGoingBack) {
  paid("A1", Money(50'000));
  round();
  const auto insert = [&](const std::string& amount) {
    return session.refusal(
        "INSERT INTO e_receipt (receipt_id, issuer, key, event_key, kind, amount) SELECT receipt_id + 100, "
        "issuer, "
        "'phi-X-P26-1', event_key, kind, " +
        amount + " FROM e_receipt");
  };
  EXPECT_EQ(insert("0"), "23514");
  EXPECT_EQ(insert("50000"), "23503");
  EXPECT_EQ(session.refusal("UPDATE e_receipt SET state = 'wanted'"), "BC009");
  EXPECT_EQ(session.refusal("UPDATE e_receipt SET state = 'sending'"), "BC009");
  EXPECT_EQ(session.refusal("UPDATE e_receipt SET state = 'unwanted', number = '', issued_at = NULL"),
            "BC009");
  EXPECT_EQ(session.refusal("UPDATE e_receipt SET number = '7'"), "BC009");
  EXPECT_EQ(session.refusal("UPDATE e_receipt SET amount = 1"), "BC009");
  EXPECT_EQ(session.refusal("UPDATE e_receipt SET key = 'phi-X-P26-1'"), "BC009");
  EXPECT_EQ(session.refusal("DELETE FROM e_receipt"), "BC009");
  EXPECT_EQ(session.refusal("TRUNCATE e_receipt"), "BC009");
}

// Asserts the check itself: what no message is about any more is told.
TEST_F(EReceipts, VerifyTellsOfADocumentThatNobodyIsBringing) {
  paid("A1", Money(50'000));
  session.sql("UPDATE outbox SET state = 'void', reason = 'by hand', finished_at = now()");
  const auto report = run_verify(database.dsn());
  ASSERT_TRUE(report && report->findings.size() == 1U);
  EXPECT_EQ(report->findings[0].check, "e_receipts_are_on_their_way");
  EXPECT_NE(report->findings[0].text.find("electronic receipt " + kFirst), std::string::npos);
  session.sql("UPDATE e_receipt SET given_up = 'by hand'");
}

}  // namespace
}  // namespace bccid
