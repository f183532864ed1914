#pragma once

#include "app/config_table.hpp"

namespace bccid::app {

// Keys of [[portal]] apart from how it is reached.
inline constexpr Key<PortalConfig> kPortalKeys[] = {
    {{.path = "name",
      .shape = Shape::identifier,
      .required = true,
      .help = "Name of this system; its messages are kept under it."},
     [](PortalConfig& c) -> Slot { return &c.block.name; }},
    {{.path = "kind",
      .fallback = "dvcqg",
      .required = true,
      .help = "Adapter that speaks to this system: dvcqg (national portal), "
              "emc (measuring system)."},
     [](PortalConfig& c) -> Slot { return &c.block.kind; }},
    {{.path = "agencies",
      .type = KeyType::text_list,
      .shape = Shape::identifier,
      .help = "Codes of the agencies whose dossiers it hears of; empty: all."},
     [](PortalConfig& c) -> Slot { return &c.agencies; }},
    {{.path = "base_url", .shape = Shape::url, .required = true, .help = "Address of its adapter."},
     [](PortalConfig& c) -> Slot { return &c.block.endpoint.base_url; }},
    {{.path = "timeout",
      .type = KeyType::duration,
      .fallback = "15s",
      .range = "100ms..5m",
      .help = "Total time of one call; a message takes up to four."},
     [](PortalConfig& c) -> Slot { return &c.block.endpoint.timeout; }},
    {{.path = "reporter",
      .fallback = "Bưu chính công ích",
      .required = true,
      .help = "Who stands there as the one that made our steps: NguoiXuLy and "
              "PhongBanXuLy, or User."},
     [](PortalConfig& c) -> Slot { return &c.block.reporter; }},
    {{.path = "unit_code", .help = "madonvi of a session's messages; empty: the agency's own code."},
     [](PortalConfig& c) -> Slot { return &c.block.unit_code; }},
    {{.path = "sync_dossiers",
      .type = KeyType::boolean,
      .fallback = "true",
      .help = "Send the dossier itself (DongBoHoSoMC) before its steps; false: "
              "the steps alone."},
     [](PortalConfig& c) -> Slot { return &c.block.sync_dossiers; }},
    {{.path = "stale_session_codes",
      .type = KeyType::text_list,
      .help = "error_code by which it says that a session has ended, beside "
              "401 and words that say so."},
     [](PortalConfig& c) -> Slot { return &c.block.stale_session_codes; }},
    {{.path = "add_path",
      .fallback = "/DongBoHoSoMC",
      .shape = Shape::target,
      .required = true,
      .help = "Path below base_url that takes dossiers."},
     [](PortalConfig& c) -> Slot { return &c.block.add_path; }},
    {{.path = "update_path",
      .fallback = "/CapNhatHoSoMC",
      .shape = Shape::target,
      .required = true,
      .help = "Path below base_url that takes a dossier it has already; of a "
              "session that is add_path."},
     [](PortalConfig& c) -> Slot { return &c.block.update_path; }},
    {{.path = "progress_path",
      .fallback = "/CapNhatTienDoHoSoMC",
      .shape = Shape::target,
      .required = true,
      .help = "Path below base_url that takes progress steps."},
     [](PortalConfig& c) -> Slot { return &c.block.progress_path; }},
    {{.path = "event_path",
      .fallback = "/event",
      .shape = Shape::target,
      .required = true,
      .help = "Path below base_url that takes the measuring system's events "
              "(emc)."},
     [](PortalConfig& c) -> Slot { return &c.block.event_path; }},
    {{.path = "service_level",
      .type = KeyType::integer,
      .fallback = "4",
      .range = "1..4",
      .help = "Level of its events (emc): how much of the service is online."},
     [](PortalConfig& c) -> Slot { return &c.block.service_level; }},
    {{.path = "recipient_data",
      .fallback = "flag",
      .allowed = "flag|full",
      .help = "IsDVCBC of its events (emc): that there is a recipient by post, "
              "or who it is."},
     [](PortalConfig& c) -> Slot { return &c.block.recipient_data; }},
};

}  // namespace bccid::app
