-- I12: what was decided for a dossier is confirmed by its one-stop system, or on its way, or visibly dead, or
-- was settled by a person who dropped the dead letter.
SELECT 'dossier ' || coalesce(d.code, d.slip_no) || ' was decided as ' || d.told_status || ', confirmed is ' ||
       coalesce(d.confirmed_status::text, 'nothing')
  FROM dossier d
 WHERE d.told_status IS DISTINCT FROM d.confirmed_status
   AND EXISTS (SELECT 1 FROM onestop_endpoint e WHERE e.agency_code = d.agency_code)
   AND d.told_status IS DISTINCT FROM d.given_up_status
   AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.target = 'onestop:' || d.agency_code
                     AND o.subject = 'dossier:' || d.code AND o.state IN ('scheduled', 'leased', 'dead'));
