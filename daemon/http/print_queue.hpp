#pragma once

#include "base/result.hpp"
#include "paper/document.hpp"
#include "paper/pdf_printer.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace bccid::http {

// Prints papers on a thread of its own: one takes 2 to 30 milliseconds, far too long for the io thread, and
// Pango's fonts are used by one thread at a time. The fonts are looked up with the first paper, so a daemon
// that never prints needs neither them nor their memory.
class PrintQueue {
 public:
  explicit PrintQueue(std::size_t waiting_max = 32, std::string_view family = kPaperFamily);
  ~PrintQueue();
  PrintQueue(const PrintQueue&) = delete;
  PrintQueue& operator=(const PrintQueue&) = delete;

  // The document as PDF. Called on the io thread, and answers there. Errors: overloaded (the queue is full),
  // unavailable (the font is not installed), internal.
  boost::asio::awaitable<Result<std::string>> print(Document document);

 private:
  boost::asio::awaitable<Result<std::string>> print_here(Document document);

  const std::size_t waiting_max_;
  const std::string family_;
  std::shared_ptr<std::size_t> waiting_ = std::make_shared<std::size_t>(0);  // io thread only
  std::optional<PdfPrinter> printer_;                                        // of the thread below only
  boost::asio::thread_pool thread_{1};
};

}  // namespace bccid::http
