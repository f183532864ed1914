-- An office's days of money are windows that follow each other. Whoever takes, takes back or counts money holds the
-- office's lock with others and writes into the window that is open; a close holds it alone for one short insert.
-- So money falls on one side of the cut, and the sums of the windows are the sums of the receipts.

CREATE TABLE day_close (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  office       text NOT NULL REFERENCES post_office (code),
  no           integer NOT NULL CHECK (no > 0),
  business_day date NOT NULL,
  cut_at       timestamptz NOT NULL,
  actor        text NOT NULL,
  summed_at    timestamptz,   -- when its lines were stored; they follow the cut without holding anybody up
  UNIQUE (office, no),
  UNIQUE (office, business_day)
);
CREATE INDEX day_close_unsummed ON day_close (id) WHERE summed_at IS NULL;

CREATE FUNCTION day_close_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.no <> 1 + (SELECT coalesce(max(no), 0) FROM day_close WHERE office = NEW.office) THEN
    RAISE EXCEPTION 'day % of office % does not follow the last one', NEW.no, NEW.office USING ERRCODE = 'BC001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER day_close_follows BEFORE INSERT ON day_close FOR EACH ROW EXECUTE FUNCTION day_close_follows();

CREATE FUNCTION day_close_only_summed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'day % of office % is closed', OLD.no, OLD.office USING ERRCODE = 'BC009';
END $$;
CREATE TRIGGER day_close_only_summed BEFORE UPDATE ON day_close
  FOR EACH ROW WHEN (OLD.summed_at IS NOT NULL OR to_jsonb(NEW) - 'summed_at' <> to_jsonb(OLD) - 'summed_at')
  EXECUTE FUNCTION day_close_only_summed();
CREATE TRIGGER day_close_is_kept BEFORE DELETE ON day_close FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER day_close_is_not_emptied BEFORE TRUNCATE ON day_close
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE day_close_line (
  close_id    bigint NOT NULL REFERENCES day_close (id),
  collector   text NOT NULL,
  kind        text NOT NULL CHECK (kind IN ('fee', 'charge', 'postage')),
  agency_code text NOT NULL,
  receipts    integer NOT NULL CHECK (receipts >= 0),
  collected   bigint NOT NULL CHECK (collected >= 0),
  taken_back  bigint NOT NULL CHECK (taken_back >= 0),
  PRIMARY KEY (close_id, collector, kind, agency_code)
);
CREATE TRIGGER day_close_line_is_append_only BEFORE UPDATE OR DELETE ON day_close_line
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER day_close_line_is_not_emptied BEFORE TRUNCATE ON day_close_line
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
