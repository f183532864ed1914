#include "flow/attention.hpp"

namespace bccid {
namespace {

// The same thing may come up several times in one batch; sorted, so that two batches cannot deadlock.
const sql::Query kOpen{"attention_open", R"(
  INSERT INTO attention AS t (kind, subject, agency_code, dossier_code, detail, action, owner, due_at, seen)
  SELECT DISTINCT ON (kind, subject)
         kind, subject, agency_code, dossier_code, detail, action, owner, due_at,
         count(*) OVER (PARTITION BY kind, subject)
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                $8::timestamptz[]) WITH ORDINALITY
           AS i(kind, subject, agency_code, dossier_code, detail, action, owner, due_at, place)
   ORDER BY kind, subject, place DESC
  ON CONFLICT (kind, subject) WHERE closed_at IS NULL
  DO UPDATE SET seen = t.seen + excluded.seen, detail = excluded.detail, action = excluded.action
)"};

const sql::Query kClose{"attention_close", R"(
  UPDATE attention SET closed_at = now(), closed_by = $3::text, note = $4::text
   WHERE kind = $1::text AND subject = ANY ($2::text[]) AND closed_at IS NULL
)"};

}  // namespace

void open_attention(sql::Tx& tx, const std::vector<Attention>& items) {
  if (items.empty()) return;
  sql::Params params;
  params.add_array(items, &Attention::kind)
      .add_array(items, &Attention::subject)
      .add_array(items, &Attention::agency_code)
      .add_array(items, &Attention::dossier_code)
      .add_array(items, &Attention::detail)
      .add_array(items, &Attention::action)
      .add_array(items, &Attention::owner)
      .add_array(items, &Attention::due_at);
  tx.exec(kOpen, params);
}

void close_attention(sql::Tx& tx, std::string_view kind, const std::vector<std::string>& subjects,
                     const Actor& actor, std::string_view note) {
  if (subjects.empty()) return;
  sql::Params params;
  params.add(kind).add_array(subjects).add(actor.id).add(note);
  tx.exec(kClose, params);
}

}  // namespace bccid
