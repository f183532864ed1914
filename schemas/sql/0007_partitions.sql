-- Partitions by month. They are made ahead by a job; the DEFAULT partition catches a clock that is far
-- off, so that an insert never fails for want of a partition, and a check reports rows in it.

CREATE TABLE partitioned_table (
  name    text PRIMARY KEY,
  counted text NOT NULL   -- the column whose month a row belongs to
);
INSERT INTO partitioned_table
VALUES ('parcel_event', 'received_at'), ('outbox', 'created_at'), ('exchange', 'at'), ('audit', 'at');

-- PostgreSQL asks the triggers of the partition that is named in a TRUNCATE, not those of its table.
CREATE FUNCTION guard_partition(t text, part text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF t IN ('parcel_event', 'outbox', 'audit') THEN
    EXECUTE format('CREATE TRIGGER is_not_emptied BEFORE TRUNCATE ON %I '
                   'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', part);
  END IF;
END $$;

-- One month of one table. PostgreSQL refuses a partition whose rows stand in the default one already, and the
-- rows of some tables are never deleted; so those of the default partition are inserted anew, each into its
-- month where there is one, and the old default partition goes as a whole. False when the month was there.
CREATE FUNCTION make_partition(t text, month date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  part text := t || '_' || to_char(month, 'YYYYMM');
  aside text := t || '_aside';
  first timestamptz := month::timestamp AT TIME ZONE 'UTC';
  past timestamptz := (month + interval '1 month') AT TIME ZONE 'UTC';
  counted text;
  caught boolean;
BEGIN
  IF to_regclass(part) IS NOT NULL THEN
    RETURN false;
  END IF;
  SELECT p.counted INTO STRICT counted FROM partitioned_table p WHERE p.name = t;
  EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE %I >= $1 AND %I < $2)', t || '_default', counted, counted)
    INTO caught USING first, past;
  IF caught THEN
    EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', t, t || '_default');
    EXECUTE format('ALTER TABLE %I RENAME TO %I', t || '_default', aside);
    EXECUTE format('CREATE TABLE %I PARTITION OF %I DEFAULT', t || '_default', t);
    PERFORM guard_partition(t, t || '_default');
  END IF;
  EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', part, t, first, past);
  IF t = 'outbox' THEN
    -- Rows change three times in a short life: vacuum early, leave room on the page.
    EXECUTE format('ALTER TABLE %I SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, '
                   'autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 1)', part);
  END IF;
  PERFORM guard_partition(t, part);
  IF caught THEN
    EXECUTE format('INSERT INTO %I OVERRIDING SYSTEM VALUE SELECT * FROM %I', t, aside);
    EXECUTE format('DROP TABLE %I', aside);
  END IF;
  RETURN true;
END $$;

-- The months from `from_month` on, and the past ones of which the default partition caught rows while nobody
-- made partitions: retention can drop them only as months. What it caught of the far future stays there for
-- the check. Call it for one table a transaction: making a partition locks its table for a moment.
CREATE FUNCTION make_partitions(t text, from_month date, months integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  begin_month date := date_trunc('month', from_month::timestamp)::date;
  counted text;
  missed date[];
  month date;
  made integer := 0;
BEGIN
  SELECT p.counted INTO STRICT counted FROM partitioned_table p WHERE p.name = t;
  EXECUTE format('SELECT coalesce(array_agg(DISTINCT date_trunc(''month'', %I AT TIME ZONE ''UTC'')::date), ''{}'') '
                 'FROM %I WHERE %I < $1', counted, t || '_default', counted)
    INTO missed USING begin_month::timestamp AT TIME ZONE 'UTC';
  FOREACH month IN ARRAY missed LOOP
    made := made + make_partition(t, month)::integer;
  END LOOP;
  FOR i IN 0..months - 1 LOOP
    made := made + make_partition(t, (begin_month + make_interval(months => i))::date)::integer;
  END LOOP;
  RETURN made;
END $$;

-- How many events of a parcel went with a dropped month; its row says for ever what they led to.
CREATE TABLE parcel_dropped_events (
  parcel_id bigint PRIMARY KEY,
  events    integer NOT NULL CHECK (events > 0)
);

-- Held scans whose parcel nobody waits for any more, as a person said. The events stay as they are, and still
-- join a parcel that becomes known, but keep no month from being dropped.
CREATE TABLE held_scan_discarded (
  event_id bigint PRIMARY KEY,
  item_ref text NOT NULL,
  actor    text NOT NULL,
  note     text NOT NULL CHECK (note <> ''),
  at       timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX held_scan_discarded_by_item ON held_scan_discarded (item_ref);

-- Whether a partition holds what is not finished: events of parcels that are under way, held scans that
-- wait for their parcel, messages that may still be sent or wait for a person. What waits for a target
-- that is switched off keeps no month: it may never come back; but receipts are owed their documents, whoever
-- issues them. It is also asked while the whole
-- table is locked, so each question goes by an index: the parcels under way are few, the events of a month many.
CREATE FUNCTION partition_is_busy(t text, part text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE busy boolean := false;
BEGIN
  IF t = 'parcel_event' THEN
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %1$I e WHERE e.parcel_id IS NULL AND NOT EXISTS '
                   '(SELECT 1 FROM held_scan_discarded d WHERE d.event_id = e.id)) OR EXISTS '
                   '(SELECT 1 FROM parcel p, LATERAL (SELECT 1 FROM %1$I e WHERE e.parcel_id = p.id LIMIT 1) seen '
                   'WHERE p.final_at IS NULL)', part) INTO busy;
  ELSIF t = 'outbox' THEN
    -- Target by target over the index of what is scheduled: rows that wait may be very many.
    EXECUTE format('WITH RECURSIVE t AS ('
                   'SELECT min(target) AS target FROM %1$I WHERE state = ''scheduled'' UNION ALL '
                   'SELECT (SELECT min(o.target) FROM %1$I o WHERE o.state = ''scheduled'' AND o.target > t.target) '
                   'FROM t WHERE t.target IS NOT NULL) '
                   'SELECT EXISTS (SELECT 1 FROM %1$I WHERE state IN (''leased'', ''dead'')) OR EXISTS '
                   '(SELECT 1 FROM t WHERE t.target LIKE ''receipt:%%'' OR t.target IS NOT NULL AND NOT target_waits(t.target))', part)
      INTO busy;
  END IF;
  RETURN busy;
END $$;

-- Drops the whole partitions that end before `before` and are not busy. All counting comes first: a drop
-- locks the table until the transaction ends. Whether a partition is busy is asked once more under that lock,
-- because a retraction beside us may have opened one of its parcels again; then nothing is dropped this time.
CREATE FUNCTION drop_partitions(t text, before date) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  part text;
  free text[] := '{}';
  gone bigint[];
  forgotten bigint[] := '{}';
BEGIN
  FOR part IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = t::regclass AND c.relname ~ ('^' || t || '_[0-9]{6}$')
       AND to_date(right(c.relname, 6), 'YYYYMM') + interval '1 month' <= before
     ORDER BY 1
  LOOP
    IF t = 'parcel_event' THEN
      -- Adoption locks the held rows first: what was discarded cannot find its parcel between here and the drop.
      EXECUTE format('SELECT 1 FROM %I WHERE parcel_id IS NULL FOR UPDATE', part);
    END IF;
    CONTINUE WHEN partition_is_busy(t, part);
    IF t = 'parcel_event' THEN
      EXECUTE format('INSERT INTO parcel_dropped_events AS d (parcel_id, events) '
                     'SELECT parcel_id, count(*) FROM %I WHERE parcel_id IS NOT NULL GROUP BY parcel_id '
                     'ON CONFLICT (parcel_id) DO UPDATE SET events = d.events + excluded.events', part);
      EXECUTE format('SELECT array_agg(d.event_id) FROM held_scan_discarded d JOIN %I e ON e.id = d.event_id', part)
        INTO gone;
      forgotten := forgotten || gone;
    END IF;
    free := free || part;
  END LOOP;
  IF cardinality(free) = 0 THEN
    RETURN 0;
  END IF;
  EXECUTE format('LOCK TABLE ONLY %I IN ACCESS EXCLUSIVE MODE', t);
  FOREACH part IN ARRAY free LOOP
    IF partition_is_busy(t, part) THEN
      RAISE EXCEPTION 'partition % was in use again before it could be dropped', part
        USING ERRCODE = 'object_in_use', HINT = 'Nothing was dropped; the next run asks again.';
    END IF;
    EXECUTE format('DROP TABLE %I', part);
  END LOOP;
  DELETE FROM held_scan_discarded WHERE event_id = ANY (forgotten);
  RETURN cardinality(free);
END $$;

CREATE TABLE parcel_event_default PARTITION OF parcel_event DEFAULT;
CREATE TABLE outbox_default PARTITION OF outbox DEFAULT;
CREATE TABLE exchange_default PARTITION OF exchange DEFAULT;
CREATE TABLE audit_default PARTITION OF audit DEFAULT;
SELECT guard_partition(name, name || '_default') FROM partitioned_table;
SELECT make_partitions(name, (now() - interval '1 month')::date, 5) FROM partitioned_table;
