-- What a province's agencies charge (phi, le phi), by versions that hold from one day to another, as the People's
-- Council resolved. Like a tariff, a version is never changed, only ended.

CREATE TABLE fee_schedule (
  id         text PRIMARY KEY CHECK (id ~ '^[A-Za-z0-9][A-Za-z0-9.-]{0,39}$'),
  province   text NOT NULL CHECK (province ~ '^[0-9]{2}$'),
  valid      daterange NOT NULL,
  rules      text NOT NULL CHECK (rules <> ''),  -- the files as they were imported
  exemptions text NOT NULL,
  imported_at timestamptz NOT NULL DEFAULT now(),
  actor      text NOT NULL,
  CONSTRAINT fee_schedule_begins CHECK (NOT isempty(valid) AND NOT lower_inf(valid)),
  -- On any day a province has one schedule.
  CONSTRAINT one_fee_schedule_a_day EXCLUDE USING gist (province WITH =, valid WITH &&)
);
CREATE TRIGGER fee_schedule_only_ends BEFORE UPDATE ON fee_schedule
  FOR EACH ROW EXECUTE FUNCTION version_only_ends();
CREATE TRIGGER fee_schedule_is_kept BEFORE DELETE ON fee_schedule
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER fee_schedule_is_not_emptied BEFORE TRUNCATE ON fee_schedule
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What an applicant was spared, on which grounds: exemptions and reductions are reported, so they are kept where
-- the charge itself is smaller or not there at all.
CREATE TABLE relief (
  order_id  bigint NOT NULL REFERENCES orders (id),
  kind      text NOT NULL CHECK (kind IN ('fee', 'charge', 'postage')),
  code      text NOT NULL,
  name      text NOT NULL,
  listed    bigint NOT NULL CHECK (listed > 0),
  relieved  bigint NOT NULL CHECK (relieved > 0 AND relieved <= listed),
  grounds   text NOT NULL CHECK (grounds <> ''),
  version   text NOT NULL CHECK (version <> ''),
  granted_at timestamptz NOT NULL,
  PRIMARY KEY (order_id, kind, code)
);
CREATE INDEX relief_by_day ON relief USING brin (granted_at) WITH (autosummarize = on);
CREATE TRIGGER relief_is_append_only BEFORE UPDATE OR DELETE ON relief
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER relief_is_not_emptied BEFORE TRUNCATE ON relief
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
