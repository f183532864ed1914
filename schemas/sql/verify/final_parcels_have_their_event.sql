-- The event may have gone with a month that retention dropped. That a parcel has as many events as it counts is
-- a check of its own.
SELECT 'parcel ' || p.id || ' is ' || p.state || ' without such an event'
  FROM parcel p JOIN parcel_final f ON f.state = p.state
 WHERE NOT EXISTS (SELECT 1 FROM parcel_event e WHERE e.parcel_id = p.id AND e.event = p.state
                      AND NOT EXISTS (SELECT 1 FROM parcel_event x WHERE x.parcel_id = p.id AND x.retracts = e.event_key))
   AND p.events > 0 AND NOT EXISTS (SELECT 1 FROM parcel_dropped_events d WHERE d.parcel_id = p.id);
