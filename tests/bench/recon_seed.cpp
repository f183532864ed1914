#include "tests/bench/recon_seed.hpp"

#include "store/pq.hpp"

#include <array>
#include <chrono>
#include <map>

namespace bccid::bench {
namespace {

// Remittances 0 to named - 1 are named alone, the next 2 * paired in pairs, then 3 * summed, then fuzzy.
// Number n belongs to account n % accounts. The sums have the even days, what is alone the odd ones.
constexpr const char* kSeed = R"(
SET session_replication_role = replica;
INSERT INTO agency (code, name, bank_account)
SELECT 'H82.' || a, 'agency', '1150008' || lpad(a::text, 5, '0') FROM generate_series(0, $ACCOUNTS - 1) AS a;
INSERT INTO dossier (public_id, agency_code, code, procedure_code)
SELECT gen_random_uuid(), 'H82.' || a, 'D-' || a, '1.000001'
  FROM generate_series(0, $ACCOUNTS - 1) AS a ORDER BY a;
INSERT INTO orders (public_id, dossier_id, leg, attempt, number, carrier, state, sender, receiver, created_by)
SELECT gen_random_uuid(), d.id, 'delivery', 1, d.code || '-T1', 'bd82', 'placed', '{}', '{}', 'bench'
  FROM dossier AS d ORDER BY d.id;
INSERT INTO parcel (order_id, dossier_id, leg, agency_code, order_number)
SELECT o.id, o.dossier_id, 'delivery', d.agency_code, o.number
  FROM orders AS o JOIN dossier AS d ON d.id = o.dossier_id ORDER BY o.id;
INSERT INTO remittance (public_id, reference, agency_code, kind, bank_account, amount, sent_at,
                        oldest_collected_at, actor)
SELECT gen_random_uuid(), 'BCCI82 R' || lpad(n::text, 7, '0'), 'H82.' || n % $ACCOUNTS, 'fee',
       '1150008' || lpad((n % $ACCOUNTS)::text, 5, '0'),
       CASE WHEN n < $NAMED THEN 10000 + n % 50 * 1000
            WHEN n < $PAIRED THEN 20000
            WHEN n < $SUMMED THEN 70000 + (n - $PAIRED) % $WINDOWS * 30 + (n - $PAIRED) / $WINDOWS * 10
            ELSE 10000000 + (n - $SUMMED) * 1000 END,
       (date '2026-01-01' + CASE WHEN n BETWEEN $PAIRED AND $SUMMED - 1
                                 THEN 2 * ((n - $PAIRED) % $WINDOWS / $ACCOUNTS)
                                 ELSE 2 * (n / $ACCOUNTS % 50) + 1 END::integer)::timestamp
         + interval '3 hours', now(), 'bench'
  FROM generate_series(0::bigint, $ALL - 1) AS n ORDER BY n;
INSERT INTO awaited_remittance (remittance_id, bank_account, sent_at)
SELECT id, bank_account, sent_at FROM remittance ORDER BY id;
INSERT INTO reference_shape (stem, length) VALUES ('BCCI82R', 14);
INSERT INTO charge (order_id, agency_code, kind, code, amount, state, taken, collector, office, collected_at)
SELECT o.id, r.agency_code, 'fee', r.id::text, r.amount, 'remitted', r.amount, 'postman-7', '82001',
       r.sent_at
  FROM remittance AS r
  JOIN dossier AS d ON d.agency_code = r.agency_code
  JOIN orders AS o ON o.dossier_id = d.id
 ORDER BY r.id;
INSERT INTO remittance_charge (charge_id, remittance_id)
SELECT c.id, c.code::bigint FROM charge AS c ORDER BY c.id;
INSERT INTO account (key, role, kind, agency_code, holder)
SELECT 'transit/fee/' || agency_code || '/' || reference, 'transit', 'fee', agency_code, reference
  FROM remittance ORDER BY id;
INSERT INTO account (key, role, kind, agency_code, holder)
SELECT 'payable/fee/' || code || '/-', 'payable', 'fee', code, '-' FROM agency;
INSERT INTO journal (key, kind, occurred_at, actor)
SELECT 'remitted:bench-' || k, 'remitted', now(), 'bench'
  FROM generate_series(0::bigint, ($ALL - 1) / 1000) AS k
 ORDER BY k;
INSERT INTO posting (journal_id, line, account_id, side, amount, charge_id)
SELECT j.id, 2 * ((r.id - 1) % 1000) + s.n, CASE s.n WHEN 1 THEN t.id ELSE p.id END,
       CASE s.n WHEN 1 THEN 'D' ELSE 'C' END, r.amount, CASE s.n WHEN 1 THEN rc.charge_id END
  FROM remittance AS r
  JOIN remittance_charge AS rc ON rc.remittance_id = r.id
  JOIN journal AS j ON j.key = 'remitted:bench-' || (r.id - 1) / 1000
  JOIN account AS t ON t.key = 'transit/fee/' || r.agency_code || '/' || r.reference
  JOIN account AS p ON p.key = 'payable/fee/' || r.agency_code || '/-', generate_series(1, 2) AS s(n);
SET session_replication_role = origin;
)";

constexpr std::chrono::sys_days kFirstDay{std::chrono::year{2026} / 1 / 1};
constexpr const char* kPayer = "BUU DIEN TINH DONG THAP";

std::string reference(std::int64_t number) {
  const std::string digits = std::to_string(number);
  return "R" + std::string(digits.size() < 7 ? 7 - digits.size() : 0, '0') + digits;
}

std::int64_t odd_day(std::int64_t number, std::int64_t accounts) { return 2 * (number / accounts % 50) + 1; }

class Writer {
 public:
  explicit Writer(BankStatement& into) : into_(into) {}

  void add(std::int64_t amount, std::int64_t sent, std::string text, const char* payer = "") {
    BankLine line;
    line.line = into_.lines.size() + 1;
    line.bank_ref = "FT" + std::to_string(line.line);
    line.booked_on = Day{kFirstDay + std::chrono::days{sent + 1}};
    line.amount = Money(amount);
    line.text = std::move(text);
    line.payer = payer;
    into_.closing += line.amount;
    into_.lines.push_back(std::move(line));
  }

 private:
  BankStatement& into_;
};

}  // namespace

void seed_remittances(const std::string& dsn, const ReconSeed& seed) {
  std::string text = kSeed;
  const std::array<std::pair<std::string, std::int64_t>, 6> holes{
      {{"$ACCOUNTS", seed.accounts},
       {"$NAMED", seed.named()},
       {"$PAIRED", seed.named() + 2 * seed.paired()},
       {"$SUMMED", seed.named() + 2 * seed.paired() + 3 * seed.summed()},
       {"$WINDOWS", seed.summed()},
       {"$ALL", seed.remittances()}}};
  for (const auto& [hole, number] : holes)
    for (auto at = text.find(hole); at != std::string::npos; at = text.find(hole))
      text.replace(at, hole.size(), std::to_string(number));
  sql::SessionOptions session;
  session.dsn = dsn;
  sql::Connection connection(session);
  connection.script("seed", text);
  connection.script("seed",
                    "VACUUM (ANALYZE) remittance, awaited_remittance, remittance_charge, charge, account, "
                    "journal, posting");
}

BankStatement statement_of(const ReconSeed& seed, std::int64_t account) {
  BankStatement made;
  const std::string digits = std::to_string(account);
  made.account = "1150008" + std::string(5 - digits.size(), '0') + digits;
  made.from = Day{kFirstDay};
  made.to = Day{kFirstDay + std::chrono::days{110}};
  Writer lines(made);
  for (auto n = account; n < seed.named(); n += seed.accounts)
    lines.add(10'000 + n % 50 * 1'000, odd_day(n, seed.accounts),
              "MBVCB." + std::to_string(n * 7) + ".BCCI82" + reference(n) + ".CT tu 0011 nop phi, lệ phí");
  for (auto n = account; n < seed.paired(); n += seed.accounts) {
    const auto first = seed.named() + n, second = first + seed.paired();
    lines.add(40'000, odd_day(first, seed.accounts),
              "REM BCCI82 " + reference(first) + ", BCCI82-" + reference(second) + " phi dich vu cong");
  }
  for (auto n = account; n < seed.summed(); n += seed.accounts)
    lines.add(3 * (70'000 + n * 30) + 30, 2 * (n / seed.accounts), "nop tien cuoi ngay", kPayer);
  for (auto n = account; n < seed.fuzzy(); n += seed.accounts)
    lines.add(10'000'000 + n * 1'000, odd_day(seed.remittances() - seed.fuzzy() + n, seed.accounts),
              "chuyen tien phi", kPayer);
  for (auto n = account; n < seed.garbage(); n += seed.accounts)
    lines.add(1'234 + n, n / seed.accounts % 100, "tra lai tien hang " + std::to_string(n),
              "CONG TY HOA SEN");
  return made;
}

}  // namespace bccid::bench
