#pragma once

#include "base/clock.hpp"
#include "base/money.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace bccid::app {

// The province of the demonstration: Đồng Tháp (82), merged in 2025 from Tiền Giang and Đồng Tháp. Its
// communes and the procedure codes are real; people, numbers and amounts are made up, the same every run.
struct DemoAgency {
  std::string code, name, commune, bank_account, system;  // `system` signs in for it
};
struct DemoOffice {
  std::string code, name, commune;
};
struct DemoPostman {
  std::string id, office;
};

enum class Ending { delivered, late_proof, refused, failed_twice, absent_once, corrected };

// The forms of QĐ 45/2016 Điều 5: the papers are sent by post, the result is received by post, or both.
struct DemoForms {
  std::size_t send = 0, receive = 0, both = 0;
  bool operator==(const DemoForms&) const = default;
};

struct DemoDossier {
  std::size_t index = 0;
  std::size_t agency = 0;
  std::size_t postman = 0;
  std::string procedure, code, slip_no;
  std::string citizen, phone, address, commune;
  bool pickup = false;    // QĐ 45/2016 Điều 5: gửi hồ sơ
  bool delivery = false;  // nhận kết quả
  Ending ending = Ending::delivered;
  Money pickup_fee, pickup_postage;         // phí on receiving, cước
  Money delivery_charge, delivery_postage;  // lệ phí on returning, cước
  std::vector<std::string> papers;
  bool paper_missing = false;  // the postman counts one less than the list
};

struct DemoWorld {
  std::string province = "82";
  std::vector<DemoAgency> agencies;
  std::vector<DemoOffice> offices;
  std::vector<DemoPostman> postmen;
  std::vector<DemoDossier> dossiers;
};

// `dossiers` >= 200. Depends on nothing but its arguments.
DemoWorld make_demo_world(std::size_t dossiers, Time day);

// How many dossiers have each form.
DemoForms forms_of(const DemoWorld& world);

// A sentence about an ending for the table.
std::string_view ending_text(Ending ending);

}  // namespace bccid::app
