-- Double entry, append-only, whole dong. Corrections are new journals.

CREATE TABLE charge (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id    bigint NOT NULL REFERENCES orders (id),
  agency_code text NOT NULL REFERENCES agency (code),
  kind        text NOT NULL CHECK (kind IN ('fee', 'charge', 'postage')),  -- phi, le phi, cuoc
  code        text NOT NULL DEFAULT '',  -- the line within the kind, as the schedule names it
  name        text NOT NULL DEFAULT '',  -- as the receipt says it
  destination text NOT NULL DEFAULT '',  -- the account that it goes to; empty: the agency's own
  version     text NOT NULL DEFAULT '',  -- of the table that gave the price; empty: the agency stated it
  rule        text NOT NULL DEFAULT '',  -- what in that version gave it
  amount      bigint NOT NULL CHECK (amount > 0 AND amount <= 10000000000),
  state       text NOT NULL DEFAULT 'due',
  taken       bigint NOT NULL DEFAULT 0 CHECK (taken >= 0),  -- what was really collected
  split_of    bigint,  -- the charge that this is a part of
  part        integer NOT NULL DEFAULT 0,  -- tells the parts of a line apart; the line itself is 0
  collector   text NOT NULL DEFAULT '',
  office      text NOT NULL DEFAULT '',
  collected_at timestamptz,
  created_at  timestamptz NOT NULL DEFAULT now(),
  -- For the indexes of what still waits: they do not change with the state where these do not, and a charge that
  -- goes from the bank's account to the agency is written anew in no index. Ask for them beside the state.
  owed        boolean NOT NULL GENERATED ALWAYS AS (state = 'due') STORED,
  held        boolean NOT NULL GENERATED ALWAYS AS (state IN ('collected', 'handed_in')) STORED,
  UNIQUE (order_id, kind, code, part),
  CONSTRAINT a_part_has_its_whole CHECK ((split_of IS NULL) = (part = 0)),
  CONSTRAINT taken_is_what_somebody_took CHECK ((state IN ('due', 'waived', 'split')) = (taken = 0))
) WITH (fillfactor = 80);
CREATE INDEX charge_parts ON charge (split_of) WHERE split_of IS NOT NULL;
CREATE INDEX charge_held ON charge (collector) WHERE held;
CREATE INDEX charge_due ON charge (order_id) WHERE owed;
CREATE INDEX charge_to_remit ON charge (agency_code, kind) WHERE held;
-- Delivered and proved, waiting for nothing but its money. The step changes twice in a parcel's life.
CREATE INDEX parcel_proved ON parcel (order_id) WHERE step = 'proved';
-- The few whose receipts may have to be refunded.
CREATE INDEX dossier_not_going_on ON dossier (id) WHERE portal_status IN (3, 7);
CREATE INDEX parcel_cancelled ON parcel (order_id) WHERE state = 'cancelled';

-- Joined by hashing: the plan is made for the few rows of a scan and kept for the thousands of a statement's
-- lines, where nested loops would take minutes.
CREATE FUNCTION charge_refuse_illegal_move() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
DECLARE bad record;
BEGIN
  SELECT o.id, o.state AS was, n.state AS is_now INTO bad
    FROM old_rows o JOIN new_rows n ON n.id = o.id
   WHERE n.state <> o.state
     AND NOT EXISTS (SELECT 1 FROM legal_moves m
                      WHERE m.machine = 'money_transition' AND m.from_state = o.state AND n.state = ANY (m.to_states))
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'charge % cannot go from "%" to "%"', bad.id, bad.was, bad.is_now
      USING ERRCODE = 'BC001', HINT = 'See schemas/codes/money_transitions.csv for the legal moves.';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER charge_moves AFTER UPDATE ON charge
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION charge_refuse_illegal_move();

CREATE FUNCTION charge_begins_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a charge begins as due, not "%"', NEW.state USING ERRCODE = 'BC001';
END $$;
CREATE TRIGGER charge_begins BEFORE INSERT ON charge
  FOR EACH ROW WHEN (NEW.state <> 'due') EXECUTE FUNCTION charge_begins_due();

CREATE FUNCTION charge_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'charge % is frozen', OLD.id
    USING ERRCODE = 'BC009', HINT = 'Neither what was quoted nor what was taken changes; events move a charge.';
END $$;
CREATE TRIGGER charge_is_frozen BEFORE UPDATE ON charge
  FOR EACH ROW WHEN (NEW.id <> OLD.id OR NEW.amount <> OLD.amount OR NEW.kind <> OLD.kind OR
                     NEW.order_id <> OLD.order_id OR NEW.agency_code <> OLD.agency_code OR
                     NEW.code <> OLD.code OR NEW.name <> OLD.name OR NEW.destination <> OLD.destination OR
                     NEW.version <> OLD.version OR NEW.rule <> OLD.rule OR
                     NEW.split_of IS DISTINCT FROM OLD.split_of OR NEW.part <> OLD.part OR
                     (NEW.state = OLD.state AND (NEW.taken <> OLD.taken OR NEW.collector <> OLD.collector OR
                                                 NEW.office <> OLD.office OR
                                                 NEW.collected_at IS DISTINCT FROM OLD.collected_at)))
  EXECUTE FUNCTION charge_is_frozen();

-- A part payment splits a charge into what was paid and what is still due; nothing of it is lost.
CREATE FUNCTION charge_splits_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE parts bigint := (SELECT coalesce(sum(amount), 0) FROM charge WHERE split_of = NEW.id);
BEGIN
  IF parts <> NEW.amount THEN
    RAISE EXCEPTION 'charge % of % cannot be split: its parts are %', NEW.id, NEW.amount, parts
      USING ERRCODE = 'BC001', HINT = 'Insert all parts before the charge becomes split.';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER charge_splits AFTER UPDATE ON charge
  FOR EACH ROW WHEN (NEW.state = 'split' AND OLD.state <> 'split') EXECUTE FUNCTION charge_splits_whole();

-- A part is of a charge that is due at this moment, of the same order and kind.
CREATE FUNCTION charge_part_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM charge c WHERE c.id = NEW.split_of AND c.order_id = NEW.order_id AND
                        c.kind = NEW.kind AND c.agency_code = NEW.agency_code AND c.state = 'due') THEN
    RAISE EXCEPTION 'charge % has no part of % for order %', NEW.split_of, NEW.amount, NEW.order_id
      USING ERRCODE = 'BC001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER charge_part_fits BEFORE INSERT ON charge
  FOR EACH ROW WHEN (NEW.split_of IS NOT NULL) EXECUTE FUNCTION charge_part_fits();

CREATE TRIGGER charge_is_kept BEFORE DELETE ON charge
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER charge_is_not_emptied BEFORE TRUNCATE ON charge
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE account (
  id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key    text NOT NULL UNIQUE,   -- role/kind/agency/holder
  role   text NOT NULL CHECK (role IN ('receivable', 'payable', 'cash', 'office', 'transit', 'bank', 'clearing', 'refund')),
  kind   text NOT NULL CHECK (kind IN ('fee', 'charge', 'postage', 'any')),
  agency_code text NOT NULL DEFAULT '',
  holder text NOT NULL DEFAULT ''
);
CREATE INDEX account_by_holder ON account (holder, role);
CREATE TRIGGER account_is_kept BEFORE UPDATE OR DELETE ON account
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER account_is_not_emptied BEFORE TRUNCATE ON account
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE journal (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key        text NOT NULL UNIQUE,   -- what caused it; the same cause is booked once
  kind       text NOT NULL CHECK (kind IN ('charge_raised', 'collected', 'transferred', 'handed_in', 'remitted',
                                            'on_statement', 'settled', 'refunded', 'waived', 'split', 'unexplained',
                                            'adjusted', 'reversal')),
  occurred_at timestamptz NOT NULL,
  booked_at  timestamptz NOT NULL DEFAULT now(),
  actor      text NOT NULL,
  reverses   bigint REFERENCES journal (id),
  part       uuid,  -- of a journal about many matches: the one that is taken back; null: all of it
  note       text NOT NULL DEFAULT '',
  CONSTRAINT reversal_names_its_journal CHECK ((kind = 'reversal') = (reverses IS NOT NULL)),
  CONSTRAINT only_a_reversal_has_a_part CHECK (part IS NULL OR reverses IS NOT NULL)
);

-- Reports ask by day; entries come nearly in the order of their days, so a summary of blocks is enough.
CREATE INDEX journal_by_day ON journal USING brin (occurred_at) WITH (autosummarize = on);
CREATE UNIQUE INDEX journal_reversed_once ON journal (reverses, part) NULLS NOT DISTINCT WHERE reverses IS NOT NULL;

-- What a posting names stands for ever: journals, accounts and charges are never removed and keep their ids.
-- So a trigger looks once whether they are there, for all postings of a statement together; foreign keys
-- would do it for each posting, and lock the few accounts that everybody books on. It asks row by row,
-- by index (OFFSET 0 keeps the subqueries): a plan is kept for a session, and one made for small tables would read
-- large ones whole.
CREATE TABLE posting (
  journal_id bigint NOT NULL,
  line       smallint NOT NULL CHECK (line > 0),
  account_id bigint NOT NULL,
  side       "char" NOT NULL CHECK (side IN ('D', 'C')),
  amount     bigint NOT NULL CHECK (amount > 0 AND amount <= 1000000000000000),
  charge_id  bigint,
  PRIMARY KEY (journal_id, line)
);
CREATE INDEX posting_by_account ON posting (account_id, journal_id) INCLUDE (side, amount);
-- Money that belongs to no charge: what a collector or a till holds too much.
CREATE INDEX posting_loose ON posting (account_id) INCLUDE (side, amount) WHERE charge_id IS NULL;
CREATE INDEX posting_by_charge ON posting (charge_id) WHERE charge_id IS NOT NULL;

-- A journal is balanced from its first statement on, so no reader ever sees a half-booked one.
CREATE FUNCTION posting_refuse_unbalanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
  SELECT journal_id, sum(CASE side WHEN 'D' THEN amount ELSE 0 END) AS debit,
         sum(CASE side WHEN 'C' THEN amount ELSE 0 END) AS credit INTO bad
    FROM new_rows GROUP BY journal_id
  HAVING sum(CASE side WHEN 'D' THEN amount ELSE -amount END) <> 0 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'journal % does not balance: debit %, credit %', bad.journal_id, bad.debit, bad.credit
      USING ERRCODE = 'BC002', HINT = 'Insert all postings of a journal in one statement, debits equal to credits.';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER posting_balances AFTER INSERT ON posting
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION posting_refuse_unbalanced();

CREATE FUNCTION posting_refuse_dangling() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE bad record;
BEGIN
  SELECT p.journal_id, p.line, j.id IS NULL AS no_journal, a.id IS NULL AS no_account INTO bad
    FROM new_rows p
    LEFT JOIN LATERAL (SELECT id FROM journal WHERE id = p.journal_id OFFSET 0) j ON true
    LEFT JOIN LATERAL (SELECT id FROM account WHERE id = p.account_id OFFSET 0) a ON true
    LEFT JOIN LATERAL (SELECT id FROM charge WHERE id = p.charge_id OFFSET 0) c ON true
   WHERE j.id IS NULL OR a.id IS NULL OR (p.charge_id IS NOT NULL AND c.id IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'line % of journal % names % that is not there', bad.line, bad.journal_id,
      CASE WHEN bad.no_journal THEN 'a journal' WHEN bad.no_account THEN 'an account' ELSE 'a charge' END
      USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER posting_names_what_is_there AFTER INSERT ON posting
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION posting_refuse_dangling();

-- A journal and its postings are one statement.
CREATE FUNCTION journal_has_postings() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
  SELECT j.id INTO bad FROM new_rows j
   WHERE (SELECT count(*) FROM posting p WHERE p.journal_id = j.id) < 2 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'journal % has fewer than two postings', bad.id
      USING ERRCODE = 'BC002', HINT = 'Insert a journal and its postings in one statement.';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER journal_is_posted AFTER INSERT ON journal
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION journal_has_postings();

CREATE TRIGGER journal_is_append_only BEFORE UPDATE OR DELETE ON journal
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER posting_is_append_only BEFORE UPDATE OR DELETE ON posting
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER journal_is_not_emptied BEFORE TRUNCATE ON journal
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER posting_is_not_emptied BEFORE TRUNCATE ON posting
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A charge is refunded only by a journal of exactly what was taken: out of an office's till, or as a claim on the
-- agency that received it. The machine lets nothing follow, so it happens once.
CREATE FUNCTION charge_refuse_bare_refund() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE given bigint := (
  SELECT coalesce(sum(p.amount), 0) FROM posting p JOIN account a ON a.id = p.account_id
    JOIN journal j ON j.id = p.journal_id
   WHERE p.charge_id = NEW.id AND p.side = 'C' AND j.kind = 'refunded' AND a.role IN ('office', 'payable'));
BEGIN
  IF given <> NEW.taken THEN
    RAISE EXCEPTION 'charge % cannot be refunded: % was taken and % is given back', NEW.id, NEW.taken, given
      USING ERRCODE = 'BC001', HINT = 'Book the refund of all of it first.';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER charge_refund AFTER UPDATE ON charge
  FOR EACH ROW WHEN (NEW.state = 'refunded' AND OLD.state <> 'refunded') EXECUTE FUNCTION charge_refuse_bare_refund();

-- Cash handed in at an office counter: what a collector owed and what was counted.
CREATE TABLE hand_in (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  public_id uuid NOT NULL UNIQUE,
  collector text NOT NULL,
  office    text NOT NULL,
  expected  bigint NOT NULL CHECK (expected >= 0),
  counted   bigint NOT NULL CHECK (counted >= 0),
  at        timestamptz NOT NULL,
  actor     text NOT NULL,
  window_no integer NOT NULL CHECK (window_no > 0)  -- of the office's days
);
CREATE INDEX hand_in_by_window ON hand_in (office, window_no);
CREATE TRIGGER hand_in_is_append_only BEFORE UPDATE OR DELETE ON hand_in
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER hand_in_is_not_emptied BEFORE TRUNCATE ON hand_in
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
