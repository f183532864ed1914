#pragma once

#include "flow/configured_counterparts.hpp"
#include "flow/send_receipt.hpp"
#include "tests/daemon/running_daemon.hpp"
#include "tests/flow/money_day.hpp"
#include "tests/support/builders.hpp"

#include <memory>
#include <string>
#include <vector>

namespace bccid::test {

// A daemon with a day of money behind its console: agencies H20.01 and H20.02, the office 82001, finance-1
// and finance-2, an auditor and a clerk. Everything is made by the flows, a moment ago; no job runs, so that
// nothing changes but by the browser.
class ConsoleStage : public MoneyDay {
 public:
  ConsoleStage() {
    now = SystemClock().now() - std::chrono::minutes(5);
    rules.payers = {"BUU DIEN TINH"};
    for (const auto* name : {"finance-1", "finance-2"}) add_principal(session, name, "finance", "", "");
    add_principal(session, "auditor-1", "auditor", "", "");
    add_principal(session, "clerk-1", "clerk", "", "82001");
    add_principal(session, "admin-1", "admin", "", "");
    seed_matched();
    seed_open_lines();
    seed_breaks();
    seed_sure();
    seed_due();
    seed_whole_day();
    session.sql(R"(INSERT INTO agency (code, name, bank_account) VALUES ('H20.04', 'GT', '1040004'),
                   ('H20.05', 'YT', '1050005'), ('H20.06', 'NV', '1060006'))");
    seed_parcels_of_one();
    seed_two_hundred();
    seed_mixed();
    seed_documents();
    seed_counterparts();
    start();
  }
  ~ConsoleStage() override { expect_verified(database.dsn()); }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  const std::filesystem::path& directory() const { return scratch_.path(); }

 private:
  void TestBody() override {}

  // A subscriber whose messages died, with the traces of one of them.
  void seed_counterparts() {
    session.sql(R"(
      INSERT INTO webhook_endpoint (id, url) VALUES ('hook', 'https://hook.example.vn');
      INSERT INTO outbox (target, kind, subject, payload, state, attempts, finished_at, reason, http_status)
      SELECT 'webhook:hook', 'event', 'parcel:W' || i, '{}', 'dead', 10, now(), 'answered 503', 503
        FROM generate_series(1, 3) AS i;
      INSERT INTO attention (kind, subject, detail, action, owner, due_at)
      SELECT 'dead_letter', 'outbox:' || id, 'd', 'a', 'admin', now()
        FROM outbox WHERE target = 'webhook:hook';
      INSERT INTO exchange (counterpart, subject, attempt, outcome, http_status, reason, took_ms, call,
                            outbox_id, tries, bytes_out, bytes_in, sent, got)
      SELECT target, subject, 10, 'retry', 503, reason, 12, 'event', id, 9, 640, 20,
             '{"type":"***"}', '{"code":"busy"}'
        FROM outbox WHERE target = 'webhook:hook')");
  }

  static std::string number_of(const char* what, int i) {
    return std::string(what) + std::to_string(1000 + i);
  }

  // One statement after the other, each beginning where the last ended.
  void bring(std::vector<BankLine> lines, const std::string& account = "1010001") {
    const auto file = statement(std::move(lines), account);
    const auto report = import_file(file);
    if (!report) throw std::runtime_error(report.error().text());
  }

  // Transfers that bear their references: matched at the import.
  void seed_matched() {
    std::vector<BankLine> lines;
    for (int i = 0; i < 8; ++i) {
      const auto sent = remitted(number_of("M", i), 120'000 + 1'000 * i);
      lines.push_back(line("FTM" + std::to_string(i), sent.amount.dong(), sent.reference + " BUU DIEN NOP"));
    }
    lines.push_back(line("FTDEBIT", -11'000, "PHI CHUYEN TIEN THANG"));
    bring(std::move(lines));
  }

  // Transfers without a reference, of somebody who is not the post: a person decides.
  void seed_open_lines() {
    std::vector<BankLine> lines;
    const auto from_customer = [&](const std::string& ref, std::int64_t dong, const std::string& text) {
      BankLine made = line(ref, dong, text);
      made.payer = "CTY TNHH AN PHAT";
      lines.push_back(std::move(made));
    };
    for (int i = 0; i < 56; ++i) {
      const std::int64_t fee = 200'000 + 3'700 * i;
      (void)remitted(number_of("P", i), fee);
      from_customer("FTP" + std::to_string(i), fee, "NOP TIEN PHI HO SO " + std::to_string(i));
    }
    (void)remitted("DIFFERS", 1'000'000);
    from_customer("FTDIFF", 965'000, "chuyen tien le phi thang nay, Đặng Thị Hoà");
    from_customer("FTALIEN", 77'000, "hoan tien hop dong 12/2026");
    bring(std::move(lines));
  }

  // A postman who hands in too little, and one who has handed in nothing yet.
  void seed_breaks() {
    const auto id = order("SHORT", {{"fee", Money(90'000)}});
    collect({cash(id, "SHORT", Money(90'000))});
    EXPECT_TRUE(hand_all_in(Money(60'000)));
    const auto other = order("SHORT2", {{"fee", Money(50'000)}});
    collect({cash(other, "SHORT2", Money(50'000))});
    EXPECT_TRUE(hand_all_in(Money(45'000)));
    EXPECT_TRUE(send());
    const auto held = order("HELD", {{"fee", Money(150'000)}, {"charge", Money(35'000)}});
    auto taken = cash(held, "HELD", Money(150'000), Money(35'000));
    taken.collector = "postman-9";
    collect({taken});
  }

  // Lines that came before the remittances that they name: nothing has matched them yet.
  void seed_sure() {
    std::vector<BankLine> lines;
    for (int i = 0; i < 3; ++i)
      lines.push_back(
          line("FTS" + std::to_string(i), 410'000 + 10'000 * i, reference_to_come(i) + " BUU DIEN TINH NOP"));
    bring(std::move(lines));
    for (int i = 0; i < 3; ++i) (void)remitted(number_of("S", i), 410'000 + 10'000 * i);
  }
  // Of the remittance after the next `i`.
  std::string reference_to_come(int i) {
    const auto known = session.text("SELECT max(reference) FROM remittance");
    const auto next = std::to_string(
        1 + i + session.number("SELECT max(substring(reference FROM '[0-9]+$')::bigint) FROM remittance"));
    return known.substr(0, known.size() - next.size()) + next;
  }

  // An account with one remittance of 120 parcels, and sixty of one each, whose lines name nothing.
  void seed_parcels_of_one() {
    std::vector<CashTaken> taken;
    for (int i = 0; i < 120; ++i) {
      const auto number = number_of("B", i);
      taken.push_back(cash(order(number, {{"fee", Money(5'000)}}, "H20.04"), number, Money(5'000)));
    }
    collect(taken);
    if (!hand_all_in(Money(600'000)) || !send("H20.04")) throw std::runtime_error("120 parcels are not sent");
    std::vector<BankLine> lines{line("FTBAG", 600'000, "BANG KE 120 BUU GUI")};
    for (int i = 0; i < 60; ++i) {
      const std::int64_t fee = 20'000 + 370 * i;
      (void)remitted(number_of("F", i), fee, "H20.04");
      lines.push_back(line("FTF" + std::to_string(i), fee, "NAM MUOI " + std::to_string(i)));
    }
    lines.push_back(line("FTTHREE", 300'000, "BA VIEC MOT LAN CHUYEN"));
    for (auto& one : lines) one.payer = "CTY TNHH AN PHAT";
    bring(std::move(lines), "1040004");
  }

  // 200 lines that came before the remittances that they name.
  void seed_two_hundred() {
    std::vector<BankLine> lines;
    for (int i = 0; i < 200; ++i)
      lines.push_back(line("FTH" + std::to_string(i), 10'000 + 10 * i, reference_to_come(i) + " HAI TRAM"));
    bring(std::move(lines), "1050005");
    for (int i = 0; i < 200; ++i) (void)remitted(number_of("H", i), 10'000 + 10 * i, "H20.05");
  }

  // A transfer of which a part is the remittance that it names.
  void seed_mixed() {
    bring({line("FTMIX", 500'000, reference_to_come(0) + " VA VIEC KHAC")}, "1060006");
    (void)remitted("MIX", 350'000, "H20.06");
  }

  // Paid by nobody yet; a telephone may.
  void seed_due() {
    session.sql("INSERT INTO fee_account VALUES ('1010001', '970436', 'SO TU PHAP')");
    (void)order("PAYQR", {{"fee", Money(180'000)}, {"charge", Money(8'000)}, {"postage", Money(26'000)}});
  }

  // An account on which nothing else happens, so that its day can be closed.
  void seed_whole_day() {
    const auto sent = remitted("WHOLE", 70'000, "H20.02");
    const auto report = import_file(statement({line("FTWHOLE", 70'000, sent.reference)}, "1020002"));
    if (!report) throw std::runtime_error(report.error().text());
  }

  // Receipts of an agency with a provider that issued one document and refused another.
  void seed_documents() {
    session.in_tx([&](sql::Tx& tx) { put_configured_receipt_providers(tx, {"H20.03"}); });
    for (int i = 0; i < 5; ++i) {
      const auto number = number_of("E", i);
      auto taken = cash(order(number, {{"fee", Money(40'000 + 1'000 * i)}}, "H20.03"), number,
                        Money(40'000 + 1'000 * i));
      taken.collector = "postman-3";
      collect({taken});
    }
    IssueReport issued, refused;
    issued.report = {SendOutcome::accepted, "OK"};
    issued.document = {"01BLP0-001", "AA/26E", "17", "https://tracuu.example/E1000"};
    refused.report = {SendOutcome::rejected, "ERR:20 (mẫu số sai)"};
    answered("E1000", issued);
    answered("E1001", refused);
  }
  void answered(const std::string& number, const IssueReport& report) {
    const auto receipt = session.number(
        "SELECT r.id FROM receipt r JOIN orders o ON o.id = r.order_id "
        "WHERE o.number = '" +
        number + "'");
    session.in_tx([&](sql::Tx& tx) {
      const auto plan = plan_receipt(tx, receipt, now);
      apply_issue_report(tx, plan, report, now);
    });
  }

  void start() {
    const auto config = scratch_.path() / "bccid.toml";
    std::ofstream(config)
        << "province = \"82\"\n[http]\nlisten = [\"127.0.0.1:" << port_
        << "\"]\nadmin_listen = \"unix:" << (scratch_.path() / "admin.sock").string()
        << "\"\n[recon]\npayers = [\"BUU DIEN TINH\"]\n[jobs]\nenabled = false\n[database]\ndsn = \"\"\"\n"
        << database.dsn() << "\"\"\"\n[[bank]]\naccount = \"1010001\"\nkind = \"bank_csv\"\n"
        << "name = \"bank\"\nagency = \"H20.01\"\n";
    auto started = app::ChildProcess::start(built("bccid"), {"serve", "--config", config.string()},
                                            scratch_.path() / "bccid.log");
    if (!started) throw std::runtime_error(started.error().text());
    daemon_.emplace(std::move(*started));
    const auto ready = [this] {
      std::ifstream in(scratch_.path() / "bccid.log");
      const std::string log{std::istreambuf_iterator<char>(in), {}};
      return !daemon_->running() || log.find("\"ready\"") != std::string::npos;
    };
    if (!comes_true(ready) || !daemon_->running()) throw std::runtime_error("the daemon did not start");
  }

  ScratchDirectory scratch_;
  std::uint16_t port_ = free_port();
  std::optional<app::ChildProcess> daemon_;
};

}  // namespace bccid::test
