-- A held scan whose parcel was made known by other means than the daemon's is adopted by the housekeeper, within
-- a minute.
SELECT 'held event ' || e.id || ' names parcel ' || e.item_ref || ', which is known'
  FROM parcel_event e
 WHERE e.parcel_id IS NULL AND e.received_at < now() - interval '5 minutes'
   AND (EXISTS (SELECT 1 FROM parcel p WHERE p.order_number = e.item_ref)
        OR EXISTS (SELECT 1 FROM parcel p WHERE p.item_code = e.item_ref));
