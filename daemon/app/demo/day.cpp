#include "app/demo/day.hpp"

#include "app/demo/books.hpp"
#include "app/demo/process.hpp"
#include "base/time_text.hpp"

#include <boost/json.hpp>

#include <stdexcept>

namespace bccid::app {
namespace {

namespace json = boost::json;

std::string field(const json::value& body, const char* name) {
  return std::string(body.at(name).as_string());
}

json::object citizen(const DemoDossier& dossier, const std::string& province) {
  json::object out;
  out["name"] = dossier.citizen;
  out["phone"] = dossier.phone;
  out["address"] = dossier.address;
  out["province_code"] = province;
  out["commune_code"] = dossier.commune;
  return out;
}

json::array charges(std::initializer_list<std::pair<const char*, Money>> amounts) {
  json::array out;
  for (const auto& [kind, amount] : amounts)
    if (!amount.zero()) out.push_back(json::object{{"kind", kind}, {"amount_vnd", amount.dong()}});
  return out;
}

json::object rule(const char* reply, int every, bool effect = true) {
  return json::object{{"reply", reply}, {"every", every}, {"effect", effect}};
}

json::array counted_papers(const DemoDossier& dossier) {
  json::array out;
  for (const auto& paper : dossier.papers) out.push_back(json::object{{"title", paper}, {"copies", 1}});
  if (dossier.paper_missing) out.erase(out.begin());
  return out;
}

}  // namespace

DemoDay::DemoDay(DemoStage& stage, const DemoWorld& world, const Say& say)
    : stage_(stage), world_(world), say_(say) {}

const DemoNotebook& DemoDay::play() {
  misbehave();
  ask_for_pickups();
  collect_dossiers();
  finish_dossiers();
  scan_before_the_order_is_known();
  deliver_results();
  settle_money();
  order_transfers();
  send_statements();
  await_quiet("the last messages to leave");
  return notes_;
}

// The counterparts are told to be as unreliable as they are known to be.
void DemoDay::misbehave() {
  json::array create;
  create.push_back(rule("hang", 19));
  create.push_back(rule("status_101", 13));
  create.push_back(rule("html", 11));
  create.push_back(rule("http_500", 9));
  create.push_back(rule("http_500", 7, false));
  create.push_back(rule("reset", 17));
  stage_.sim().expect(200, "/control/plan", "", json::object{{"target", "post.create"}, {"rules", create}});
  json::array status;
  status.push_back(rule("http_500", 23));
  status.push_back(rule("html", 29, false));
  stage_.sim().expect(200, "/control/plan", "", json::object{{"target", "agency.status"}, {"rules", status}});
  json::array webhook;
  webhook.push_back(rule("http_500", 31, false));
  stage_.sim().expect(200, "/control/plan", "", json::object{{"target", "webhook"}, {"rules", webhook}});
  json::array receipt;
  receipt.push_back(rule("hang", 61));
  receipt.push_back(rule("status_101", 31));
  receipt.push_back(rule("reset", 29));
  receipt.push_back(rule("http_500", 23));
  receipt.push_back(rule("html", 19, false));
  stage_.sim().expect(200, "/control/plan", "",
                      json::object{{"target", "receipt.issue"}, {"rules", receipt}});
  stage_.sim().expect(200, "/control/feed", "",
                      json::object{{"late_every", 9}, {"duplicate_every", 7}, {"unknown_order_every", 10}});
}

// Act 1: citizens ask the post to fetch their dossiers.
void DemoDay::ask_for_pickups() {
  std::map<std::string, std::string> ids;
  for (const auto& dossier : world_.dossiers) {
    if (!dossier.pickup) continue;
    json::object body;
    body["agency"] = world_.agencies[dossier.agency].code;
    body["leg"] = "pickup";
    body["slip_no"] = dossier.slip_no;
    body["procedure_code"] = dossier.procedure;
    body["channel"] = 3;
    body["applicant_name"] = dossier.citizen;
    body["citizen"] = citizen(dossier, world_.province);
    body["charges"] = charges({{"fee", dossier.pickup_fee}, {"postage", dossier.pickup_postage}});
    const auto& clerk = world_.postmen[dossier.postman].id;
    const std::string key = "pickup-" + dossier.slip_no;
    const auto order = stage_.bccid().expect(201, "/v1/orders", stage_.token(clerk), body, key);
    notes_.pickup_orders[dossier.slip_no] = field(order, "number");
    ids[field(order, "number")] = field(order, "id");
    ++notes_.triggers_sent;
    if (dossier.index % 5 != 0) continue;
    const auto again = stage_.bccid().post("/v1/orders", stage_.token(clerk), body, key);
    if (again.status != 201 || field(again.body, "number") != field(order, "number"))
      throw std::runtime_error("a repeated request did not give the kept answer: " + again.text);
    ++notes_.triggers_repeated;
  }
  say_("act 1: " + std::to_string(ids.size()) + " pickup orders wanted");
  wait_for_orders(ids, "pickup orders");
}

void DemoDay::wait_for_orders(const std::map<std::string, std::string>& ids, const std::string& what) {
  order_ids_.insert(ids.begin(), ids.end());
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  std::size_t last = static_cast<std::size_t>(-1);
  for (;;) {
    std::size_t open = 0;
    for (const auto& [number, id] : ids) {
      const auto order = stage_.bccid().get("/v1/orders/" + id, stage_.token("kiemtoan"));
      const std::string state = field(order.body, "state");
      if (state != "placed" && state != "completed") ++open;
    }
    if (open == 0) break;
    if (open != last)
      say_("  " + std::to_string(ids.size() - open) + " of " + std::to_string(ids.size()) + " " + what +
           " placed");
    last = open;
    if (std::chrono::steady_clock::now() > until)
      throw std::runtime_error(what + " were not all placed in time");
    if (!killed_ && open < ids.size() / 2) {
      killed_ = true;
      stage_.kill_and_restart(say_);
    }
    pause(std::chrono::milliseconds(300));
  }
  say_("  all " + std::to_string(ids.size()) + " " + what + " placed");
}

// Act 3: papers are counted, sealed and paid for; the parcels travel to the agencies.
void DemoDay::collect_dossiers() {
  act_began_ = SystemClock().now();
  read_labels();
  std::map<std::string, json::array> by_postman;
  for (const auto& dossier : world_.dossiers) {
    if (!dossier.pickup) continue;
    const std::string item = notes_.item_codes.at(notes_.pickup_orders.at(dossier.slip_no));
    auto& items = by_postman[world_.postmen[dossier.postman].id];
    const auto at = static_cast<std::int64_t>(dossier.index % 60);
    items.push_back(scan(dossier, item, "pickup_assigned", at));
    auto counted = scan(dossier, item, "papers_counted", at + 10);
    counted["papers"] = counted_papers(dossier);
    items.push_back(std::move(counted));
    auto taken = scan(dossier, item, "collected", at + 15);
    taken["seal_no"] = "NP" + std::to_string(820000 + dossier.index);
    take_cash(taken, dossier, dossier.pickup_fee, Money(), dossier.pickup_postage);
    items.push_back(std::move(taken));
    items.push_back(scan(dossier, item, "accepted_at_office", at + 60));
    items.push_back(scan(dossier, item, "in_transit", at + 90));
    items.push_back(scan(dossier, item, "out_for_delivery", at + 150));
    auto given = scan(dossier, item, "delivered", at + 180);
    given["recipient"] =
        json::object{{"kind", "authorised"}, {"name", "Cán bộ Một cửa"}, {"id_checked", true}};
    items.push_back(std::move(given));
  }
  send_in_batches(by_postman);
  say_("act 3: " + std::to_string(notes_.pickup_orders.size()) +
       " dossiers counted, sealed, paid for and handed over");
}

// Act 2: the one-stop systems finish dossiers (status 9) and trigger the deliveries; some send twice.
void DemoDay::finish_dossiers() {
  // Meanwhile the tracking feed is down, so that labels are scanned before their orders are known by item
  // code.
  json::array down;
  down.push_back(json::object{{"reply", "http_503"}, {"attempts", 0}, {"retry_after_s", 1}});
  stage_.sim().expect(200, "/control/plan", "", json::object{{"target", "post.feed"}, {"rules", down}});
  for (const auto& dossier : world_.dossiers) {
    if (!dossier.delivery) continue;
    json::object body;
    body["yeuCau"] = "tra_ket_qua";
    body["MaHoSo"] = dossier.code;
    if (dossier.pickup) body["SoPhieuGui"] = dossier.slip_no;
    body["MaTTHC"] = dossier.procedure + ".000.00.00." + world_.agencies[dossier.agency].code.substr(0, 3);
    body["TrangThai"] = 9;
    body["KenhThucHien"] = dossier.pickup ? 3 : 2;
    body["HinhThucTra"] = 1;
    body["ChuHoSo"] = dossier.citizen;
    body["NgayKetThucXuLy"] = to_portal_text(SystemClock().now());
    body["nguoiNhan"] = json::object{{"hoVaTen", dossier.citizen},
                                     {"soDienThoai", dossier.phone},
                                     {"diaChi", dossier.address},
                                     {"tinhThanh", world_.province},
                                     {"xaPhuong", dossier.commune}};
    json::array fees;
    if (!dossier.delivery_charge.zero())
      fees.push_back(json::object{{"TenPhiLePhi", "Lệ phí cấp kết quả"},
                                  {"MaPhiLePhi", "LP01"},
                                  {"LoaiPhiLePhi", "le_phi"},
                                  {"HinhThucThu", 4},
                                  {"Gia", dossier.delivery_charge.dong()}});
    fees.push_back(json::object{{"TenPhiLePhi", "Cước trả kết quả"},
                                {"MaPhiLePhi", "CUOC"},
                                {"LoaiPhiLePhi", "cuoc"},
                                {"HinhThucThu", 4},
                                {"Gia", dossier.delivery_postage.dong()}});
    body["DanhSachLePhi"] = std::move(fees);
    const auto& token = stage_.token(world_.agencies[dossier.agency].system);
    const auto order = stage_.bccid().expect(201, "/v1/onestop/triggers", token, body);
    notes_.delivery_orders[dossier.code] = field(order, "number");
    order_ids_[field(order, "number")] = field(order, "id");
    ++notes_.triggers_sent;
    if (dossier.index % 7 != 0) continue;
    const auto again = stage_.bccid().expect(200, "/v1/onestop/triggers", token, body);
    if (field(again, "number") != field(order, "number"))
      throw std::runtime_error("a second trigger made a second order");
    ++notes_.triggers_repeated;
  }
  say_("act 2: " + std::to_string(notes_.delivery_orders.size()) +
       " results finished and delivery orders triggered");
}

// Some parcels are collected at the counter and scanned while bccid does not know their item codes yet.
void DemoDay::scan_before_the_order_is_known() {
  const std::size_t early = 12;
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  do {
    pause(std::chrono::milliseconds(100));
    read_labels();
  } while (notes_.item_codes.size() < notes_.pickup_orders.size() + early &&
           std::chrono::steady_clock::now() < until);
  act_began_ = SystemClock().now();
  std::map<std::string, json::array> by_postman;
  std::size_t sent = 0;
  for (const auto& dossier : world_.dossiers) {
    if (!dossier.delivery || sent == early) continue;
    const auto label = notes_.item_codes.find(notes_.delivery_orders.at(dossier.code));
    if (label == notes_.item_codes.end()) continue;
    by_postman[world_.postmen[dossier.postman].id].push_back(scan(dossier, label->second, "collected", 0));
    ++sent;
  }
  send_in_batches(by_postman);
  // Labels that no order of ours has: they stay on the attention list.
  json::array strangers;
  notes_.unknown_labels = {"LP666440208MY", "PP116215523IN"};
  for (const auto& item : notes_.unknown_labels)
    strangers.push_back(scan(world_.dossiers.front(), item, "accepted_at_office", 1));
  // And what must be refused, item by item: a wrong check digit, an unknown code, a scan from the future.
  strangers.push_back(scan(world_.dossiers.front(), "LP666440209MY", "collected", 2));
  strangers.push_back(scan(world_.dossiers.front(), "LP666440208MY", "teleported", 2));
  strangers.push_back(scan(world_.dossiers.front(), "LP666440208MY", "collected", 10 * 60 * 24 * 30));
  send_scans(world_.postmen.front().id, strangers);
  notes_.scans_known += notes_.unknown_labels.size();
  stage_.sim().expect(200, "/control/plan", "",
                      json::object{{"target", "post.feed"}, {"rules", json::array{}}});
  std::map<std::string, std::string> ids;
  for (const auto& [code, number] : notes_.delivery_orders) ids[number] = order_ids_.at(number);
  wait_for_orders(ids, "delivery orders");
}

void DemoDay::await_quiet(const std::string& what) { bccid::app::await_quiet(stage_, say_, what); }

}  // namespace bccid::app
