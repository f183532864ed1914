-- What is awaited is what was sent and has met no line: a list beside the remittances, kept by their triggers.
SELECT 'remittance ' || coalesce(r.reference, o.remittance_id::text) || ' is ' || coalesce(r.state, 'not there') ||
       CASE WHEN o.remittance_id IS NULL THEN ' and not awaited' ELSE ' and awaited' END
  FROM remittance r FULL JOIN awaited_remittance o ON o.remittance_id = r.id
 WHERE (r.state IS NOT DISTINCT FROM 'sent') <> (o.remittance_id IS NOT NULL)
    OR o.bank_account <> r.bank_account OR o.sent_at <> r.sent_at;
