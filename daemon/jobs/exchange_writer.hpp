#pragma once

#include "base/service.hpp"
#include "flow/exchange_book.hpp"
#include "jobs/wake.hpp"
#include "store/db.hpp"

#include <chrono>
#include <cstddef>

namespace bccid {

struct ExchangeWriterConfig {
  std::chrono::milliseconds every{1'000};
  std::size_t rows_max = 200;                 // of one transaction
  std::chrono::milliseconds deadline{5'000};  // of one transaction
};

// Writes the traces that belong to no message, in batches, beside all that sends and serves. What cannot be
// written stays in the book, as far as there is room. Io thread only.
class ExchangeWriter final : public Service {
 public:
  ExchangeWriter(boost::asio::any_io_executor executor, Db& db, ExchangeBook& book,
                 ExchangeWriterConfig config = {});

  const char* name() const override { return "exchange_writer"; }
  boost::asio::awaitable<void> start() override;
  // Writes what is left.
  boost::asio::awaitable<void> stop() override;

  // Writes what the book holds. Errors: as Db::run.
  boost::asio::awaitable<Status> flush();

 private:
  boost::asio::awaitable<void> loop();

  boost::asio::any_io_executor executor_;
  Db& db_;
  ExchangeBook& book_;
  ExchangeWriterConfig config_;
  Wake wake_, ended_;
  bool running_ = false;
  bool stopping_ = false;
};

}  // namespace bccid
