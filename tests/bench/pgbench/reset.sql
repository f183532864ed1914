-- Between two references: each begins with empty tables and unmoved parcels.
TRUNCATE ref_event, ref_outbox, row_key, row_event, row_outbox, row_journal, row_posting;
UPDATE ref_parcel SET state = 0, last_event_at = NULL, last_event_id = NULL, scans = 0 WHERE scans <> 0;
UPDATE row_charge SET state = 'due' WHERE state <> 'due';
UPDATE row_order SET state = 'placed' WHERE state <> 'placed';
VACUUM (ANALYZE) ref_parcel;
VACUUM (ANALYZE) row_charge;
VACUUM (ANALYZE) row_order;
