#pragma once

#include "adapters/blocks.hpp"
#include "adapters/sim/http_server.hpp"
#include "adapters/sim/simulators.hpp"
#include "base/clock.hpp"
#include "net/https_client.hpp"
#include "ports/onestop_port.hpp"
#include "ports/portal_port.hpp"
#include "tests/support/coroutine_run.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address_v4.hpp>

#include <memory>
#include <string>
#include <utility>

namespace bccid::test {

inline net::HttpsClientSettings loopback_settings() {
  net::HttpsClientSettings settings;
  settings.filter = net::AddressFilter::parse({"127.0.0.0/8"}).value();
  settings.plain_ok = true;
  return settings;
}

// The real client and a server of our choice on one event loop.
class Loopback {
 public:
  explicit Loopback(sim::Handler handler)
      : server_(io.get_executor(), {boost::asio::ip::address_v4::loopback(), 0}, std::move(handler)),
        client(io.get_executor(), loopback_settings()) {
    server_.run();
  }
  ~Loopback() { client.close(); }
  Loopback(const Loopback&) = delete;
  Loopback& operator=(const Loopback&) = delete;

  std::string url(const std::string& path = {}) const {
    return "http://127.0.0.1:" + std::to_string(server_.port()) + path;
  }

  boost::asio::io_context io{1};

 private:
  sim::HttpServer server_;

 public:
  net::HttpsClient client;
};

// The simulators behind the real client; tests talk to their control interface directly.
class SimulatedDay {
 public:
  explicit SimulatedDay(std::uint64_t seed = 1)
      : simulators(seed, clock), net([this](const sim::Call& call) { return simulators.handle(call); }) {}

  sim::Answer post(std::string path, std::string body) {
    sim::Call call;
    call.method = "POST";
    call.path = std::move(path);
    call.body = std::move(body);
    return simulators.handle(call);
  }
  sim::Answer get(std::string path, std::vector<std::pair<std::string, std::string>> query = {}) {
    sim::Call call;
    call.method = "GET";
    call.path = std::move(path);
    call.query = std::move(query);
    return simulators.handle(call);
  }

  SystemClock clock;
  sim::Simulators simulators;
  Loopback net;
};

inline EndpointBlock endpoint_at(std::string base_url) {
  EndpointBlock endpoint;
  endpoint.base_url = std::move(base_url);
  endpoint.client_id = "key";
  endpoint.client_secret = "secret";
  endpoint.timeout = std::chrono::milliseconds(5'000);
  return endpoint;
}

inline CarrierBlock carrier_at(std::string base_url) {
  CarrierBlock block;
  block.name = "post";
  block.kind = "vnpost_ngsp";
  block.endpoint = endpoint_at(std::move(base_url));
  block.customer_code = "DT82";
  return block;
}

inline OnestopBlock onestop_at(std::string base_url) {
  OnestopBlock block;
  block.agency = "H20.1";
  block.kind = "onestop_rest";
  block.endpoint = endpoint_at(std::move(base_url));
  return block;
}

inline PortalBlock portal_at(std::string base_url) {
  PortalBlock block;
  block.name = "portal";
  block.kind = "dvcqg";
  block.endpoint = endpoint_at(std::move(base_url));
  return block;
}

// A dossier whose result has just been given.
inline DossierReport sample_report() {
  DossierReport report;
  report.agency = "H20.01";
  report.agency_name = "Sở Tư pháp";
  report.dossier_code = "H20.01-260703-0001";
  report.procedure_code = "1.001193";
  report.procedure_name = "Đăng ký khai sinh";
  report.channel = 3;
  report.applicant_name = "Nguyễn Đình Hậu";
  report.finished_at = Time{std::chrono::seconds{1'783'000'000}};
  report.result_by_post = true;
  report.recipient = {"Nguyễn Đình Hậu", "0912345678", "", "12 Lê Lợi", "82", "29875"};
  report.charges = {{"fee", "P01", "Phí thẩm định", Money(50'000), true},
                    {"charge", "", "", Money(8'000), false}};
  report.steps = {{Time{std::chrono::seconds{1'783'051'200}}, "Bưu tá đang phát kết quả đến người nhận.", 9},
                  {Time{std::chrono::seconds{1'783'054'800}}, "Đã trả kết quả cho người nhận.", 10}};
  report.portal_status = 10;
  report.delivered_at = report.steps.back().at;
  report.status_stated = true;
  report.message_id = "m-1";
  return report;
}

inline CarrierOrder sample_order(std::string number) {
  CarrierOrder order;
  order.number = std::move(number);
  order.sender = {"Một cửa Cao Lãnh", "02773851234", "", "1 Nguyễn Huệ", "82", "29869"};
  order.receiver = {"Nguyễn Đình Hậu", "0912345678", "", "12 Lê Lợi", "82", "29875"};
  order.cod = Money(38'000);
  order.contents = "Giấy khai sinh";
  return order;
}

inline DossierStatus sample_status(std::string message_id) {
  DossierStatus status;
  status.dossier_code = "H20.01-260703-0001";
  status.portal_status = 9;
  status.step_text = "Bưu điện đang chuyển kết quả";
  status.occurred_at = Time{std::chrono::seconds{1'783'051'200}};
  status.message_id = std::move(message_id);
  return status;
}

}  // namespace bccid::test
