-- One dossier, up to two legs, and the parcel of each leg.

CREATE TABLE dossier (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  public_id      uuid NOT NULL UNIQUE,
  agency_code    text NOT NULL REFERENCES agency (code),
  code           text CHECK (length(code) BETWEEN 1 AND 50),   -- ma so ho so: accepted, never re-formatted
  slip_no        text CHECK (length(slip_no) BETWEEN 1 AND 50), -- phieu gui ho so, before there is a code
  procedure_code text NOT NULL,
  channel        smallint NOT NULL DEFAULT 1 CHECK (channel BETWEEN 1 AND 3),
  applicant_name text NOT NULL DEFAULT '',
  portal_status  smallint CHECK (portal_status BETWEEN 1 AND 10),  -- what the agency's system last said
  finished_at    timestamptz,
  -- What we decided to tell the one-stop system, and what it has confirmed. The two may differ for a while:
  -- a confirmation may belong to an earlier message. verify/dossiers_are_told asks whether they meet.
  told_status    smallint CHECK (told_status IN (9, 10)),
  delivered_at   timestamptz,
  confirmed_status smallint CHECK (confirmed_status IN (9, 10)),
  confirmed_at   timestamptz,
  -- The status whose dead message a person settled, because the agency learned it in another way.
  given_up_status smallint CHECK (given_up_status IN (9, 10)),
  created_at     timestamptz NOT NULL DEFAULT now(),
  version        integer NOT NULL DEFAULT 1,
  CONSTRAINT dossier_has_a_number CHECK (code IS NOT NULL OR slip_no IS NOT NULL),
  CONSTRAINT returned_only_with_delivery_time CHECK (told_status IS DISTINCT FROM 10 OR delivered_at IS NOT NULL),
  CONSTRAINT confirmed_only_what_was_told CHECK (confirmed_status IS NULL OR told_status IS NOT NULL)
) WITH (fillfactor = 80);  -- its status changes a few times: room for a heap-only update on the page
CREATE UNIQUE INDEX dossier_code_per_agency ON dossier (agency_code, code) WHERE code IS NOT NULL;
CREATE UNIQUE INDEX dossier_slip ON dossier (slip_no) WHERE slip_no IS NOT NULL;
CREATE INDEX dossier_by_code ON dossier (code);
CREATE TRIGGER dossier_is_kept BEFORE DELETE ON dossier
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER dossier_is_not_emptied BEFORE TRUNCATE ON dossier
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION dossier_begins_untold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'dossier % begins with nothing told or confirmed', coalesce(NEW.code, NEW.slip_no)
    USING ERRCODE = 'BC001', HINT = 'Insert the dossier, then record the events of its parcels.';
END $$;
CREATE TRIGGER dossier_begins BEFORE INSERT ON dossier
  FOR EACH ROW WHEN (NEW.told_status IS NOT NULL OR NEW.confirmed_status IS NOT NULL)
  EXECUTE FUNCTION dossier_begins_untold();

CREATE TABLE orders (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  public_id     uuid NOT NULL UNIQUE,
  dossier_id    bigint NOT NULL REFERENCES dossier (id),
  leg           text NOT NULL CHECK (leg IN ('pickup', 'delivery')),
  attempt       smallint NOT NULL CHECK (attempt BETWEEN 1 AND 99),
  number        text NOT NULL UNIQUE CHECK (length(number) <= 60),  -- the external number, stored before any send
  carrier       text NOT NULL,
  state         text NOT NULL DEFAULT 'wanted',
  sender        jsonb NOT NULL,
  receiver      jsonb NOT NULL,
  contents      text NOT NULL DEFAULT '',
  papers        text[] NOT NULL DEFAULT '{}',
  sent_at       timestamptz,   -- last time that a send began
  asked_since   timestamptz,   -- set while the outcome of a send is unknown
  cancel_asked_since timestamptz,  -- set once a cancellation had no answer: a later "no" may mean that it was done
  placed_at     timestamptz,
  closed_at     timestamptz,
  reason        text NOT NULL DEFAULT '',
  created_by    text NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now(),
  version       integer NOT NULL DEFAULT 1,
  UNIQUE (dossier_id, leg, attempt)
);
-- One live order for each leg of a dossier: the double order is impossible, not merely unlikely.
CREATE UNIQUE INDEX one_live_order_per_leg ON orders (dossier_id, leg)
  WHERE state NOT IN ('cancelled', 'refused', 'completed');
CREATE INDEX orders_open ON orders (state, created_at) WHERE state NOT IN ('cancelled', 'refused', 'completed');

-- By statement, not by row: a trigger that asks a question for each row is what batches of scans wait for.
CREATE FUNCTION order_refuse_illegal_move() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
  SELECT o.number, o.state AS was, n.state AS is_now INTO bad
    FROM old_rows o JOIN new_rows n ON n.id = o.id
   WHERE n.state <> o.state
     AND NOT EXISTS (SELECT 1 FROM legal_moves m
                      WHERE m.machine = 'order_transition' AND m.from_state = o.state AND n.state = ANY (m.to_states))
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'order % cannot go from "%" to "%"', bad.number, bad.was, bad.is_now
      USING ERRCODE = 'BC001', HINT = 'See schemas/codes/order_transitions.csv for the legal moves.';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER order_moves AFTER UPDATE ON orders
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION order_refuse_illegal_move();

CREATE FUNCTION order_begins_wanted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'order % begins as "%"', NEW.number, NEW.state
    USING ERRCODE = 'BC001', HINT = 'Insert orders as wanted; events move them.';
END $$;
CREATE TRIGGER order_begins BEFORE INSERT ON orders
  FOR EACH ROW WHEN (NEW.state <> 'wanted') EXECUTE FUNCTION order_begins_wanted();

CREATE FUNCTION order_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the number, dossier and leg of order % are fixed', OLD.number USING ERRCODE = 'BC001';
END $$;
CREATE TRIGGER order_is_fixed BEFORE UPDATE ON orders
  FOR EACH ROW WHEN (NEW.id <> OLD.id OR NEW.number <> OLD.number OR NEW.dossier_id <> OLD.dossier_id OR
                     NEW.leg <> OLD.leg)
  EXECUTE FUNCTION order_is_fixed();
CREATE TRIGGER order_is_kept BEFORE DELETE ON orders
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER order_is_not_emptied BEFORE TRUNCATE ON orders
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- State is a fold over parcel_event; the columns are that fold's value, kept for speed and checked by
-- verify/parcel_state_is_its_fold (and by the daemon, which can fold again at any time).
CREATE TABLE parcel (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id     bigint NOT NULL UNIQUE REFERENCES orders (id),
  dossier_id   bigint NOT NULL REFERENCES dossier (id),
  leg          text NOT NULL CHECK (leg IN ('pickup', 'delivery')),
  agency_code  text NOT NULL,
  order_number text NOT NULL UNIQUE,
  item_code    text UNIQUE CHECK (length(item_code) BETWEEN 6 AND 40),
  state        text NOT NULL DEFAULT 'registered',
  step         text NOT NULL DEFAULT 'none' CHECK (step IN ('none', 'provisional', 'proved', 'closed')),
  attempts     integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  anomalies    integer NOT NULL DEFAULT 0 CHECK (anomalies >= 0),
  events       integer NOT NULL DEFAULT 0 CHECK (events >= 0),
  evidence     boolean NOT NULL DEFAULT false,
  papers_counted boolean NOT NULL DEFAULT false,
  cod_collected boolean NOT NULL DEFAULT false,
  open_retractions integer NOT NULL DEFAULT 0,
  since        timestamptz,   -- when the event happened that led to the state, that event, its reason
  since_key    uuid,
  reason       text NOT NULL DEFAULT '',
  last_at      timestamptz,   -- the newest (occurred_at, key) of the set: what sorts behind it is appended
  last_key     uuid,
  final_at     timestamptz,
  due_at       timestamptz NOT NULL DEFAULT now() + interval '3 days',  -- silent beyond this: goes to a person
  refold_at    timestamptz,  -- names the event that made the last re-fold necessary
  refold_id    bigint,
  seal_no      text NOT NULL DEFAULT '',
  -- A leg may be travelled again: a delivery that came back is ordered anew. Its parcels then speak for one
  -- dossier, and a scan of any of them locks it; all others need no lock but their own.
  one_of_several boolean NOT NULL DEFAULT false,
  CONSTRAINT step_of_a_delivery CHECK (step = 'none' OR (state = 'delivered' AND final_at IS NOT NULL)),
  CONSTRAINT proof_has_evidence CHECK (step IN ('none', 'provisional') OR evidence),
  CONSTRAINT final_states_say_when CHECK ((state IN ('delivered', 'returned', 'cancelled', 'lost')) =
                                          (final_at IS NOT NULL))
) WITH (fillfactor = 70);
CREATE INDEX parcel_by_dossier ON parcel (dossier_id);
-- No index on what every scan changes: updates stay heap-only and cheap.
CREATE INDEX parcel_open ON parcel (id) WHERE final_at IS NULL;

CREATE TABLE parcel_final (state text PRIMARY KEY);
INSERT INTO parcel_final VALUES ('delivered'), ('returned'), ('cancelled'), ('lost');

-- One table for every scan and feed row that was accepted, in partitions of a month of receipt, so
-- that retention drops whole partitions. Exactly-once lives in scan_key, which is not partitioned.
CREATE SEQUENCE parcel_event_id AS bigint CACHE 64;
CREATE TABLE parcel_event (
  id          bigint NOT NULL DEFAULT nextval('parcel_event_id'),
  received_at timestamptz NOT NULL DEFAULT now(),
  parcel_id   bigint,               -- NULL while the parcel is unknown: held, adopted later
  event_key   uuid NOT NULL,
  source      text NOT NULL,
  raw_code    text NOT NULL,
  event       text NOT NULL,
  reason      text NOT NULL DEFAULT '',
  occurred_at timestamptz NOT NULL,
  item_ref    text NOT NULL,        -- what was scanned or named: item code or order number
  office      text NOT NULL DEFAULT '',
  device      text NOT NULL DEFAULT '',
  device_seq  bigint,
  actor       text NOT NULL DEFAULT '',
  evidence    boolean NOT NULL DEFAULT false,
  fee         bigint NOT NULL DEFAULT 0 CHECK (fee >= 0),       -- cash taken with this event
  charge      bigint NOT NULL DEFAULT 0 CHECK (charge >= 0),
  postage     bigint NOT NULL DEFAULT 0 CHECK (postage >= 0),
  late        boolean NOT NULL DEFAULT false,
  retracts    uuid,
  detail      text NOT NULL DEFAULT '',   -- JSON: papers, seal, cash, recipient, evidence hashes
  PRIMARY KEY (received_at, id),
  CONSTRAINT retraction_names_its_event CHECK ((event = 'retracted') = (retracts IS NOT NULL))
) PARTITION BY RANGE (received_at);
CREATE INDEX parcel_event_history ON parcel_event (parcel_id, occurred_at);
CREATE INDEX parcel_event_held ON parcel_event (item_ref) WHERE parcel_id IS NULL;
CREATE TRIGGER parcel_event_is_kept BEFORE DELETE ON parcel_event
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER parcel_event_is_not_emptied BEFORE TRUNCATE ON parcel_event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The key of every event ever taken, with a hash of its content: the same again is a duplicate, the
-- same key with other content is refused. Kept when the event's partition is dropped.
CREATE TABLE scan_key (
  event_key    uuid PRIMARY KEY,
  content_hash bigint NOT NULL,
  event_id     bigint NOT NULL,
  received_at  timestamptz NOT NULL
);
CREATE TRIGGER scan_key_is_append_only BEFORE UPDATE OR DELETE ON scan_key
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER scan_key_is_not_emptied BEFORE TRUNCATE ON scan_key
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- An event may be moved to its parcel once (adoption); nothing else about it ever changes.
CREATE FUNCTION parcel_event_only_adoption() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.parcel_id IS NOT NULL OR NEW.parcel_id IS NULL OR
     (to_jsonb(NEW) - 'parcel_id' - 'late') <> (to_jsonb(OLD) - 'parcel_id' - 'late') THEN
    RAISE EXCEPTION 'parcel event % is fixed', OLD.id
      USING ERRCODE = 'BC009', HINT = 'Record a new event; a wrong scan is retracted, not edited.';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER parcel_event_adoption BEFORE UPDATE ON parcel_event
  FOR EACH ROW EXECUTE FUNCTION parcel_event_only_adoption();

-- The database's own refusal of illegal parcel states, set-based because scans come in batches.
-- A move outside the table is legal only as a re-fold, and a re-fold must name an event of this parcel
-- that came late or retracts another; only a retraction leads out of a final state, or takes a step back
-- ("closed" sorts before "proved": both are proved, and money comes and goes). When a final state was
-- reached changes by a re-fold alone.
CREATE FUNCTION parcel_refuse_illegal_move() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
  -- Two steps, because a batch rarely holds such a move: events are looked up only for those.
  FOR bad IN
    SELECT o.id, o.state AS was, n.state AS is_now, o.step AS step_was, n.step AS step_is,
           o.refold_id AS refold_before, n.refold_at, n.refold_id,
           n.state <> o.state OR n.step <> o.step AS turned_back
      FROM old_rows o JOIN new_rows n ON n.id = o.id
     WHERE (n.state <> o.state
            AND NOT EXISTS (SELECT 1 FROM legal_moves m
                             WHERE m.machine = 'parcel_transition' AND m.from_state = o.state
                               AND n.state = ANY (m.to_states)))
        OR (n.state = o.state AND (n.final_at <> o.final_at
            OR (n.step <> o.step AND ((o.step IN ('proved', 'closed') AND n.step NOT IN ('proved', 'closed'))
                                      OR n.step = 'none'))))
  LOOP
    IF NOT EXISTS (
      SELECT 1 FROM parcel_event e
       WHERE e.received_at = bad.refold_at AND e.id = bad.refold_id AND e.parcel_id = bad.id
         AND bad.refold_id IS DISTINCT FROM bad.refold_before
         AND (e.event = 'retracted'
              OR (e.late AND (NOT bad.turned_back OR (bad.was <> 'disputed'
                  AND NOT EXISTS (SELECT 1 FROM parcel_final f WHERE f.state = bad.was))))))
    THEN
      RAISE EXCEPTION 'parcel % cannot go from "%" to "%"', bad.id, concat_ws(', ', bad.was, nullif(bad.step_was, 'none')),
        concat_ws(', ', bad.is_now, nullif(bad.step_is, 'none'))
        USING ERRCODE = 'BC001', HINT = 'See schemas/codes/parcel_transitions.csv; a final state is left only by a retraction.';
    END IF;
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER parcel_moves AFTER UPDATE ON parcel
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION parcel_refuse_illegal_move();

CREATE FUNCTION parcel_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the id, order, dossier, leg, agency and number of parcel % are fixed', OLD.id USING ERRCODE = 'BC001';
END $$;
CREATE TRIGGER parcel_is_fixed BEFORE UPDATE ON parcel
  FOR EACH ROW WHEN (NEW.id <> OLD.id OR NEW.order_id <> OLD.order_id OR NEW.dossier_id <> OLD.dossier_id OR
                     NEW.leg <> OLD.leg OR NEW.order_number <> OLD.order_number OR
                     NEW.agency_code <> OLD.agency_code)
  EXECUTE FUNCTION parcel_is_fixed();

CREATE FUNCTION parcel_begins_registered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a parcel begins as registered, not "%"', NEW.state
    USING ERRCODE = 'BC001', HINT = 'Insert the parcel as registered, then record its events.';
END $$;
CREATE TRIGGER parcel_begins BEFORE INSERT ON parcel
  FOR EACH ROW WHEN (NEW.state <> 'registered') EXECUTE FUNCTION parcel_begins_registered();
CREATE TRIGGER parcel_is_kept BEFORE DELETE ON parcel
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER parcel_is_not_emptied BEFORE TRUNCATE ON parcel
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Portal status 10 means that the result was given: nobody decides it without a delivery that was proved.
CREATE FUNCTION dossier_refuse_unproved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM parcel p
                  WHERE p.dossier_id = NEW.id AND p.leg = 'delivery' AND p.step IN ('proved', 'closed')) THEN
    RAISE EXCEPTION 'dossier % has no proved delivery', coalesce(NEW.code, NEW.slip_no)
      USING ERRCODE = 'BC001', HINT = 'Status 10 follows from the events of its parcel; record those.';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER dossier_returned_has_proof BEFORE UPDATE ON dossier
  FOR EACH ROW WHEN (NEW.told_status = 10 AND OLD.told_status IS DISTINCT FROM 10)
  EXECUTE FUNCTION dossier_refuse_unproved();
