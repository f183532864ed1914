#pragma once

#include <cstdint>
#include <string>

// The files of a bank that speaks ISO 20022, about account 1010001 on the first day of a MoneyDay.
namespace bccid::test {

// One <Ntry>; `details` is what stands in its <NtryDtls>.
inline std::string entry(const std::string& ref, std::int64_t dong, const std::string& details = "") {
  return "<Ntry><Amt Ccy=\"VND\">" + std::to_string(dong) +
         "</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-03-02</Dt></BookgDt>" +
         (ref.empty() ? "" : "<AcctSvcrRef>" + ref + "</AcctSvcrRef>") +
         (details.empty() ? "" : "<NtryDtls>" + details + "</NtryDtls>") + "</Ntry>";
}

inline std::string part(std::int64_t dong, const std::string& text, const std::string& ref = "") {
  return "<TxDtls><Refs>" + (ref.empty() ? "" : "<AcctSvcrRef>" + ref + "</AcctSvcrRef>") +
         "</Refs><Amt Ccy=\"VND\">" + std::to_string(dong) + "</Amt><RmtInf><Ustrd>" + text +
         "</Ustrd></RmtInf></TxDtls>";
}

inline std::string balance(const std::string& code, std::int64_t dong) {
  return "<Bal><Tp><CdOrPrtry><Cd>" + code + "</Cd></CdOrPrtry></Tp><Amt Ccy=\"VND\">" +
         std::to_string(dong) + "</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-02</Dt></Dt></Bal>";
}

// `id` makes files of the same entries different ones.
inline std::string statement_of(const std::string& entries, std::int64_t sum, const std::string& id = "1") {
  return "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><Stmt><Id>" + id +
         "</Id><Acct><Id><Othr><Id>1010001</Id></Othr></Id></Acct>" + balance("OPBD", 0) +
         balance("CLBD", sum) + entries + "</Stmt></BkToCstmrStmt></Document>";
}

// The same entries as a notification.
inline std::string notification_of(const std::string& entries) {
  return "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.054.001.08\"><BkToCstmrDbtCdtNtfctn><Ntfctn>"
         "<CreDtTm>2026-03-02T10:00:00</CreDtTm><Acct><Id><Othr><Id>1010001</Id></Othr></Id></Acct>" +
         entries + "</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>";
}

}  // namespace bccid::test
