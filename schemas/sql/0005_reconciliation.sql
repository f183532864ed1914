-- What was sent to the fee accounts, what the statements say, what belongs together, and what does not agree.

CREATE TABLE remittance (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  public_id   uuid NOT NULL UNIQUE,
  reference   text NOT NULL UNIQUE CHECK (length(reference) <= 25),  -- ASCII, survives a bank's text field
  agency_code text NOT NULL REFERENCES agency (code),
  kind        text NOT NULL CHECK (kind IN ('fee', 'charge')),
  bank_account text NOT NULL,
  amount      bigint NOT NULL CHECK (amount > 0),
  state       text NOT NULL DEFAULT 'sent' CHECK (state IN ('sent', 'on_statement')),
  sent_at     timestamptz NOT NULL,
  oldest_collected_at timestamptz NOT NULL,  -- start of the 24-hour clock of TT 74/2022
  actor       text NOT NULL,
  source      text NOT NULL DEFAULT 'post' CHECK (source IN ('post', 'payer', 'platform')),  -- who sent it
  -- What of the reference survives a bank: as domain/recon/reference_text.hpp compares it.
  signs       text NOT NULL GENERATED ALWAYS AS (upper(regexp_replace(reference, '[^A-Za-z0-9]', '', 'g'))) STORED
) WITH (fillfactor = 80);  -- its state changes once; beside itself the new row needs no entry in any index
CREATE SEQUENCE remittance_no;
CREATE INDEX remittance_by_day ON remittance USING brin (sent_at) WITH (autosummarize = on);
CREATE INDEX remittance_by_account ON remittance (bank_account, sent_at);
CREATE INDEX remittance_by_signs ON remittance (bank_account, signs);

-- Those that have met no line yet. An index by state would be written anew in all indexes of a remittance when
-- its line comes; here a row ends.
CREATE TABLE awaited_remittance (
  remittance_id bigint PRIMARY KEY,
  bank_account  text NOT NULL,
  sent_at       timestamptz NOT NULL
);
CREATE INDEX awaited_remittance_by_account ON awaited_remittance (bank_account, sent_at);
CREATE FUNCTION remittance_is_awaited() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
  DELETE FROM awaited_remittance
   WHERE remittance_id = ANY (ARRAY(SELECT id FROM new_rows WHERE state = 'on_statement'));
  INSERT INTO awaited_remittance (remittance_id, bank_account, sent_at)
  SELECT id, bank_account, sent_at FROM new_rows WHERE state = 'sent'
  ON CONFLICT (remittance_id) DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER remittance_is_awaited AFTER INSERT ON remittance
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION remittance_is_awaited();
CREATE TRIGGER remittance_is_awaited_or_not AFTER UPDATE ON remittance
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION remittance_is_awaited();
CREATE FUNCTION awaited_follows_remittance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_trigger_depth() > 1 THEN RETURN NULL; END IF;
  RAISE EXCEPTION 'what is awaited follows the remittances' USING ERRCODE = 'BC009';
END $$;
CREATE TRIGGER awaited_follows_remittance BEFORE INSERT OR UPDATE OR DELETE ON awaited_remittance
  FOR EACH STATEMENT EXECUTE FUNCTION awaited_follows_remittance();
CREATE TRIGGER awaited_is_not_emptied BEFORE TRUNCATE ON awaited_remittance
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- How references look: what stands before their last number, and how long they are. A few rows, by which a
-- text is searched for references without a look at every remittance.
CREATE TABLE reference_shape (
  stem   text NOT NULL,
  length integer NOT NULL CHECK (length >= 0),
  PRIMARY KEY (stem, length)
);
CREATE FUNCTION remittance_has_shape() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO reference_shape (stem, length)
  SELECT DISTINCT rtrim(n.signs, '0123456789'), length(n.signs) FROM new_rows n
   WHERE NOT EXISTS (SELECT 1 FROM reference_shape s
                      WHERE s.stem = rtrim(n.signs, '0123456789') AND s.length = length(n.signs))
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER remittance_has_shape AFTER INSERT ON remittance
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION remittance_has_shape();
CREATE TRIGGER reference_shape_is_kept BEFORE UPDATE OR DELETE ON reference_shape
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER reference_shape_is_not_emptied BEFORE TRUNCATE ON reference_shape
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE remittance_charge (
  charge_id     bigint PRIMARY KEY REFERENCES charge (id),   -- a charge is remitted once
  remittance_id bigint NOT NULL REFERENCES remittance (id)
);
CREATE INDEX remittance_charge_by_remittance ON remittance_charge (remittance_id);
CREATE TRIGGER remittance_charge_is_append_only BEFORE UPDATE OR DELETE ON remittance_charge
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER remittance_charge_is_not_emptied BEFORE TRUNCATE ON remittance_charge
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER remittance_is_kept BEFORE DELETE ON remittance
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER remittance_is_not_emptied BEFORE TRUNCATE ON remittance
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION remittance_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'remittance % is fixed: only its state moves', OLD.reference USING ERRCODE = 'BC009';
END $$;
CREATE TRIGGER remittance_is_fixed BEFORE UPDATE ON remittance
  FOR EACH ROW WHEN ((NEW.id, NEW.public_id, NEW.reference, NEW.agency_code, NEW.kind, NEW.bank_account,
                      NEW.amount, NEW.sent_at, NEW.oldest_collected_at, NEW.actor, NEW.source) IS DISTINCT FROM
                     (OLD.id, OLD.public_id, OLD.reference, OLD.agency_code, OLD.kind, OLD.bank_account,
                      OLD.amount, OLD.sent_at, OLD.oldest_collected_at, OLD.actor, OLD.source))
  EXECUTE FUNCTION remittance_is_fixed();

CREATE TABLE statement_file (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  public_id  uuid NOT NULL UNIQUE,
  sha256     bytea NOT NULL UNIQUE CHECK (length(sha256) = 32),  -- the same file again changes nothing
  bank       text NOT NULL,
  -- A statement covers its days, from balance to balance. A notification tells of single entries: it covers nothing,
  -- and its days are theirs.
  kind       text NOT NULL DEFAULT 'statement' CHECK (kind IN ('statement', 'notification')),
  account_no text NOT NULL,
  from_day   date NOT NULL,
  to_day     date NOT NULL CHECK (to_day >= from_day),
  opening    bigint,
  closing    bigint,
  lines      integer NOT NULL,
  fresh_lines integer NOT NULL,
  first_no   bigint NOT NULL DEFAULT 0,  -- the bank's own numbers of the statements in it; 0: it gives none
  last_no    bigint NOT NULL DEFAULT 0,
  imported_at timestamptz NOT NULL DEFAULT now(),
  actor      text NOT NULL,
  CONSTRAINT statements_have_balances CHECK ((kind = 'statement') = (opening IS NOT NULL) AND
                                             (kind = 'statement') = (closing IS NOT NULL))
);
CREATE INDEX statement_file_by_account ON statement_file (account_no, to_day);
CREATE TRIGGER statement_file_is_append_only BEFORE UPDATE OR DELETE ON statement_file
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER statement_file_is_not_emptied BEFORE TRUNCATE ON statement_file
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE statement_line (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  file_id    bigint NOT NULL,  -- asked once for all lines of a statement; files stand for ever
  line_no    integer NOT NULL,
  line_key   text NOT NULL UNIQUE,   -- account + bank reference, or a hash where the bank gives none
  -- Of the booked entry that the line is a detail of, in the form of line_key; empty: the line is the entry. An entry
  -- comes whole or in details, whichever file is the first to tell of it, and never as both.
  entry_key  text NOT NULL DEFAULT '',
  account_no text NOT NULL,
  booked_on  date NOT NULL,
  amount     bigint NOT NULL CHECK (amount <> 0),
  text       text NOT NULL,
  payer      text NOT NULL DEFAULT '',
  end_to_end text NOT NULL DEFAULT ''   -- the payer's own id of the transfer
);
CREATE INDEX statement_line_by_day ON statement_line (account_no, booked_on);
CREATE INDEX statement_line_by_date ON statement_line USING brin (booked_on) WITH (autosummarize = on);
CREATE INDEX statement_line_by_entry ON statement_line (entry_key) WHERE entry_key <> '';
CREATE INDEX statement_line_by_file ON statement_line (file_id, id);
CREATE FUNCTION statement_line_refuse_dangling() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
  SELECT n.file_id INTO bad FROM (SELECT DISTINCT file_id FROM new_rows) n
   WHERE NOT EXISTS (SELECT 1 FROM statement_file f WHERE f.id = n.file_id) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'statement file % is not there', bad.file_id USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER statement_line_names_its_file AFTER INSERT ON statement_line
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION statement_line_refuse_dangling();
CREATE TRIGGER statement_line_is_append_only BEFORE UPDATE OR DELETE ON statement_line
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER statement_line_is_not_emptied BEFORE TRUNCATE ON statement_line
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Which lines hold the signs of which remittances. A way to find those that have to do with each other; what a
-- line names is judged when it is matched. Both sides stand for ever, so no keys are checked for each row.
CREATE TABLE line_name (
  line_id       bigint NOT NULL,
  remittance_id bigint NOT NULL,
  PRIMARY KEY (line_id, remittance_id)
);
CREATE INDEX line_name_by_remittance ON line_name (remittance_id, line_id);
CREATE TRIGGER line_name_is_append_only BEFORE UPDATE OR DELETE ON line_name
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER line_name_is_not_emptied BEFORE TRUNCATE ON line_name
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Lines and remittances that belong together: one of each, one line with several remittances, or several lines
-- with one remittance.
CREATE TABLE line_match (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  public_id   uuid NOT NULL UNIQUE,
  account_no  text NOT NULL,  -- that its lines are on
  booked_on   date NOT NULL,  -- of the earliest of them
  rule        text NOT NULL,
  score       integer NOT NULL CHECK (score BETWEEN 0 AND 100),
  difference  bigint NOT NULL,  -- lines less remittances: negative is money that is missing
  -- What of it is small enough to be taken for settled (recon.tolerance_*): all of it or nothing.
  adjusted    bigint NOT NULL DEFAULT 0 CHECK (adjusted = 0 OR adjusted = difference),
  evidence    text NOT NULL CHECK (evidence <> ''),
  matched_at  timestamptz NOT NULL,
  actor       text NOT NULL,
  -- Whose journals ("on_statement:", "adjusted:", "settled:") hold what it moved: of all that a day brought to an account the
  -- first match, which may be this one.
  booking     uuid NOT NULL,
  undone_at   timestamptz,
  undone_by   text NOT NULL DEFAULT '',
  undo_reason text NOT NULL DEFAULT '',
  CONSTRAINT undone_by_somebody_for_a_reason
    CHECK ((undone_at IS NULL) = (undone_by = '') AND (undone_at IS NULL) = (undo_reason = ''))
);
CREATE INDEX line_match_by_booking ON line_match (booking);
-- Those that a later file may make less clear.
CREATE INDEX line_match_unnamed ON line_match (account_no, booked_on)
  WHERE undone_at IS NULL AND rule IN ('window_sum', 'amount_and_date');
CREATE TRIGGER line_match_is_kept BEFORE DELETE ON line_match
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER line_match_is_not_emptied BEFORE TRUNCATE ON line_match
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A line is used once, and a remittance is met once: both are keys, not habits. What they join stands for ever,
-- so triggers look once whether it is there, for all rows of a statement together.
CREATE TABLE matched_line (
  match_id bigint NOT NULL,
  line_id  bigint NOT NULL,
  undone   boolean NOT NULL DEFAULT false,
  PRIMARY KEY (match_id, line_id)
);
CREATE UNIQUE INDEX line_used_once ON matched_line (line_id) WHERE NOT undone;
CREATE INDEX matched_line_history ON matched_line (line_id) WHERE undone;
CREATE TABLE matched_remittance (
  match_id      bigint NOT NULL,
  remittance_id bigint NOT NULL,
  undone        boolean NOT NULL DEFAULT false,
  PRIMARY KEY (match_id, remittance_id)
);
CREATE UNIQUE INDEX remittance_met_once ON matched_remittance (remittance_id) WHERE NOT undone;

-- Asked row by row, by index (OFFSET 0 keeps the subqueries): a plan is kept for a session, and one made for small
-- tables would read large ones whole.
CREATE FUNCTION matched_line_refuse_dangling() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE bad record;
BEGIN
  SELECT n.match_id, n.line_id INTO bad
    FROM new_rows n
    LEFT JOIN LATERAL (SELECT id FROM line_match WHERE id = n.match_id OFFSET 0) m ON true
    LEFT JOIN LATERAL (SELECT id FROM statement_line WHERE id = n.line_id OFFSET 0) o ON true
   WHERE m.id IS NULL OR o.id IS NULL LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'match % or statement line % is not there', bad.match_id, bad.line_id
      USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER matched_line_names_what_is_there AFTER INSERT ON matched_line
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION matched_line_refuse_dangling();
CREATE FUNCTION matched_remittance_refuse_dangling() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE bad record;
BEGIN
  SELECT n.match_id, n.remittance_id INTO bad
    FROM new_rows n
    LEFT JOIN LATERAL (SELECT id FROM line_match WHERE id = n.match_id OFFSET 0) m ON true
    LEFT JOIN LATERAL (SELECT id FROM remittance WHERE id = n.remittance_id OFFSET 0) o ON true
   WHERE m.id IS NULL OR o.id IS NULL LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'match % or remittance % is not there', bad.match_id, bad.remittance_id
      USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER matched_remittance_names_what_is_there AFTER INSERT ON matched_remittance
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION matched_remittance_refuse_dangling();

-- A match is undone once and says when, by whom and why; nothing else about it changes. Its lines and
-- remittances are free again with it, and never without it.
CREATE FUNCTION line_match_only_undone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'match % is fixed', OLD.id
    USING ERRCODE = 'BC009', HINT = 'Undo it and match anew.';
END $$;
CREATE TRIGGER line_match_is_fixed BEFORE UPDATE ON line_match
  FOR EACH ROW WHEN (OLD.undone_at IS NOT NULL OR
                     to_jsonb(NEW) - '{undone_at,undone_by,undo_reason}'::text[] <>
                     to_jsonb(OLD) - '{undone_at,undone_by,undo_reason}'::text[])
  EXECUTE FUNCTION line_match_only_undone();
CREATE FUNCTION line_match_frees() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE matched_line SET undone = true WHERE match_id = NEW.id;
  UPDATE matched_remittance SET undone = true WHERE match_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER line_match_frees AFTER UPDATE ON line_match
  FOR EACH ROW WHEN (NEW.undone_at IS NOT NULL) EXECUTE FUNCTION line_match_frees();

CREATE FUNCTION matched_only_freed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.undone AND to_jsonb(NEW) - 'undone' = to_jsonb(OLD) - 'undone' AND
     EXISTS (SELECT 1 FROM line_match m WHERE m.id = NEW.match_id AND m.undone_at IS NOT NULL) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'match % is fixed', NEW.match_id
    USING ERRCODE = 'BC009', HINT = 'Undo it and match anew.';
END $$;
CREATE TRIGGER matched_line_is_fixed BEFORE UPDATE ON matched_line
  FOR EACH ROW EXECUTE FUNCTION matched_only_freed();
CREATE TRIGGER matched_remittance_is_fixed BEFORE UPDATE ON matched_remittance
  FOR EACH ROW EXECUTE FUNCTION matched_only_freed();
CREATE TRIGGER matched_line_is_kept BEFORE DELETE ON matched_line
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER matched_remittance_is_kept BEFORE DELETE ON matched_remittance
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER matched_line_is_not_emptied BEFORE TRUNCATE ON matched_line
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER matched_remittance_is_not_emptied BEFORE TRUNCATE ON matched_remittance
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A remittance is on a statement exactly while a line is matched with it.
CREATE FUNCTION remittance_refuse_unmatched() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE bad record;
BEGIN
  SELECT n.reference, n.state INTO bad
    FROM new_rows n
    LEFT JOIN LATERAL (SELECT match_id FROM matched_remittance
                        WHERE remittance_id = n.id AND NOT undone OFFSET 0) m ON true
   WHERE (n.state = 'on_statement') <> (m.match_id IS NOT NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'remittance % cannot be "%": % line is matched with it', bad.reference, bad.state,
      CASE bad.state WHEN 'sent' THEN 'a' ELSE 'no' END
      USING ERRCODE = 'BC001', HINT = 'Match a statement line, or undo the match.';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER remittance_moves AFTER UPDATE ON remittance
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION remittance_refuse_unmatched();
CREATE TRIGGER remittance_begins AFTER INSERT ON remittance
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION remittance_refuse_unmatched();

-- What does not agree, by name. Amounts are signed: negative is money that is missing.
CREATE TABLE recon_break (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  public_id  uuid NOT NULL UNIQUE,
  type       text NOT NULL,
  -- remittance:REF, line:KEY, statement:ID, charge:ID, hand_in:ID, cash:EVENT:KIND, receipt:ID, receipt_series:ID:NO,
  -- platform:REF
  subject    text NOT NULL,
  amount     bigint NOT NULL,
  since      timestamptz NOT NULL, -- when the money should have agreed: age counts from here
  opened_at  timestamptz NOT NULL DEFAULT now(),
  owner      text NOT NULL,
  action     text NOT NULL,        -- suggested next step, one sentence
  agency_code text NOT NULL DEFAULT '',
  dossier_code text NOT NULL DEFAULT '',
  order_id   bigint REFERENCES orders (id),  -- whose parcel and receipts it concerns, where it is one order
  reference  text NOT NULL DEFAULT '',       -- of the remittance that it concerns
  resolved_at timestamptz,
  resolution text NOT NULL DEFAULT '',
  resolved_by text NOT NULL DEFAULT '',
  CONSTRAINT resolution_is_documented CHECK ((resolved_at IS NULL) = (resolution = ''))
);
CREATE UNIQUE INDEX break_open_once ON recon_break (type, subject) WHERE resolved_at IS NULL;
CREATE INDEX break_by_day ON recon_break USING brin (since) WITH (autosummarize = on);
CREATE INDEX break_by_subject ON recon_break (subject, type);
-- The order of the list of breaks: money at risk, then age.
CREATE INDEX break_by_risk ON recon_break (abs(amount) DESC, since, id);
CREATE TRIGGER break_is_kept BEFORE DELETE ON recon_break
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER break_is_not_emptied BEFORE TRUNCATE ON recon_break
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
