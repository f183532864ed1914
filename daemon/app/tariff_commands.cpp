#include "app/tariff_commands.hpp"

#include "adapters/list.hpp"
#include "app/counterparts.hpp"
#include "app/price_files.hpp"
#include "app/terminal.hpp"
#include "base/clock.hpp"
#include "base/text.hpp"
#include "flow/carrier_price.hpp"
#include "flow/tariffs.hpp"
#include "http/dto/quote_dto.hpp"
#include "store/direct.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <iostream>
#include <optional>

namespace bccid::app {
namespace {

namespace json = boost::json;

Result<TariffEntry> entry_of(const TariffCommand& command) {
  TariffEntry entry;
  entry.id = command.id;
  entry.carrier = command.carrier;
  const auto from = day_option(command.from, "--from");
  if (!from) return from.error();
  entry.valid_from = *from;
  const auto to = optional_day(command.to, "--to");
  if (!to) return to.error();
  entry.valid_to = *to;
  entry.vat = from_name<VatMode>(command.vat).value();
  entry.vat_basis_points = command.vat_rate;
  if (command.forwarding)
    entry.forwarding = ForwardingPrice{Money(*command.forwarding), Money(command.free_below)};
  auto prices = read_price_file(command.file);
  if (!prices) return prices.error();
  entry.prices = std::move(*prices);
  return entry;
}

ExitCode load(const TariffCommand& command, const std::string& dsn) {
  const auto entry = entry_of(command);
  if (!entry) return complain(entry.error());
  InputFailure wrong;
  const auto put = run_directly<PutOutcome>(dsn, [&](sql::Tx& tx) -> Result<PutOutcome> {
    auto outcome = import_tariff(tx, *entry, kOperator);
    if (outcome) return *outcome;
    wrong = outcome.error();
    return wrong.summary();
  });
  if (!put && wrong.errors.empty()) return complain(put.error());
  if (!put) return complain_of_all(wrong, {{"", command.file}});
  std::cout << "tariff " << command.id << (*put == PutOutcome::stored ? " stored\n" : " is already so\n");
  return ExitCode::ok;
}

ExitCode end(const TariffCommand& command, const std::string& dsn) {
  const auto last = day_option(command.to, "--on");
  if (!last) return complain(last.error());
  const auto ended = run_directly<bool>(dsn, [&](sql::Tx& tx) -> Result<bool> {
    if (const auto done = end_tariff(tx, command.id, *last, kOperator); !done) return done.error();
    return true;
  });
  if (!ended) return complain(ended.error());
  std::cout << "tariff " << command.id << " ends on " << command.to << '\n';
  return ExitCode::ok;
}

ExitCode list(const std::string& dsn) {
  const auto rows =
      run_directly<sql::Rows>(dsn, [](sql::Tx& tx) { return Result<sql::Rows>(list_tariffs(tx)); });
  if (!rows) return complain(rows.error());
  for (const auto& row : *rows)
    std::cout << row.text(0) << '\t' << row.text(1) << '\t' << row.text(2) << '\t' << row.text(3) << '\t'
              << row.text(4) << '\t' << row.text(5) << '\n';
  return ExitCode::ok;
}

void print_text(const PostageQuote& quote) {
  for (const auto& line : quote.lines)
    std::cout << line.rule << '\t' << line.amount.to_text() << '\t' << line.detail << '\n';
  std::cout << "total\t" << quote.total.to_text() << "\ttariff " << quote.version;
  if (!quote.vat.zero()) std::cout << ", with " << quote.vat.to_text() << " of tax";
  std::cout << '\n';
}

void print_text(const CarrierPrice& price) {
  if (!price.reason.empty()) {
    std::cout << "post\tno price\t" << price.reason << '\n';
    return;
  }
  for (const auto& leg : price.legs)
    std::cout << "post." << name(leg.leg) << '\t' << leg.price.to_text() << '\n';
  std::cout << "post.total\t" << price.total.to_text() << "\tdifference " << price.difference.to_text()
            << '\n';
}

struct Answer {
  PostageQuote ours;
  std::optional<Result<std::vector<LegQuestion>>> legs;  // when the post is to be asked
};

void print(const PostageQuote& ours, const std::optional<CarrierPrice>& beside, bool as_json) {
  if (!as_json) {
    print_text(ours);
    if (beside) print_text(*beside);
    return;
  }
  auto all = http::to_json(ours);
  if (beside) all["carrier"] = http::to_json(*beside);
  std::cout << json::serialize(all) << '\n';
}

CarrierPrice without_price(std::string reason) {
  CarrierPrice none;
  none.reason = std::move(reason);
  return none;
}

// The one post, opened as the daemon opens it, on an event loop of this command.
CarrierPrice ask_post(const Config& config, const std::string& carrier, std::vector<LegQuestion> legs,
                      Money ours) {
  const auto account =
      std::ranges::find(config.carriers, carrier, [](const CarrierConfig& c) { return c.block.name; });
  if (account == config.carriers.end()) return without_price("no [[carrier]] block is named " + carrier);
  boost::asio::io_context io(1);
  net::HttpsClient client(io.get_executor(), client_settings(config));
  const SystemClock clock;
  const auto port = open_carrier(account->block, client, clock);
  if (!port) return without_price(port.error().detail);
  CarrierPrice told;
  auto asking = [&]() -> boost::asio::awaitable<void> {
    told = co_await ask_carrier_price(**port, std::move(legs), ours, account->block.endpoint.timeout);
    client.close();
  };
  std::exception_ptr failed;
  boost::asio::co_spawn(io, asking(), [&failed](std::exception_ptr error) { failed = std::move(error); });
  io.run();
  if (failed) std::rethrow_exception(failed);
  return told;
}

}  // namespace

ExitCode run_tariff_command(const TariffCommand& command, const std::string& dsn) {
  switch (command.action) {
    case TariffCommand::Action::load: return load(command, dsn);
    case TariffCommand::Action::end: return end(command, dsn);
    case TariffCommand::Action::list: return list(dsn);
  }
  return ExitCode::internal;
}

ExitCode run_quote_command(const QuoteCommand& command, const Config& config, const std::string& dsn) {
  Journey journey{command.carrier, business_day(SystemClock().now()), command.citizen, command.agency};
  if (!command.day.empty()) {
    const auto day = day_option(command.day, "--on");
    if (!day) return complain(day.error());
    journey.day = *day;
  }
  PostageQuestion question;
  question.receipt_g = command.receipt_g;
  question.result_g = command.result_g;
  question.group = from_name<PostageGroup>(command.group).value();
  question.forwarded = Money(command.forwarded);
  const auto quoted = run_directly<Answer>(dsn, [&](sql::Tx& tx) -> Result<Answer> {
    auto ours = quote_journey(tx, journey, question);
    if (!ours) return ours.error();
    Answer answer;
    answer.ours = std::move(*ours);
    if (command.ask) answer.legs = price_questions(tx, journey, question);
    return answer;
  });
  if (!quoted) return complain(quoted.error());
  std::optional<CarrierPrice> beside;
  if (quoted->legs)
    beside = *quoted->legs ? ask_post(config, command.carrier, **quoted->legs, quoted->ours.total)
                           : without_price(quoted->legs->error().detail);
  print(quoted->ours, beside, command.json);
  return ExitCode::ok;
}

}  // namespace bccid::app
