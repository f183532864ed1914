SELECT 'rows in ' || t FROM (
  SELECT 'parcel_event_default' AS t FROM parcel_event_default
  UNION ALL SELECT 'outbox_default' FROM outbox_default
  UNION ALL SELECT 'exchange_default' FROM exchange_default
  UNION ALL SELECT 'audit_default' FROM audit_default) d GROUP BY t;
