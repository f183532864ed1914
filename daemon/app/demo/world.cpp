#include "app/demo/world.hpp"

#include "base/csv.hpp"
#include "base/embedded.hpp"
#include "base/time_text.hpp"
#include "store/procedure_file.hpp"

#include <array>
#include <stdexcept>

namespace bccid::app {
namespace {

constexpr std::array<std::string_view, 8> kFamilies{"Nguyễn", "Trần", "Lê",   "Phạm",
                                                    "Huỳnh",  "Võ",   "Đặng", "Bùi"};
constexpr std::array<std::string_view, 6> kMiddles{"Văn", "Thị", "Minh", "Ngọc", "Hữu", "Thanh"};
constexpr std::array<std::string_view, 10> kGiven{"An",   "Bình", "Chi", "Dũng", "Giang",
                                                  "Hạnh", "Khoa", "Lan", "Phúc", "Yến"};
constexpr std::array<std::string_view, 5> kStreets{"Hùng Vương", "Nguyễn Huệ", "Trần Hưng Đạo", "Lê Lợi",
                                                   "Ấp Bắc"};

struct AgencyName {
  std::string_view code, name, account;
};
constexpr std::array<AgencyName, 6> kAgencies{{
    {"H20.10", "Sở Tư pháp tỉnh Đồng Tháp", "115000820010"},
    {"H20.11", "Sở Xây dựng tỉnh Đồng Tháp", "115000820011"},
    {"H20.12", "Sở Nông nghiệp và Môi trường tỉnh Đồng Tháp", "115000820012"},
    {"H20.13", "Trung tâm Phục vụ hành chính công phường Mỹ Tho", "115000820013"},
    {"H20.14", "Trung tâm Phục vụ hành chính công phường Đạo Thạnh", "115000820014"},
    {"H20.15", "Công an tỉnh Đồng Tháp", "115000820015"},
}};

std::vector<std::string> column(const char* path, std::string_view name, std::string_view where = {},
                                std::string_view equal = {}) {
  const auto table = CsvTable::parse(embedded_file(path));
  if (!table) throw std::runtime_error(table.error().text());
  std::vector<std::string> values;
  for (std::size_t row = 0; row < table->size(); ++row)
    if (where.empty() || table->at(row, where) == equal) values.push_back(table->at(row, name));
  return values;
}

// The same list that `bccid migrate` loads, so that the daemon counts against what the applicants were told.
std::vector<ProcedureEntry> published_procedures() {
  const auto table = CsvTable::parse(embedded_file("reference/procedures.csv"));
  if (!table) throw std::runtime_error(table.error().text());
  auto procedures = read_procedures(*table);
  if (!procedures) throw std::runtime_error(procedures.error().text());
  return std::move(*procedures);
}

template <class List>
std::string pick(const List& list, std::size_t index) {
  return std::string(list[index % list.size()]);
}

std::string padded(std::size_t number, std::size_t width) {
  std::string text = std::to_string(number);
  return std::string(width > text.size() ? width - text.size() : 0, '0') + text;
}

// "yymmdd" at Vietnamese time, as dossier codes carry it.
std::string short_day(Time day) { return to_portal_text(day).substr(2, 6); }

Ending ending_of(std::size_t index) {
  if (index % 12 == 5) return Ending::refused;
  if (index % 12 == 8) return Ending::failed_twice;
  if (index % 12 == 10) return Ending::absent_once;
  if (index % 24 == 3) return Ending::late_proof;
  if (index % 24 == 15) return Ending::corrected;
  return Ending::delivered;
}

void add_people(DemoWorld& world, const std::vector<std::string>& communes) {
  for (std::size_t i = 0; i < kAgencies.size(); ++i)
    world.agencies.push_back(DemoAgency{std::string(kAgencies[i].code), std::string(kAgencies[i].name),
                                        communes[i], std::string(kAgencies[i].account),
                                        "motcua-" + std::to_string(i + 1)});
  constexpr std::array<std::string_view, 4> kOffices{"Bưu cục Mỹ Tho", "Bưu cục Cao Lãnh", "Bưu cục Sa Đéc",
                                                     "Bưu cục Gò Công"};
  for (std::size_t i = 0; i < kOffices.size(); ++i)
    world.offices.push_back(
        DemoOffice{"82" + padded((i + 1) * 100, 4), std::string(kOffices[i]), communes[i]});
  for (std::size_t i = 0; i < 12; ++i)
    world.postmen.push_back(
        DemoPostman{"buuta-" + padded(i + 1, 2), world.offices[i % world.offices.size()].code});
}

void add_money(DemoDossier& dossier) {
  // Amounts of the size that counters see; postage below the ceiling of TT 22/2017 (26 000 to 31 500 đồng).
  const auto i = static_cast<std::int64_t>(dossier.index);
  if (dossier.pickup) {
    dossier.pickup_fee = Money(50'000 + 10'000 * (i % 5));
    dossier.pickup_postage = Money(26'000);
  }
  if (dossier.delivery) {
    if (i % 4 != 1) dossier.delivery_charge = Money(15'000 + 5'000 * (i % 4));
    dossier.delivery_postage = Money(27'000);
  }
}

DemoDossier make_dossier(std::size_t index, Time day, const DemoWorld& world,
                         const std::vector<std::string>& communes,
                         const std::vector<ProcedureEntry>& procedures) {
  const auto& procedure = procedures[index % procedures.size()];
  DemoDossier dossier;
  dossier.index = index;
  dossier.agency = index % world.agencies.size();
  dossier.postman = index % world.postmen.size();
  dossier.procedure = procedure.code;
  // Both forms on every sixth dossier, pickup alone on every sixth, delivery alone on the others.
  dossier.pickup = index % 6 < 2;
  dossier.delivery = index % 6 != 1;
  dossier.code = world.agencies[dossier.agency].code + "-" + short_day(day) + "-" + padded(index + 1, 4);
  if (dossier.pickup) dossier.slip_no = "PG82" + short_day(day) + padded(index + 1, 5);
  dossier.citizen = pick(kFamilies, index) + " " + pick(kMiddles, index / 3) + " " + pick(kGiven, index / 7);
  dossier.phone = "09" + padded(12'000'000 + index * 7919, 8);
  dossier.commune = communes[(index * 13) % communes.size()];
  dossier.address = std::to_string(index % 200 + 1) + " đường " + pick(kStreets, index);
  dossier.ending = ending_of(index);
  dossier.papers = procedure.papers;
  dossier.paper_missing = index % 30 == 0;
  add_money(dossier);
  return dossier;
}

}  // namespace

DemoWorld make_demo_world(std::size_t dossiers, Time day) {
  DemoWorld world;
  const auto communes = column("reference/communes.csv", "commune_code", "province_code", world.province);
  const auto procedures = published_procedures();
  add_people(world, communes);
  for (std::size_t i = 0; i < dossiers; ++i)
    world.dossiers.push_back(make_dossier(i, day, world, communes, procedures));
  return world;
}

DemoForms forms_of(const DemoWorld& world) {
  DemoForms forms;
  for (const auto& dossier : world.dossiers) {
    if (dossier.pickup && dossier.delivery) {
      ++forms.both;
    } else {
      ++(dossier.pickup ? forms.send : forms.receive);
    }
  }
  return forms;
}

std::string_view ending_text(Ending ending) {
  switch (ending) {
    case Ending::delivered: return "delivered";
    case Ending::late_proof: return "delivered, proof later";
    case Ending::refused: return "refused";
    case Ending::failed_twice: return "returned";
    case Ending::corrected: return "delivered, after a wrong scan";
    case Ending::absent_once: return "delivered at the second try";
  }
  return "";
}

}  // namespace bccid::app
