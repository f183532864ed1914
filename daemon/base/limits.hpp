#pragma once

#include <chrono>
#include <cstddef>

// Every limit that the code keeps, in one place, unit last. Those that an operator may move are keys
// of the configuration table instead.
namespace bccid::limits {

inline constexpr std::size_t kHttpHeaderBytesMax = 16 * 1024;
inline constexpr std::size_t kHttpHeaderFieldsMax = 100;
inline constexpr std::size_t kHttpTargetBytesMax = 4 * 1024;
inline constexpr std::size_t kJsonBodyBytesMax = 256 * 1024;
inline constexpr std::size_t kScanBodyBytesMax = 1024 * 1024;
inline constexpr std::size_t kFileBodyBytesMax = 256 * 1024 * 1024;  // on disk, not in memory
inline constexpr std::size_t kJsonDepthMax = 64;
inline constexpr std::size_t kHttpRequestsPerConnectionMax = 1'000;

// Kinds of refusal that are counted apart. The vocabulary is ours and far smaller; this holds if it is not.
inline constexpr std::size_t kRefusalKindsMax = 1024;

inline constexpr std::size_t kScanBatchItemsMax = 500;
inline constexpr std::size_t kPageItemsMax = 200;
inline constexpr std::size_t kPageItemsDefault = 50;
inline constexpr std::size_t kExportRowsMax = 50'000;  // of one file; in memory while it is made
inline constexpr int kReportDaysMax = 366;
inline constexpr std::size_t kSettlementRowsMax = 500;  // of each list on the paper

inline constexpr std::size_t kDossierCodeCharsMax = 50;
inline constexpr std::size_t kIdempotencyKeyCharsMax = 255;
inline constexpr std::size_t kTextFieldCharsMax = 500;

// A device clock may run ahead a little; a scan further in the future is refused.
inline constexpr std::chrono::minutes kScanFutureSkewMax{5};
inline constexpr std::chrono::hours kFinishedAgeMax{24 * 366 * 20};  // of a dossier: older is a wrong date
// Offline devices come back after days; a scan older than this is a wrong clock.
inline constexpr std::chrono::hours kScanAgeMax{24 * 60};

// Largest amount on one order. The dearest fee seen in practice is a land registration far below.
inline constexpr long long kChargeDongMax = 10'000'000'000;
// Largest amount of one posting or statement line; the ledger's CHECK says the same.
inline constexpr long long kPostingDongMax = 1'000'000'000'000'000;
// A statement may be dated a little ahead of our clock, by banks that book on the next day.
inline constexpr std::chrono::hours kStatementFutureMax{48};

inline constexpr std::size_t kTraceBodyBytesMax = 2 * 1024;  // of each body that a trace shows, masked
inline constexpr std::size_t kTracesHeldMax = 4'000;         // in memory until they are written

inline constexpr std::size_t kReplyBytesMax = 64 * 1024;            // read from a webhook receiver
inline constexpr std::size_t kFeedReplyBytesMax = 8 * 1024 * 1024;  // read from a counterpart's feed

}  // namespace bccid::limits
