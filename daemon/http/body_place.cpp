#include "http/body_place.hpp"

#include "base/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace bccid::http {
namespace {

namespace asio = boost::asio;

asio::awaitable<Status> append_to(SpooledFile& file, std::string piece) { co_return file.append(piece); }

Status told(const Request& request, const Failure& failure) {
  log::error("upload_refused", {{"request", request.request_id}, {"error", failure.text()}});
  return failure;
}

}  // namespace

Status open_spool(const SpoolPlace& place, Request& request) {
  auto file = SpooledFile::open(place.directory);
  if (!file) return told(request, file.error());
  request.file = std::move(*file);
  return {};
}

asio::awaitable<Status> spool(const SpoolPlace& place, Request& request, std::string piece) {
  auto writing = append_to(*request.file, std::move(piece));
  const Status kept = co_await asio::co_spawn(place.executor, std::move(writing), asio::use_awaitable);
  co_return kept ? kept : told(request, kept.error());
}

}  // namespace bccid::http
