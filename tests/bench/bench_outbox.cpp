#include "app/private_cluster.hpp"
#include "jobs/outbox_sender.hpp"
#include "jobs/webhook_deliverer.hpp"
#include "store/migrate.hpp"
#include "store/notify_listener.hpp"
#include "tests/bench/bad_sinks.hpp"
#include "tests/bench/benches.hpp"
#include "tests/bench/process_figures.hpp"
#include "tests/bench/sink.hpp"

#include <unistd.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json.hpp>

#include <cstdio>
#include <functional>
#include <iostream>
#include <stdexcept>
#include <thread>

namespace bccid::bench {
namespace {

namespace json = boost::json;
using SteadyTime = std::chrono::steady_clock::time_point;
using namespace std::chrono_literals;

constexpr std::uint64_t kDrainRows = 200'000;
constexpr std::size_t kInFlight = 20;
constexpr double kSteadyRate = 200;  // events a second, each in its own transaction
constexpr double kBusyRate = 4'000;  // the load under which dead rows are counted, in transactions of 20
constexpr int kBusyBatch = 20;
constexpr int kBadRows = 500;  // that wait for each receiver that misbehaves

void say(const std::string& text) { std::cerr << "bench outbox: " << text << std::endl; }

template <class T>
T must(Result<T> result, const std::string& what) {
  if (!result) throw std::runtime_error(what + ": " + result.error().text());
  return std::move(*result);
}

double milliseconds(std::chrono::microseconds time) { return static_cast<double>(time.count()) / 1000.0; }

app::PrivateCluster start_cluster(const BenchOptions& options) {
  app::ClusterOptions cluster;
  cluster.directory = options.directory / "outbox_cluster";
  cluster.ends_with_us = true;
  cluster.settings = {"shared_buffers=256MB", "max_wal_size=4GB"};
  return must(app::PrivateCluster::start(cluster), "private PostgreSQL");
}

// A session of its own, with transactions.
class Session {
 public:
  explicit Session(const std::string& dsn) : connection_(options(dsn)) {}
  sql::Row row(const std::string& statement) {
    rows_ = connection_.exec_once("bench", statement);
    return rows_.front();
  }
  void run(const std::string& statement) { connection_.script("bench", statement); }
  void put(const std::vector<OutboxMessage>& messages) {
    connection_.script("begin", "BEGIN");
    sql::Tx tx(connection_);
    enqueue(tx, messages);
    connection_.script("commit", "COMMIT");
  }

 private:
  static sql::SessionOptions options(const std::string& dsn) {
    sql::SessionOptions made;
    made.dsn = dsn;
    return made;
  }
  sql::Connection connection_;
  sql::Rows rows_;
};

// The sender as the daemon runs it, on a thread of its own, posting signed events to the sink.
class SendingSide {
 public:
  // `bad`: other receivers, by their ids.
  SendingSide(const std::string& dsn, std::uint16_t port, const BadSinks& bad)
      : db_(db_config(dsn)),
        listener_(io_.get_executor(), session(dsn)),
        book_(clock_, {}),
        client_(io_.get_executor(), client_settings()),
        deliverer_(db_, clock_, client_, WebhookDelivererConfig(), endpoints(port, bad)),
        sender_(io_.get_executor(), db_, clock_, OutboxSenderConfig(), {family()}, &book_) {
    client_.observe([this](const net::HttpRequest& request, const Result<net::HttpReply>& reply,
                           std::chrono::microseconds took) { book_.note(request, reply, took); });
    listener_.on(kOutboxChannel, [this](const std::string&) { sender_.wake(); });
    thread_ = std::thread([this] { io_.run(); });
    wait(db_.start());
    wait(listener_.start());
  }
  ~SendingSide() {
    wait(sender_.stop());
    wait(listener_.stop());
    wait(db_.stop());
    boost::asio::post(io_, [this] { client_.close(); });
    work_.reset();
    thread_.join();
  }
  SendingSide(const SendingSide&) = delete;
  SendingSide& operator=(const SendingSide&) = delete;

  void start() { wait(sender_.start()); }
  SenderFigures figures() {
    return boost::asio::post(io_, std::packaged_task<SenderFigures()>([this] { return sender_.figures(); }))
        .get();
  }

 private:
  void wait(boost::asio::awaitable<void> work) {
    boost::asio::co_spawn(io_, std::move(work), boost::asio::use_future).get();
  }
  static DbConfig db_config(const std::string& dsn) {
    DbConfig config;
    config.dsn = dsn;
    config.interactive_workers = 1;
    return config;
  }
  static sql::SessionOptions session(const std::string& dsn) {
    sql::SessionOptions made;
    made.dsn = dsn;
    return made;
  }
  static net::HttpsClientSettings client_settings() {
    net::HttpsClientSettings settings;
    settings.plain_ok = true;
    settings.filter = must(net::AddressFilter::parse({"127.0.0.0/8"}), "address filter");
    return settings;
  }
  static WebhookEndpoint endpoint(std::string id, std::uint16_t port) {
    auto url = must(net::parse_url("http://127.0.0.1:" + std::to_string(port) + "/events"), "sink address");
    return WebhookEndpoint{std::move(id), std::move(url), {net::WebhookSecret::create()}};
  }
  static std::vector<WebhookEndpoint> endpoints(std::uint16_t port, const BadSinks& bad) {
    std::vector<WebhookEndpoint> all{endpoint("sink", port)};
    for (std::size_t kind = 0; kind < BadSinks::kNames.size(); ++kind)
      all.push_back(endpoint(std::string(BadSinks::kNames[kind]), bad.port(kind)));
    return all;
  }
  TargetFamily family() {
    TargetFamily made;
    made.prefix = "webhook:";
    made.deliverer = &deliverer_;
    made.in_flight_max = kInFlight;
    return made;
  }

  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
  SystemClock clock_;
  Db db_;
  NotifyListener listener_;
  ExchangeBook book_;
  net::HttpsClient client_;
  WebhookDeliverer deliverer_;
  OutboxSender sender_;
  std::thread thread_;
};

OutboxMessage event() {
  OutboxMessage made;
  made.target = "webhook:sink";
  made.kind = "event";
  made.subject = "parcel:H20.01-1";
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  made.payload = R"({"specversion":"1.0","type":"vn.bccid.parcel.delivered","source":"/bccid","t":)" +
                 std::to_string(std::chrono::nanoseconds(now).count()) +
                 R"(,"datacontenttype":"application/json","data":{"order_number":"H20.01-260302-0001-T1",)"
                 R"("item_code":"RB123456785VN","state":"delivered","previous_state":"out_for_delivery"}})";
  return made;
}

void until(const std::function<bool()>& holds, std::chrono::seconds longest, const std::string& what) {
  const auto end = std::chrono::steady_clock::now() + longest;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) throw std::runtime_error(what + " took too long");
    std::this_thread::sleep_for(1ms);
  }
}

// Enqueues at a fixed pace, whatever the sender does.
std::uint64_t enqueue_at(Session& session, double rate, int batch, std::chrono::seconds time) {
  const auto gap = std::chrono::duration<double>(batch / rate);
  const auto begin = std::chrono::steady_clock::now();
  std::uint64_t count = 0;
  std::chrono::seconds next_sign{60};
  for (int n = 0; std::chrono::steady_clock::now() - begin < time; ++n) {
    if (std::chrono::steady_clock::now() - begin >= next_sign) {
      say(std::to_string(next_sign.count()) + " s of " + std::to_string(time.count()));
      next_sign += std::chrono::seconds(60);
    }
    std::this_thread::sleep_until(begin + std::chrono::duration_cast<std::chrono::nanoseconds>(gap * n));
    std::vector<OutboxMessage> messages(static_cast<std::size_t>(batch));
    for (auto& message : messages) message = event();
    session.put(messages);
    count += messages.size();
  }
  return count;
}

struct Figures {
  double per_second = 0, cpu_us = 0, server_cpu_us = 0;
  double steady_p50 = 0, steady_p99 = 0;
  double beside_p50 = 0, beside_p99 = 0;  // the same beside five receivers that misbehave
  double busy_p50 = 0, busy_p99 = 0, busy_rate = 0;
  std::int64_t dead_rows = 0, live_rows = 0, outbox_bytes = 0;
  double resident = 0;
  std::string server_version;
};

class Bench {
 public:
  explicit Bench(const BenchOptions& options)
      : options_(options), cluster_(start_cluster(options)), dsn_(migrated(cluster_)), session_(dsn_) {
    session_.run("INSERT INTO webhook_endpoint (id, url) VALUES ('sink', 'http://127.0.0.1/')");
  }

  Figures run() {
    figures_.server_version = session_.row("SHOW server_version").str(0);
    drain();
    steady();
    busy();
    beside_bad_ones();
    figures_.resident = static_cast<double>(resident_bytes(::getpid())) / 1024.0 / 1024.0;
    return figures_;
  }

 private:
  static std::string migrated(const app::PrivateCluster& cluster) {
    must(migrate(cluster.dsn()), "migration");
    return cluster.dsn();
  }
  void all_delivered(std::uint64_t rows, std::chrono::seconds longest) {
    until([&] { return sink_.received() >= rows; }, longest, "delivering " + std::to_string(rows) + " rows");
    until([&] { return sending_->figures().held == 0; }, 30s, "settling");
  }

  // All rows are there before the sender starts.
  void drain() {
    say("delivering " + std::to_string(kDrainRows) + " waiting rows at " + std::to_string(kInFlight) +
        " in flight");
    session_.run(
        "INSERT INTO outbox (target, kind, subject, payload) SELECT 'webhook:sink', 'event', 'parcel:' || n, "
        "'" +
        event().payload + "' FROM generate_series(1, " + std::to_string(kDrainRows) + ") n");
    sending_ = std::make_unique<SendingSide>(dsn_, sink_.port(), bad_);
    const auto cpu = cpu_time(::getpid());
    const auto server = cpu_time(cluster_.pid());
    const auto began = std::chrono::steady_clock::now();
    sending_->start();
    all_delivered(kDrainRows, 600s);
    const auto took = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    const double rows = static_cast<double>(kDrainRows);
    figures_.per_second = rows / took;
    figures_.cpu_us = static_cast<double>((cpu_time(::getpid()) - cpu).count()) * 1000.0 / rows;
    figures_.server_cpu_us = static_cast<double>((cpu_time(cluster_.pid()) - server).count()) * 1000.0 / rows;
    const auto delivered = session_.row("SELECT count(*) FROM outbox WHERE state = 'delivered'").i64(0);
    if (delivered != static_cast<std::int64_t>(kDrainRows))
      throw std::runtime_error("not every row is marked as delivered");
  }

  void steady() {
    say("one event a transaction, " + std::to_string(static_cast<int>(kSteadyRate)) + " a second");
    sink_.take_latency();
    const auto before = sink_.received();
    const auto sent = enqueue_at(session_, kSteadyRate, 1, options_.time);
    all_delivered(before + sent, 60s);
    const auto latency = sink_.take_latency();
    figures_.steady_p50 = milliseconds(latency.quantile(0.5));
    figures_.steady_p99 = milliseconds(latency.quantile(0.99));
  }

  void busy() {
    say(std::to_string(static_cast<int>(kBusyRate)) + " events a second for " +
        std::to_string(options_.busy_time.count()) + " s");
    const auto before = sink_.received();
    const auto began = std::chrono::steady_clock::now();
    const auto sent = enqueue_at(session_, kBusyRate, kBusyBatch, options_.busy_time);
    all_delivered(before + sent, 300s);
    const auto took = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    const auto latency = sink_.take_latency();
    figures_.busy_rate = static_cast<double>(sent) / took;
    figures_.busy_p50 = milliseconds(latency.quantile(0.5));
    figures_.busy_p99 = milliseconds(latency.quantile(0.99));
    std::this_thread::sleep_for(2s);  // PostgreSQL reports its counts with a delay
    const auto row = session_.row(
        "SELECT coalesce(sum(n_dead_tup), 0)::bigint, coalesce(sum(n_live_tup), 0)::bigint, "
        "coalesce(sum(pg_total_relation_size(relid)), 0)::bigint "
        "FROM pg_stat_user_tables WHERE relname ~ '^outbox_'");
    figures_.dead_rows = row.i64(0);
    figures_.live_rows = row.i64(1);
    figures_.outbox_bytes = row.i64(2);
  }

  // As `steady`, while each of five receivers has a queue and answers none of it well.
  void beside_bad_ones() {
    say("the same beside five receivers that misbehave");
    for (const auto name : BadSinks::kNames) {
      const std::string id(name);
      session_.run("INSERT INTO webhook_endpoint (id, url) VALUES ('" + id + "', 'http://127.0.0.1/')");
      session_.run("INSERT INTO outbox (target, kind, subject, payload) SELECT 'webhook:" + id +
                   "', 'event', 'parcel:' || n, '{}' FROM generate_series(1, " + std::to_string(kBadRows) +
                   ") n");
    }
    sink_.take_latency();
    const auto before = sink_.received();
    const auto sent = enqueue_at(session_, kSteadyRate, 1, options_.time);
    until([&] { return sink_.received() >= before + sent; }, 60s, "delivering beside bad receivers");
    const auto latency = sink_.take_latency();
    figures_.beside_p50 = milliseconds(latency.quantile(0.5));
    figures_.beside_p99 = milliseconds(latency.quantile(0.99));
  }

  const BenchOptions& options_;
  app::PrivateCluster cluster_;
  std::string dsn_;
  Session session_;
  Sink sink_;
  BadSinks bad_;
  std::unique_ptr<SendingSide> sending_;
  Figures figures_;
};

void print(const Figures& figures) {
  std::printf("%s; PostgreSQL %s, fsync and synchronous_commit on; sender and sink in one process\n",
              machine_text().c_str(), figures.server_version.c_str());
  std::printf("signed POSTs, %zu in flight, each leased, fenced and marked: %.0f/s (aim 12000)\n", kInFlight,
              figures.per_second);
  std::printf("processor time of a delivery: sender and sink %.0f us, PostgreSQL %.0f us\n", figures.cpu_us,
              figures.server_cpu_us);
  std::printf("enqueue to arrival at %.0f/s: p50 %.2f ms, p99 %.2f ms (aim 50)\n", kSteadyRate,
              figures.steady_p50, figures.steady_p99);
  std::printf("enqueue to arrival at %.0f/s: p50 %.2f ms, p99 %.2f ms\n", figures.busy_rate, figures.busy_p50,
              figures.busy_p99);
  std::printf("the first rate beside five receivers that misbehave: p50 %.2f ms, p99 %.2f ms (%.2f times)\n",
              figures.beside_p50, figures.beside_p99, figures.beside_p99 / figures.steady_p99);
  std::printf("dead rows after that: %lld beside %lld live ones, tables and indexes %.0f MiB\n",
              static_cast<long long>(figures.dead_rows), static_cast<long long>(figures.live_rows),
              static_cast<double>(figures.outbox_bytes) / 1024.0 / 1024.0);
}

}  // namespace

json::object bench_outbox(const BenchOptions& options) {
  std::filesystem::create_directories(options.directory);
  const Figures figures = Bench(options).run();
  print(figures);
  json::object out;
  out["deliveries_per_s"] = figures.per_second;
  out["in_flight"] = kInFlight;
  out["sender_and_sink_cpu_us"] = figures.cpu_us;
  out["postgresql_cpu_us"] = figures.server_cpu_us;
  out["first_attempt_p50_ms_at_200"] = figures.steady_p50;
  out["first_attempt_p99_ms_at_200"] = figures.steady_p99;
  out["p99_ms_beside_bad_receivers"] = figures.beside_p99;
  out["p99_ratio_beside_bad_receivers"] = figures.beside_p99 / figures.steady_p99;
  out["busy_per_s"] = figures.busy_rate;
  out["busy_p50_ms"] = figures.busy_p50;
  out["busy_p99_ms"] = figures.busy_p99;
  out["dead_rows"] = figures.dead_rows;
  out["live_rows"] = figures.live_rows;
  out["outbox_bytes"] = figures.outbox_bytes;
  out["rss_mib"] = figures.resident;
  return out;
}

}  // namespace bccid::bench
