-- What a parcel counts is stored, or went with a month that retention dropped.
SELECT 'parcel ' || p.id || ' counts ' || p.events || ' events, stored are ' || count(e.id) || ', dropped with old months '
       || coalesce(d.events, 0)
  FROM parcel p
  LEFT JOIN parcel_event e ON e.parcel_id = p.id
  LEFT JOIN parcel_dropped_events d ON d.parcel_id = p.id
 GROUP BY p.id, p.events, d.events HAVING p.events <> count(e.id) + coalesce(d.events, 0);
