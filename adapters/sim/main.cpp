#include "adapters/sim/http_server.hpp"
#include "adapters/sim/simulators.hpp"
#include "base/clock.hpp"
#include "net/https_client.hpp"

#include <CLI/CLI.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <system_error>

namespace {

namespace asio = boost::asio;

struct Options {
  std::string listen = "127.0.0.1:0";
  std::string port_file;
  std::uint64_t seed = 1;
};

asio::ip::tcp::endpoint endpoint_of(const std::string& listen) {
  const auto colon = std::min(listen.rfind(':'), listen.size());
  boost::system::error_code error;
  const auto address = asio::ip::make_address(listen.substr(0, colon), error);
  std::uint16_t port = 0;
  const char* end = listen.data() + listen.size();
  const char* digits = listen.data() + std::min(colon + 1, listen.size());
  const auto [read_to, bad] = std::from_chars(digits, end, port);
  if (error || bad != std::errc{} || read_to != end)
    throw std::runtime_error("cannot read --listen \"" + listen + "\"\nHINT: Write 127.0.0.1:8090.");
  return {address, port};
}

// Under another name first, so that a waiting reader never sees half a number.
void write_port(const std::string& path, std::uint16_t port) {
  const std::string fresh = path + ".new";
  {
    std::ofstream out(fresh, std::ios::trunc);
    out << port << '\n';
    if (!out.flush()) throw std::runtime_error("cannot write " + fresh);
  }
  if (std::rename(fresh.c_str(), path.c_str()) != 0) throw std::runtime_error("cannot write " + path);
}

// Once: whoever does not take a message is told nothing, as by the real post.
asio::awaitable<void> send_hint(bccid::net::HttpsClient& client, bccid::sim::SignedHint hint) {
  auto url = bccid::net::parse_url(hint.url);
  if (!url) co_return;
  const bccid::net::HttpRequest request(bccid::net::Verb::post, std::move(*url), std::move(hint.body),
                                        "application/json");
  (void)co_await client.send(request);
}

int run(const Options& options) {
  const bccid::SystemClock clock;
  asio::io_context io(1);
  bccid::sim::Simulators simulators(options.seed, clock);
  bccid::net::HttpsClientSettings outgoing;
  outgoing.filter = bccid::net::AddressFilter::parse({"127.0.0.0/8"}).value();
  outgoing.plain_ok = true;
  bccid::net::HttpsClient client(io.get_executor(), std::move(outgoing));
  simulators.on_hint([&io, &client](bccid::sim::SignedHint hint) {
    asio::co_spawn(io, send_hint(client, std::move(hint)), asio::detached);
  });
  const auto handle = [&simulators](const bccid::sim::Call& call) { return simulators.handle(call); };
  bccid::sim::HttpServer server(io.get_executor(), endpoint_of(options.listen), handle);
  asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&io](const boost::system::error_code&, int) { io.stop(); });
  server.run();
  if (!options.port_file.empty()) write_port(options.port_file, server.port());
  std::cout << "{\"ready\":true,\"port\":" << server.port() << ",\"seed\":" << options.seed << "}"
            << std::endl;
  io.run();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app(
      "Simulators of bccid's counterparts: the post, the agencies' one-stop systems, their bank, a webhook "
      "receiver");
  app.add_option("--listen", options.listen, "ADDRESS:PORT; port 0 takes a free one")->capture_default_str();
  app.add_option("--port-file", options.port_file, "file that gets the port once it is open");
  app.add_option("--seed", options.seed, "same seed, same misbehaviour")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    return run(options);
  } catch (const std::exception& failure) {
    std::cerr << "bccid-sim: " << failure.what() << '\n';
    return 1;
  }
}
