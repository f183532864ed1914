-- I26: nothing occurred after it was received, but for a small clock skew.
SELECT 'event ' || id || ' occurred at ' || occurred_at || ', received at ' || received_at
  FROM parcel_event WHERE occurred_at > received_at + interval '6 minutes';
