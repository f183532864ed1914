SELECT 'parcel ' || p.id || ' counts ' || p.events || ' events, stored are ' || count(e.id)
  FROM parcel p LEFT JOIN parcel_event e ON e.parcel_id = p.id
 WHERE p.final_at IS NULL OR p.final_at > (SELECT coalesce(min(received_at), now()) FROM parcel_event)
 GROUP BY p.id, p.events HAVING p.events <> count(e.id);
