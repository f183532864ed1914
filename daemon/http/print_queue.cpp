#include "http/print_queue.hpp"

#include "http/waiting_place.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace bccid::http {

namespace asio = boost::asio;

PrintQueue::PrintQueue(std::size_t waiting_max, std::string_view family)
    : waiting_max_(waiting_max), family_(family) {}

PrintQueue::~PrintQueue() {
  thread_.stop();
  thread_.join();
}

asio::awaitable<Result<std::string>> PrintQueue::print_here(Document document) {
  if (!printer_) {
    auto opened = PdfPrinter::open(family_);
    if (!opened) co_return opened.error();
    printer_.emplace(std::move(*opened));
  }
  co_return printer_->print(document);
}

asio::awaitable<Result<std::string>> PrintQueue::print(Document document) {
  if (*waiting_ >= waiting_max_)
    co_return Failure(Errc::overloaded, "too many papers are being printed at the same time",
                      "Try again in a moment.");
  const WaitingPlace place(waiting_);
  auto job = print_here(std::move(document));
  auto pdf = co_await asio::co_spawn(thread_.get_executor(), std::move(job), asio::use_awaitable);
  co_return pdf;
}

}  // namespace bccid::http
