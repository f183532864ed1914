-- The database's refusals, by statement rather than by row. A batch of scans moves hundreds of rows, and a
-- trigger or foreign key that asks a question for each row cost a third of the batch.

-- From each state of a machine, where the rows of its table lead: what the refusals below look up, a row a
-- state instead of a row an event.
CREATE TABLE legal_moves (
  machine    text NOT NULL,
  from_state text NOT NULL,
  to_states  text[] NOT NULL,
  PRIMARY KEY (machine, from_state)
);

CREATE FUNCTION legal_moves_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM legal_moves WHERE machine = TG_TABLE_NAME;
  EXECUTE format('INSERT INTO legal_moves SELECT %L, from_state, array_agg(DISTINCT to_state) FROM %I GROUP BY from_state',
                 TG_TABLE_NAME, TG_TABLE_NAME);
  RETURN NULL;
END $$;
CREATE TRIGGER legal_moves_follow AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON parcel_transition
  FOR EACH STATEMENT EXECUTE FUNCTION legal_moves_follow();
CREATE TRIGGER legal_moves_follow AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON order_transition
  FOR EACH STATEMENT EXECUTE FUNCTION legal_moves_follow();
CREATE TRIGGER legal_moves_follow AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON money_transition
  FOR EACH STATEMENT EXECUTE FUNCTION legal_moves_follow();
-- Nothing is changed by these; each makes its machine's rows follow once.
DELETE FROM parcel_transition WHERE false;
DELETE FROM order_transition WHERE false;
DELETE FROM money_transition WHERE false;

CREATE OR REPLACE FUNCTION parcel_refuse_illegal_move() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
  -- Two steps, because a batch rarely holds such a move: events are looked up only for those.
  FOR bad IN
    SELECT o.id, o.state AS was, n.state AS is_now, o.refold_id AS refold_before, n.refold_at, n.refold_id
      FROM old_rows o JOIN new_rows n ON n.id = o.id
     WHERE n.state <> o.state
       AND NOT EXISTS (SELECT 1 FROM legal_moves m
                        WHERE m.machine = 'parcel_transition' AND m.from_state = o.state AND n.state = ANY (m.to_states))
  LOOP
    IF NOT EXISTS (
      SELECT 1 FROM parcel_event e
       WHERE e.received_at = bad.refold_at AND e.id = bad.refold_id AND e.parcel_id = bad.id
         AND bad.refold_id IS DISTINCT FROM bad.refold_before
         AND (e.event = 'retracted'
              OR (e.late AND bad.was <> 'disputed'
                  AND NOT EXISTS (SELECT 1 FROM parcel_final f WHERE f.state = bad.was))))
    THEN
      RAISE EXCEPTION 'parcel % cannot go from "%" to "%"', bad.id, bad.was, bad.is_now
        USING ERRCODE = 'BC001', HINT = 'See schemas/codes/parcel_transitions.csv; a final state is left only by a retraction.';
    END IF;
  END LOOP;
  RETURN NULL;
END $$;

DROP TRIGGER order_moves ON orders;
CREATE OR REPLACE FUNCTION order_refuse_illegal_move() RETURNS trigger LANGUAGE plpgsql AS $$
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

DROP TRIGGER charge_moves ON charge;
CREATE OR REPLACE FUNCTION charge_refuse_illegal_move() RETURNS trigger LANGUAGE plpgsql AS $$
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
    USING ERRCODE = 'BC009', HINT = 'A later fee table changes nothing that was already quoted.';
END $$;
CREATE TRIGGER charge_is_frozen BEFORE UPDATE ON charge
  FOR EACH ROW WHEN (NEW.id <> OLD.id OR NEW.amount <> OLD.amount OR NEW.kind <> OLD.kind OR
                     NEW.order_id <> OLD.order_id)
  EXECUTE FUNCTION charge_is_frozen();

-- What a posting names stands for ever: journals, accounts and charges are never removed and keep their ids.
-- So it is enough to look once whether they are there, for all postings of a statement together; the foreign
-- keys did it for each posting, and locked the few accounts that everybody books on.
CREATE TRIGGER account_is_kept BEFORE UPDATE OR DELETE ON account
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER account_is_not_emptied BEFORE TRUNCATE ON account
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER charge_is_kept BEFORE DELETE ON charge
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER charge_is_not_emptied BEFORE TRUNCATE ON charge
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE posting DROP CONSTRAINT posting_journal_id_fkey, DROP CONSTRAINT posting_account_id_fkey,
                    DROP CONSTRAINT posting_charge_id_fkey;

CREATE FUNCTION posting_refuse_dangling() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
  SELECT p.journal_id, p.line, j.id IS NULL AS no_journal, a.id IS NULL AS no_account INTO bad
    FROM new_rows p
    LEFT JOIN journal j ON j.id = p.journal_id
    LEFT JOIN account a ON a.id = p.account_id
    LEFT JOIN charge c ON c.id = p.charge_id
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

-- A journal and its postings are one statement, so this need not wait for the commit.
DROP TRIGGER journal_is_posted ON journal;
CREATE OR REPLACE FUNCTION journal_has_postings() RETURNS trigger LANGUAGE plpgsql AS $$
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
