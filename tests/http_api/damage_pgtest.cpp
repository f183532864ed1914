#include "tests/http_api/api_test.hpp"
#include "tests/http_api/boundaries.hpp"

#include <random>

namespace bccid::test {
namespace {

namespace json = boost::json;

// Random damage to good bodies. Seeded, so that a failure can be played again.
class Mutator {
 public:
  explicit Mutator(std::uint32_t seed) : random_(seed) {}

  std::string damaged(const json::value& body) {
    json::value copy = body;
    const std::size_t edits = 1 + pick(3);
    if (pick(3) != 0)
      for (std::size_t i = 0; i < edits; ++i) edit(copy);
    std::string text = json::serialize(copy);
    if (pick(3) == 0)
      for (std::size_t i = 0; i < edits && !text.empty(); ++i) break_bytes(text);
    return text;
  }
  std::size_t pick(std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_);
  }

 private:
  json::value anything() {
    static const json::array kValues{nullptr,
                                     true,
                                     0,
                                     -1,
                                     1,
                                     9223372036854775807LL,
                                     18446744073709551615ULL,
                                     1e308,
                                     0.1,
                                     "",
                                     " ",
                                     "null",
                                     "\x7F",
                                     "\xF0\x9F\x93\xA6",
                                     "e\xCC\x81",
                                     "'; DROP TABLE orders; --",
                                     "$1",
                                     "{}",
                                     "\\",
                                     "%s%n",
                                     "2025-02-29T00:00:00Z",
                                     "1900-01-01T00:00:00+14:00",
                                     "2999-12-31T23:59:59.999999Z",
                                     "0193a1b2-0000-7000-8000-000000000001",
                                     std::string(600, 'x'),
                                     json::object{},
                                     json::array{},
                                     json::array(300, 0),
                                     "EX000000014VN",
                                     "delivered",
                                     "retracted",
                                     "9",
                                     "82",
                                     "28249",
                                     "1.001193",
                                     "H20.01",
                                     "PG-1"};
    return kValues[pick(kValues.size())];
  }
  void edit(json::value& value) {
    if (auto* object = value.if_object(); object != nullptr && !object->empty() && pick(6) != 0) {
      auto at = object->begin() + static_cast<std::ptrdiff_t>(pick(object->size()));
      if (pick(8) == 0)
        object->erase(at);
      else if (pick(10) == 0)
        (*object)["extra"] = anything();
      else
        edit(at->value());
    } else if (auto* array = value.if_array(); array != nullptr && !array->empty() && pick(4) != 0) {
      edit(array->at(pick(array->size())));
    } else {
      value = anything();
    }
  }
  void break_bytes(std::string& text) {
    const std::size_t at = pick(text.size());
    switch (pick(4)) {
      case 0: text[at] = static_cast<char>(pick(256)); break;
      case 1: text.erase(at, 1 + pick(10)); break;
      case 2: text.insert(at, text.substr(pick(text.size()), 1 + pick(20))); break;
      default: text.resize(at); break;
    }
  }

  std::mt19937 random_;
};

using ApiDamage = ApiTest;

TEST_F(ApiDamage, NoDamageToAGoodBodyIsOurError) {
  constexpr std::uint32_t kSeed = 20251122;
  constexpr int kRequests = 2000;
  Mutator mutator(kSeed);
  std::vector<std::pair<const Boundary*, json::value>> bodies;
  for (const auto& at : kBoundaries) {
    if (*at.who == '\0') continue;  // signing in is slow on purpose
    for (const auto& body : Contract::instance().examples(Contract::instance().by_id(at.operation)))
      bodies.emplace_back(&at, body);
  }
  int accepted = 0;
  for (int i = 0; i < kRequests; ++i) {
    const auto& [at, body] = bodies[mutator.pick(bodies.size())];
    const std::string text = mutator.damaged(body);
    const auto reply = ask(posting(at->who, at->target, text, "key-" + std::to_string(i)));
    ASSERT_LT(reply.status, 500) << "request " << i << " " << at->target << " " << text << "\n" << reply.body;
    if (reply.status < 300) ++accepted;
  }
  EXPECT_GT(accepted, 50);  // else the damage is too great to test anything
  EXPECT_LT(accepted, kRequests);
}

}  // namespace
}  // namespace bccid::test
