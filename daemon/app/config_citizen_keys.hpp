#pragma once

#include "app/config_table.hpp"

namespace bccid::app {

// Keys of [[citizen_db]] apart from how it is reached.
inline constexpr Key<CitizenDbConfig> kCitizenDbKeys[] = {
    {{.path = "name", .shape = Shape::identifier, .required = true, .help = "Name of this database."},
     [](CitizenDbConfig& c) -> Slot { return &c.block.name; }},
    {{.path = "kind",
      .fallback = "citizen_db",
      .required = true,
      .help = "Adapter that asks it: citizen_db (through the province's gateway)."},
     [](CitizenDbConfig& c) -> Slot { return &c.block.kind; }},
    {{.path = "base_url", .shape = Shape::url, .required = true, .help = "Address of the gateway."},
     [](CitizenDbConfig& c) -> Slot { return &c.block.endpoint.base_url; }},
    {{.path = "timeout",
      .type = KeyType::duration,
      .fallback = "2s",
      .range = "100ms..20s",
      .help = "Total time of one question; afterwards the answer is "
              "\"unavailable\"."},
     [](CitizenDbConfig& c) -> Slot { return &c.block.endpoint.timeout; }},
    {{.path = "verify_path",
      .fallback = "/verify",
      .shape = Shape::target,
      .required = true,
      .help = "Path below base_url that compares."},
     [](CitizenDbConfig& c) -> Slot { return &c.block.verify_path; }},
    {{.path = "name_member", .fallback = "HoTen", .required = true, .help = "Member that bears the name."},
     [](CitizenDbConfig& c) -> Slot { return &c.block.name_member; }},
    {{.path = "id_member",
      .fallback = "SoDinhDanh",
      .required = true,
      .help = "Member that bears the id number."},
     [](CitizenDbConfig& c) -> Slot { return &c.block.id_member; }},
    {{.path = "address_member",
      .fallback = "DiaChi",
      .help = "Member that bears the address; empty: the address is not compared."},
     [](CitizenDbConfig& c) -> Slot { return &c.block.address_member; }},
    {{.path = "verdict_member",
      .fallback = "KetQua",
      .required = true,
      .help = "Member of the answer that says whether the data agree; "
              "\"data.match\" within an object."},
     [](CitizenDbConfig& c) -> Slot { return &c.block.verdict_member; }},
    {{.path = "matched_values",
      .type = KeyType::text_list,
      .fallback = "1, true, 00",
      .required = true,
      .help = "What that member says when they agree."},
     [](CitizenDbConfig& c) -> Slot { return &c.block.matched_values; }},
    {{.path = "not_matched_values",
      .type = KeyType::text_list,
      .fallback = "0, false, 01",
      .required = true,
      .help = "What it says when they do not; anything else is no answer."},
     [](CitizenDbConfig& c) -> Slot { return &c.block.not_matched_values; }},
};

}  // namespace bccid::app
