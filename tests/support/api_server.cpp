#include "tests/support/api_server.hpp"

#include "adapters/list.hpp"
#include "http/inbound_trace.hpp"
#include "http/json_body.hpp"
#include "tests/support/builders.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json.hpp>

#include <charconv>
#include <future>

namespace bccid::test {
namespace {

namespace asio = boost::asio;

DbConfig db_config(const std::string& dsn) {
  DbConfig config;
  config.dsn = dsn;
  config.interactive_workers = 3;
  config.background_workers = 1;
  return config;
}

OnestopBlock onestop_block() {
  OnestopBlock block;
  block.agency = kAgencyA;
  block.kind = "onestop_rest";
  block.endpoint.base_url = "https://onestop.example.vn";
  block.endpoint.client_id = "bccid";
  block.endpoint.client_secret = "secret";
  return block;
}

BankBlock bank_block() {
  BankBlock block;
  block.name = "bank";
  block.kind = "bank_csv";
  block.column_titles = {{"date", "ngay"},
                         {"reference", "so_tham_chieu"},
                         {"amount", "so_tien"},
                         {"text", "noi_dung"},
                         {"payer", "nguoi_chuyen"}};
  return block;
}

http::ApiSettings api_settings() {
  http::ApiSettings settings;
  settings.province = kProvince;
  settings.carrier = "post";
  settings.price_timeout = std::chrono::milliseconds(200);
  settings.carrier_names["post"] = "Công ty Bưu chính Một";
  settings.subscriptions.keys = {SealingKey::parse("YmNjaWQgdGVzdHMgc2VhbCB3aXRoIHRoaXMga2V5ISE=").value()};
  return settings;
}

http::ListenerSettings listener_settings() {
  http::ListenerSettings settings;
  settings.address.host = "127.0.0.1";
  return settings;
}

std::string wire(const ApiCall& call) {
  std::string out = call.method + " " + call.target + " HTTP/1.1\r\nHost: localhost\r\n";
  if (!call.token.empty()) out += "Authorization: Bearer " + call.token + "\r\n";
  const bool json = call.content_type.empty() && !call.body.empty();
  if (json || !call.content_type.empty())
    out += "Content-Type: " + (json ? std::string("application/json") : call.content_type) + "\r\n";
  for (const auto& [name, value] : call.headers) out += name + ": " + value + "\r\n";
  if (!call.body.empty() || call.method != "GET")
    out += "Content-Length: " + std::to_string(call.body.size()) + "\r\n";
  return out + "\r\n" + call.body;
}

ApiReply parse(const std::string& message) {
  ApiReply reply;
  const auto end = message.find("\r\n\r\n");
  if (end == std::string::npos) return reply;
  std::from_chars(message.data() + 9, message.data() + 12, reply.status);
  std::string_view lines = std::string_view(message).substr(0, end);
  while (!lines.empty()) {
    const auto line = lines.substr(0, lines.find("\r\n"));
    lines.remove_prefix(std::min(lines.size(), line.size() + 2));
    const auto colon = line.find(": ");
    if (colon != std::string_view::npos)
      reply.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
  }
  reply.body = message.substr(end + 4);
  return reply;
}

}  // namespace

std::string ApiReply::header(std::string_view name) const {
  for (const auto& [known, value] : headers)
    if (http::equal_ignoring_case(known, name)) return value;
  return {};
}

boost::json::value ApiReply::json() const {
  auto value = http::parse_json(body);
  return value ? std::move(*value) : boost::json::value(nullptr);
}

std::string ApiReply::text(std::string_view member) const {
  const auto value = json();
  const auto* object = value.if_object();
  const auto* found = object ? object->if_contains(member) : nullptr;
  return found && found->is_string() ? std::string(found->get_string()) : std::string{};
}

ApiReply ApiClient::send(const ApiCall& call) {
  if (!socket_) socket_.emplace(RawSocket::connect(port_, from_));
  socket_->send(wire(call));
  ApiReply reply = parse(socket_->receive_message());
  if (reply.status == 0 || http::equal_ignoring_case(reply.header("Connection"), "close")) socket_.reset();
  return reply;
}

ApiServer::ApiServer(const std::string& dsn, const ApiServerSettings& settings)
    : clock_(settings.now),
      db_(db_config(dsn)),
      client_(io_.get_executor(), {}),
      secrets_(settings.sign_ins_waiting_max),
      prints_(32, settings.paper_family),
      sign_ins_(std::make_shared<http::SignInThrottle>(settings.sign_ins)),
      scans_(db_, clock_, settings.gate),
      tokens_(settings.keep_tokens),
      refusals_(io_.get_executor(), db_, clock_, std::chrono::hours(1)),
      onestop_(open_onestop(onestop_block(), client_, clock_).value()),
      bank_(open_bank(bank_block()).value()),
      lists_(open_remittance_file(CarrierBlock{}).value()),
      api_{db_,      scans_,  clock_,    tokens_,        refusals_, cpu_,
           secrets_, prints_, sign_ins_, api_settings(), {},        {}},
      work_(io_.get_executor()) {
  api_.onestops[kAgencyA] = onestop_.get();
  api_.citizens = settings.citizens;
  api_.banks[kAccount] = bank_.get();
  api_.remittance_files["post"] = lists_.get();
  api_.carriers["post"] = &post_;
  router_ = http::api_router(api_);
  auto listening = listener_settings();
  listening.on_answer = [this](const http::Request& request, const http::Response& response,
                               std::chrono::microseconds took) {
    if (const auto call = http::inbound_call(*router_, request, response, took)) book_.note(*call);
  };
  listener_ = std::make_unique<http::Listener>(io_, *router_, std::move(listening));
  thread_ = std::thread([this] { io_.run(); });
  on_io(db_.start());
  on_io(scans_.start());
  on_io(listener_->start());
}

ApiServer::~ApiServer() {
  on_io(listener_->stop());
  on_io(scans_.stop());
  on_io(refusals_.stop());
  on_io(db_.stop());
  work_.reset();
  io_.stop();
  thread_.join();
}

void ApiServer::advance(Duration by) {
  on_io([this, by] { clock_.advance(by); });
}

std::vector<ExchangeRow> ApiServer::take_traces() {
  std::vector<ExchangeRow> rows;
  on_io([this, &rows] { rows = book_.take(100); });
  return rows;
}

void ApiServer::flush_refusals() {
  auto flushed = asio::co_spawn(io_, refusals_.flush(), asio::use_future).get();
  flushed.value();
}

void ApiServer::on_io(const std::function<void()>& work) {
  std::promise<void> done;
  asio::post(io_, [&] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

void ApiServer::on_io(asio::awaitable<void> work) {
  asio::co_spawn(io_, std::move(work), asio::use_future).get();
}

}  // namespace bccid::test
