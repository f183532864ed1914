-- F25: scans of unknown parcels are parked and on the attention list until a person discards them.
SELECT 'scans of unknown parcel ' || e.item_ref || ' are on nobody''s list'
  FROM parcel_event e WHERE e.parcel_id IS NULL
   AND NOT EXISTS (SELECT 1 FROM held_scan_discarded d WHERE d.event_id = e.id)
   AND NOT EXISTS (SELECT 1 FROM attention t WHERE t.kind = 'unknown_parcel' AND t.subject = 'parcel:' || e.item_ref
                     AND t.closed_at IS NULL)
 GROUP BY e.item_ref;
