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
