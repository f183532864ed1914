-- Between two references: each begins with empty tables and unmoved parcels.
TRUNCATE ref_event, ref_outbox;
UPDATE ref_parcel SET state = 0, last_event_at = NULL, last_event_id = NULL, scans = 0 WHERE scans <> 0;
VACUUM (ANALYZE) ref_parcel;
