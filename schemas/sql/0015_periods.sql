-- A fee account closed up to a day: one person proposes it, another signs it off. From then on nothing dated up to
-- that day moves on the account, until two persons open it again. Nothing of its history is edited.

CREATE TABLE period (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  public_id  uuid NOT NULL UNIQUE,
  account_no text NOT NULL,
  from_day   date NOT NULL,  -- the day after the period before it, or the first that a statement covers
  to_day     date NOT NULL CHECK (to_day >= from_day),
  -- signed and reopening: closed. What is rejected or reopened is history.
  state      text NOT NULL DEFAULT 'proposed'
             CHECK (state IN ('proposed', 'rejected', 'signed', 'reopening', 'reopened')),
  last_by    text NOT NULL DEFAULT ''  -- whose step led to the state
);
CREATE UNIQUE INDEX period_proposed_once ON period (account_no) WHERE state = 'proposed';
CREATE INDEX period_closed ON period (account_no, to_day) WHERE state IN ('signed', 'reopening');
CREATE TRIGGER period_is_kept BEFORE DELETE ON period
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER period_is_not_emptied BEFORE TRUNCATE ON period
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE period_step (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  period_id bigint NOT NULL REFERENCES period (id),
  step      text NOT NULL CHECK (step IN ('propose', 'sign', 'reject', 'ask_to_reopen', 'reopen', 'keep')),
  actor     text NOT NULL CHECK (actor <> ''),
  at        timestamptz NOT NULL,
  note      text NOT NULL DEFAULT ''
);
CREATE INDEX period_step_by_period ON period_step (period_id, id);
CREATE TRIGGER period_step_is_append_only BEFORE UPDATE OR DELETE ON period_step
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER period_step_is_not_emptied BEFORE TRUNCATE ON period_step
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What a step leads from and to, and whether another person than the one before has to take it.
CREATE FUNCTION period_moves() RETURNS TABLE (step text, from_state text, to_state text, second_person boolean)
LANGUAGE sql IMMUTABLE AS $$
  VALUES ('sign', 'proposed', 'signed', true), ('reject', 'proposed', 'rejected', false),
         ('ask_to_reopen', 'signed', 'reopening', false), ('reopen', 'reopening', 'reopened', true),
         ('keep', 'reopening', 'signed', false)
$$;

CREATE FUNCTION period_takes_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  it period;
  move record;
BEGIN
  SELECT * INTO it FROM period WHERE id = NEW.period_id FOR UPDATE;
  IF NEW.step = 'propose' THEN
    IF it.last_by <> '' THEN
      RAISE EXCEPTION 'period % is proposed already', it.public_id USING ERRCODE = 'BC014';
    END IF;
    UPDATE period SET last_by = NEW.actor WHERE id = it.id;
    RETURN NEW;
  END IF;
  SELECT * INTO move FROM period_moves() m WHERE m.step = NEW.step AND m.from_state = it.state;
  IF NOT FOUND OR it.last_by = '' THEN
    RAISE EXCEPTION 'period % is %, by %', it.public_id, it.state, it.last_by
      USING ERRCODE = 'BC014', HINT = 'Read GET /v1/periods/{id}: its history says who did what.';
  END IF;
  IF move.second_person AND it.last_by = NEW.actor THEN
    RAISE EXCEPTION '% cannot decide on his own proposal', NEW.actor
      USING ERRCODE = 'BC014', HINT = 'Another finance officer has to look at it.';
  END IF;
  UPDATE period SET state = move.to_state, last_by = NEW.actor WHERE id = it.id;
  RETURN NEW;
END $$;
CREATE TRIGGER period_takes_step BEFORE INSERT ON period_step
  FOR EACH ROW EXECUTE FUNCTION period_takes_step();

-- A period moves by its steps alone; pg_trigger_depth tells who is asking.
CREATE FUNCTION period_moves_by_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_trigger_depth() > 1 AND to_jsonb(NEW) - '{state,last_by}'::text[] = to_jsonb(OLD) - '{state,last_by}'::text[] THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'period % moves by its steps only', OLD.public_id USING ERRCODE = 'BC009';
END $$;
CREATE TRIGGER period_moves_by_steps BEFORE UPDATE ON period
  FOR EACH ROW EXECUTE FUNCTION period_moves_by_steps();
CREATE FUNCTION period_begins_proposed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE other record;
BEGIN
  IF NEW.state <> 'proposed' OR NEW.last_by <> '' THEN
    RAISE EXCEPTION 'a period begins as proposed, not "%"', NEW.state USING ERRCODE = 'BC001';
  END IF;
  SELECT * INTO other FROM period p WHERE p.account_no = NEW.account_no AND p.state = 'proposed';
  IF FOUND THEN
    RAISE EXCEPTION 'period % of account % waits already, proposed by %', other.public_id, other.account_no,
      other.last_by USING ERRCODE = 'BC014', HINT = 'Sign it off or reject it first.';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER period_begins BEFORE INSERT ON period
  FOR EACH ROW EXECUTE FUNCTION period_begins_proposed();

-- The last day up to which an account is closed; null when it is open.
CREATE FUNCTION closed_up_to(account text) RETURNS date LANGUAGE sql STABLE AS $$
  SELECT max(to_day) FROM period WHERE account_no = account AND state IN ('signed', 'reopening')
$$;

CREATE FUNCTION refuse_closed(account text, day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE closed record;
BEGIN
  SELECT p.public_id, p.to_day, s.actor, s.at INTO closed
    FROM period p JOIN period_step s ON s.period_id = p.id AND s.step = 'sign'
   WHERE p.account_no = account AND p.state IN ('signed', 'reopening') AND p.to_day >= day
   ORDER BY p.to_day, s.id DESC LIMIT 1;
  RAISE EXCEPTION 'account % is closed up to %: period % was signed off by % at %', account, closed.to_day,
    closed.public_id, closed.actor, to_char(closed.at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD HH24:MI')
    USING ERRCODE = 'BC014', HINT = 'Two finance officers can open it again: POST /v1/periods/{id}/reopen.';
END $$;

-- A line that comes late for a closed period is refused with its whole file; the same lines again are no news.
CREATE FUNCTION statement_line_refuse_closed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
  SELECT n.account_no, n.booked_on INTO bad
    FROM (SELECT account_no, min(booked_on) AS booked_on FROM new_rows GROUP BY account_no) n
   WHERE n.booked_on <= closed_up_to(n.account_no) LIMIT 1;
  IF FOUND THEN PERFORM refuse_closed(bad.account_no, bad.booked_on); END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER statement_line_in_open_period AFTER INSERT ON statement_line
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION statement_line_refuse_closed();
CREATE TRIGGER line_match_in_open_period AFTER INSERT ON line_match
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION statement_line_refuse_closed();
CREATE TRIGGER line_match_undone_in_open_period AFTER UPDATE ON line_match
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION statement_line_refuse_closed();

-- Bank accounts are booked on by few statements, so most end at the first look.
CREATE FUNCTION posting_refuse_closed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM period WHERE state IN ('signed', 'reopening')) THEN RETURN NULL; END IF;
  SELECT b.holder, b.day INTO bad
    FROM (SELECT a.holder, min((j.occurred_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) AS day
            FROM new_rows p JOIN account a ON a.id = p.account_id AND a.role = 'bank'
            JOIN journal j ON j.id = p.journal_id GROUP BY a.holder) b
   WHERE b.day <= closed_up_to(b.holder) LIMIT 1;
  IF FOUND THEN PERFORM refuse_closed(bad.holder, bad.day); END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER posting_in_open_period AFTER INSERT ON posting
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION posting_refuse_closed();
