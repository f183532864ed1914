#include "store/parcel_store.hpp"

#include <stdexcept>

namespace bccid {
namespace {

template <class Enum>
Enum named(std::string_view text) {
  const auto value = from_name<Enum>(text);
  if (!value) throw std::logic_error("the database holds the unknown name '" + std::string(text) + "'");
  return *value;
}

constexpr std::string_view kParcelColumns = R"(
SELECT p.id, p.order_id, p.dossier_id, p.leg, p.agency_code, p.order_number, coalesce(p.item_code, ''),
       p.state, p.step, p.attempts, p.anomalies, p.events, p.evidence, p.papers_counted, p.cod_collected,
       p.open_retractions, p.since, p.since_key, p.reason, p.last_at, p.last_key, p.seal_no, p.one_of_several,
       coalesce(d.code, ''), coalesce(d.slip_no, ''), coalesce(d.told_status, d.portal_status, 4),
       d.told_status
  FROM parcel AS p
  JOIN dossier AS d ON d.id = p.dossier_id)";

std::string lock_text(std::string_view condition) {
  return std::string(kParcelColumns) + "\n WHERE " + std::string(condition) +
         "\n ORDER BY p.id\n   FOR NO KEY UPDATE OF p";
}

// The usual batch: scanners read item codes.
const std::string kByItem = lock_text("p.item_code = ANY ($1::text[])");
const sql::Query kLockByItem{"parcels_lock_by_item", kByItem.c_str()};

// Two index look-ups rather than one condition with OR, which the planner may answer with a full scan. Their
// ids stand in an array that is computed once: as a join, a row that another transaction changed meanwhile
// would be matched again after the wait for its lock, and may be lost by that.
const std::string kByEitherName = lock_text(R"(p.id = ANY (ARRAY(
         SELECT id FROM parcel WHERE item_code = ANY ($1::text[])
          UNION ALL
         SELECT id FROM parcel WHERE order_number = ANY ($2::text[]))))");
const sql::Query kLockParcels{"parcels_lock", kByEitherName.c_str()};

// A statement of its own, after the parcels: what is read here is what the last holder of the lock left.
const sql::Query kLockDossiers{"parcels_lock_dossiers", R"(
SELECT id, coalesce(code, ''), coalesce(slip_no, ''), coalesce(told_status, portal_status, 4), told_status
  FROM dossier
 WHERE id = ANY ($1::bigint[])
 ORDER BY id
   FOR NO KEY UPDATE)"};

FoldState fold_of(const sql::Row& row) {
  FoldState fold;
  fold.state = named<ParcelState>(row.text(7));
  const auto step = named<OutcomeStep>(row.text(8));
  // `closed` adds the money to `proved`; the fold itself knows only the events.
  fold.step = step == OutcomeStep::closed ? OutcomeStep::proved : step;
  fold.attempts = static_cast<int>(row.i64(9));
  fold.anomalies = static_cast<int>(row.i64(10));
  fold.events = static_cast<int>(row.i64(11));
  fold.evidence = row.boolean(12);
  fold.papers_counted = row.boolean(13);
  fold.cod_collected = row.boolean(14);
  fold.open_retractions = static_cast<int>(row.i64(15));
  if (!row.is_null(16)) fold.since = row.time(16);
  if (!row.is_null(17)) fold.since_key = row.uuid(17);
  fold.reason = row.str(18);
  if (!row.is_null(19)) fold.last_at = row.time(19);
  if (!row.is_null(20)) fold.last_key = row.uuid(20);
  return fold;
}

const sql::Query kLoadEvents{"parcel_events_load", R"(
SELECT parcel_id, event_key, event, occurred_at, evidence, retracts, reason
  FROM parcel_event WHERE parcel_id = ANY ($1::bigint[]))"};

const sql::Query kTakeKeys{"scan_keys_take", R"(
INSERT INTO scan_key (event_key, content_hash, event_id, received_at)
SELECT k, c, nextval('parcel_event_id'), now()
  FROM (SELECT k, c FROM unnest($1::uuid[], $2::bigint[]) AS w (k, c) ORDER BY k) AS wishes
    ON CONFLICT (event_key) DO NOTHING
RETURNING event_key, event_id)"};

const sql::Query kStoredContent{"scan_keys_read", R"(
SELECT event_key, content_hash FROM scan_key WHERE event_key = ANY ($1::uuid[]))"};

const sql::Query kInsertEvents{"parcel_events_insert", R"(
INSERT INTO parcel_event (id, received_at, parcel_id, event_key, source, raw_code, event, reason, occurred_at,
                          item_ref, office, device, device_seq, actor, evidence, late, retracts, detail,
                          fee, charge, postage, by_transfer)
SELECT e.id, now(), e.parcel_id, e.event_key, e.source, e.raw_code, e.event, e.reason, e.occurred_at,
       e.item_ref, e.office, e.device, e.device_seq, e.actor, e.evidence, e.late, e.retracts, e.detail,
       e.fee, e.charge, e.postage, e.by_transfer
  FROM unnest($1::bigint[], $2::bigint[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[],
              $8::timestamptz[], $9::text[], $10::text[], $11::text[], $12::bigint[],
              $13::text[], $14::boolean[], $15::boolean[], $16::uuid[], $17::text[], $18::bigint[],
              $19::bigint[], $20::bigint[], $21::boolean[])
       AS e (id, parcel_id, event_key, source, raw_code, event, reason, occurred_at, item_ref, office, device,
             device_seq, actor, evidence, late, retracts, detail, fee, charge, postage, by_transfer)
RETURNING received_at)"};

const sql::Query kUpdateParcels{"parcels_update", R"(
UPDATE parcel AS p
   SET state = u.state, step = u.step, attempts = u.attempts, anomalies = u.anomalies, events = u.events,
       evidence = u.evidence, papers_counted = u.papers_counted, cod_collected = u.cod_collected,
       open_retractions = u.open_retractions, since = u.since, since_key = u.since_key, reason = u.reason,
       last_at = u.last_at, last_key = u.last_key, final_at = u.final_at,
       refold_id = coalesce(u.refold_id, p.refold_id), refold_at = coalesce(u.refold_at, p.refold_at),
       seal_no = u.seal_no, due_at = u.due_at
  FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[],
              $7::boolean[], $8::boolean[], $9::boolean[], $10::bigint[], $11::timestamptz[], $12::uuid[],
              $13::text[],
              $14::timestamptz[], $15::uuid[], $16::timestamptz[], $17::bigint[],
              $18::timestamptz[], $19::text[], $20::timestamptz[])
       AS u (id, state, step, attempts, anomalies, events, evidence, papers_counted, cod_collected,
             open_retractions, since, since_key, reason, last_at, last_key, final_at, refold_id, refold_at,
             seal_no, due_at)
 WHERE p.id = u.id)"};

const sql::Query kLockRefs{"item_refs_lock", R"(
SELECT pg_advisory_xact_lock(key)
  FROM (SELECT DISTINCT hashtextextended(ref, 4207004) AS key
          FROM unnest($1::text[]) AS refs (ref) ORDER BY key) AS keys)"};

const sql::Query kLockHeld{"held_events_lock", R"(
SELECT id, received_at, event_key, event, occurred_at, evidence, retracts, reason, item_ref, actor, office,
       fee, charge, postage
  FROM parcel_event
 WHERE parcel_id IS NULL AND item_ref = ANY ($1::text[])
 ORDER BY id
   FOR UPDATE)"};

const sql::Query kAdoptEvents{"held_events_adopt", R"(
UPDATE parcel_event AS e
   SET parcel_id = a.parcel_id, late = a.late
  FROM unnest($1::bigint[], $2::timestamptz[], $3::bigint[], $4::boolean[])
       AS a (id, received_at, parcel_id, late)
 WHERE e.received_at = a.received_at AND e.id = a.id AND e.parcel_id IS NULL)"};

FoldEvent event_of(const sql::Row& row, std::size_t first) {
  FoldEvent event;
  event.key = row.uuid(first);
  event.event = named<ParcelEvent>(row.text(first + 1));
  event.occurred_at = row.time(first + 2);
  event.evidence = row.boolean(first + 3);
  event.retracts = row.opt_uuid(first + 4);
  event.reason = row.str(first + 5);
  return event;
}

std::optional<Time> moment(Time at) { return at == Time{} ? std::optional<Time>{} : std::optional<Time>{at}; }

std::optional<Uuid> known(const Uuid& key) {
  return key == Uuid{} ? std::optional<Uuid>{} : std::optional<Uuid>{key};
}

}  // namespace

namespace {

void read_dossier(const sql::Row& row, std::size_t first, ParcelRow& parcel) {
  parcel.dossier_code = row.str(first);
  parcel.slip_no = row.str(first + 1);
  parcel.portal_status = static_cast<int>(row.i64(first + 2));
  parcel.told_status.reset();
  if (const auto told = row.opt_i64(first + 3)) parcel.told_status = static_cast<int>(*told);
}

void lock_dossiers(sql::Tx& tx, const std::vector<std::int64_t>& ids, std::vector<ParcelRow>& parcels) {
  const auto rows = tx.exec(kLockDossiers, sql::Params().add_array(ids));
  for (const auto& row : rows)
    for (auto& parcel : parcels)
      if (parcel.dossier_id == row.i64(0)) read_dossier(row, 1, parcel);
}

}  // namespace

std::vector<ParcelRow> lock_parcels(sql::Tx& tx, const std::vector<std::string>& items,
                                    const std::vector<std::string>& numbers) {
  const auto rows = numbers.empty()
                        ? tx.exec(kLockByItem, sql::Params().add_array(items))
                        : tx.exec(kLockParcels, sql::Params().add_array(items).add_array(numbers));
  std::vector<ParcelRow> parcels;
  parcels.reserve(rows.size());
  std::vector<std::int64_t> contended;
  for (const auto& row : rows) {
    ParcelRow parcel;
    parcel.id = row.i64(0);
    parcel.order_id = row.i64(1);
    parcel.dossier_id = row.i64(2);
    parcel.leg = named<Leg>(row.text(3));
    parcel.agency = row.str(4);
    parcel.order_number = row.str(5);
    parcel.item_code = row.str(6);
    parcel.fold = fold_of(row);
    parcel.step = row.str(8);
    parcel.seal_no = row.str(21);
    if (row.boolean(22)) contended.push_back(parcel.dossier_id);
    read_dossier(row, 23, parcel);
    parcels.push_back(std::move(parcel));
  }
  if (!contended.empty()) lock_dossiers(tx, contended, parcels);
  return parcels;
}

std::map<std::int64_t, std::vector<FoldEvent>> load_events(sql::Tx& tx,
                                                           const std::vector<std::int64_t>& parcels) {
  std::map<std::int64_t, std::vector<FoldEvent>> events;
  const auto rows = tx.exec(kLoadEvents, sql::Params().add_array(parcels));
  for (const auto& row : rows) events[row.i64(0)].push_back(event_of(row, 1));
  return events;
}

std::map<Uuid, KeyAnswer> take_keys(sql::Tx& tx, std::span<const KeyWish> wishes) {
  std::map<Uuid, KeyAnswer> answers;
  const auto taken =
      tx.exec(kTakeKeys, sql::Params().add_array(wishes, &KeyWish::key).add_array(wishes, &KeyWish::content));
  for (const auto& row : taken) answers[row.uuid(0)].event_id = row.i64(1);
  if (answers.size() == wishes.size()) return answers;
  std::vector<Uuid> others;
  for (const auto& wish : wishes)
    if (!answers.contains(wish.key)) others.push_back(wish.key);
  const auto stored = tx.exec(kStoredContent, sql::Params().add_array(others));
  for (const auto& row : stored) answers[row.uuid(0)].content = row.i64(1);
  return answers;
}

Time insert_events(sql::Tx& tx, std::span<const NewEvent> events) {
  sql::Params params;
  params.add_array(events, &NewEvent::id)
      .add_array(events, &NewEvent::parcel_id)
      .add_array(events, &NewEvent::key)
      .add_array(events, &NewEvent::source)
      .add_array(events, &NewEvent::raw_code)
      .add_array(events, &NewEvent::event)
      .add_array(events, &NewEvent::reason)
      .add_array(events, &NewEvent::occurred_at)
      .add_array(events, &NewEvent::item_ref)
      .add_array(events, &NewEvent::office)
      .add_array(events, &NewEvent::device)
      .add_array(events, &NewEvent::device_seq)
      .add_array(events, &NewEvent::actor)
      .add_array(events, &NewEvent::evidence)
      .add_array(events, &NewEvent::late)
      .add_array(events, &NewEvent::retracts)
      .add_array(events, &NewEvent::detail)
      .add_array(events, &NewEvent::fee)
      .add_array(events, &NewEvent::charge)
      .add_array(events, &NewEvent::postage)
      .add_array(events, &NewEvent::by_transfer);
  return tx.exec(kInsertEvents, params).front().time(0);
}

void update_parcels(sql::Tx& tx, std::span<const ParcelUpdate> updates) {
  const auto fold = [](auto member) { return [member](const ParcelUpdate& u) { return u.fold.*member; }; };
  const auto final_at = [](const ParcelUpdate& u) {
    return is_final(u.fold.state) ? moment(u.fold.since) : std::nullopt;
  };
  const auto refold_id = [](const ParcelUpdate& u) {
    return u.refold ? std::optional<std::int64_t>{u.refold->id} : std::nullopt;
  };
  const auto refold_at = [](const ParcelUpdate& u) {
    return u.refold ? std::optional<Time>{u.refold->received_at} : std::nullopt;
  };
  sql::Params params;
  params.add_array(updates, &ParcelUpdate::id)
      .add_array(updates, [](const ParcelUpdate& u) { return name(u.fold.state); })
      .add_array(updates, &ParcelUpdate::step)
      .add_array(updates, fold(&FoldState::attempts))
      .add_array(updates, fold(&FoldState::anomalies))
      .add_array(updates, fold(&FoldState::events))
      .add_array(updates, fold(&FoldState::evidence))
      .add_array(updates, fold(&FoldState::papers_counted))
      .add_array(updates, fold(&FoldState::cod_collected))
      .add_array(updates, fold(&FoldState::open_retractions))
      .add_array(updates, [](const ParcelUpdate& u) { return moment(u.fold.since); })
      .add_array(updates, [](const ParcelUpdate& u) { return known(u.fold.since_key); })
      .add_array(updates, fold(&FoldState::reason))
      .add_array(updates, [](const ParcelUpdate& u) { return moment(u.fold.last_at); })
      .add_array(updates, [](const ParcelUpdate& u) { return known(u.fold.last_key); })
      .add_array(updates, final_at)
      .add_array(updates, refold_id)
      .add_array(updates, refold_at)
      .add_array(updates, &ParcelUpdate::seal_no)
      .add_array(updates, &ParcelUpdate::due_at);
  tx.exec(kUpdateParcels, params);
}

void lock_item_refs(sql::Tx& tx, const std::vector<std::string>& refs) {
  tx.exec(kLockRefs, sql::Params().add_array(refs));
}

std::vector<HeldEvent> lock_held_events(sql::Tx& tx, const std::vector<std::string>& refs) {
  std::vector<HeldEvent> held;
  const auto rows = tx.exec(kLockHeld, sql::Params().add_array(refs));
  for (const auto& row : rows) {
    HeldEvent event;
    event.row = EventRef{row.i64(0), row.time(1)};
    event.fold = event_of(row, 2);
    event.item_ref = row.str(8);
    event.actor = row.str(9);
    event.office = row.str(10);
    event.fee = row.money(11);
    event.charge = row.money(12);
    event.postage = row.money(13);
    held.push_back(std::move(event));
  }
  return held;
}

void adopt_events(sql::Tx& tx, std::span<const Adoption> adoptions) {
  sql::Params params;
  params.add_array(adoptions, [](const Adoption& a) { return a.row.id; })
      .add_array(adoptions, [](const Adoption& a) { return a.row.received_at; })
      .add_array(adoptions, &Adoption::parcel_id)
      .add_array(adoptions, &Adoption::late);
  tx.exec(kAdoptEvents, params);
}

}  // namespace bccid
