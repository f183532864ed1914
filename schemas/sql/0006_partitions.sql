-- Partitions by month. They are made ahead by a job; the DEFAULT partition catches a clock that is far
-- off, so that an insert never fails for want of a partition, and a check reports rows in it.

CREATE TABLE partitioned_table (
  name text PRIMARY KEY
);
INSERT INTO partitioned_table VALUES ('parcel_event'), ('outbox'), ('exchange'), ('audit');

CREATE FUNCTION make_partitions(from_month date, months integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  t text;
  month date;
  made integer := 0;
  part text;
BEGIN
  FOR t IN SELECT name FROM partitioned_table LOOP
    FOR i IN 0..months - 1 LOOP
      month := (date_trunc('month', from_month::timestamp) + make_interval(months => i))::date;
      part := t || '_' || to_char(month, 'YYYYMM');
      IF to_regclass(part) IS NULL THEN
        EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', part, t,
                       month::timestamp AT TIME ZONE 'UTC',
                       (month + interval '1 month') AT TIME ZONE 'UTC');
        IF t = 'outbox' THEN
          -- Rows change three times in a short life: vacuum early, leave room on the page.
          EXECUTE format('ALTER TABLE %I SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, '
                         'autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 1)', part);
        END IF;
        made := made + 1;
      END IF;
    END LOOP;
  END LOOP;
  RETURN made;
END $$;

-- Drops whole partitions that end before `before`; parcel events only when every parcel in them is final.
CREATE FUNCTION drop_partitions(t text, before date) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  part record;
  busy boolean;
  dropped integer := 0;
BEGIN
  FOR part IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = t::regclass AND c.relname ~ ('^' || t || '_[0-9]{6}$')
       AND to_date(right(c.relname, 6), 'YYYYMM') + interval '1 month' <= before
     ORDER BY 1
  LOOP
    busy := false;
    IF t = 'parcel_event' THEN
      EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I e LEFT JOIN parcel p ON p.id = e.parcel_id '
                     'WHERE p.final_at IS NULL)', part.relname) INTO busy;
    ELSIF t = 'outbox' THEN
      EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE state IN (''scheduled'', ''leased'', ''dead''))',
                     part.relname) INTO busy;
    END IF;
    IF NOT busy THEN
      EXECUTE format('DROP TABLE %I', part.relname);
      dropped := dropped + 1;
    END IF;
  END LOOP;
  RETURN dropped;
END $$;

CREATE TABLE parcel_event_default PARTITION OF parcel_event DEFAULT;
CREATE TABLE outbox_default PARTITION OF outbox DEFAULT;
CREATE TABLE exchange_default PARTITION OF exchange DEFAULT;
CREATE TABLE audit_default PARTITION OF audit DEFAULT;
SELECT make_partitions((now() - interval '1 month')::date, 5);
