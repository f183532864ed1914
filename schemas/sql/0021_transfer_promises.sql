-- The recipient pays by the code that he was shown, not in cash. It is said with a scan, and so it is kept, adopted and
-- taken back with it.
ALTER TABLE parcel_event
  ADD COLUMN by_transfer boolean NOT NULL DEFAULT false,
  ADD CONSTRAINT a_transfer_is_no_cash CHECK (NOT by_transfer OR fee + charge + postage = 0);

-- The first such word about a parcel that was not taken back; a later one puts nothing off.
CREATE FUNCTION promised_transfer(parcel bigint)
  RETURNS TABLE (event_key uuid, actor text, occurred_at timestamptz) LANGUAGE sql STABLE AS $$
  SELECT e.event_key, e.actor, e.occurred_at
    FROM parcel_event e
   WHERE e.parcel_id = parcel AND e.by_transfer
     AND NOT EXISTS (SELECT 1 FROM parcel_event r WHERE r.parcel_id = parcel AND r.retracts = e.event_key)
   ORDER BY e.occurred_at, e.event_key LIMIT 1
$$;
