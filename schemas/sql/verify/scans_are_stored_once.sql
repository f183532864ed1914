-- I5: one event for each key, and the key table names it.
SELECT 'event key ' || event_key || ' is stored ' || count(*) || ' times'
  FROM parcel_event GROUP BY event_key HAVING count(*) > 1
UNION ALL
SELECT 'event ' || e.id || ' has no key row'
  FROM parcel_event e LEFT JOIN scan_key k ON k.event_key = e.event_key AND k.event_id = e.id
 WHERE k.event_key IS NULL;
