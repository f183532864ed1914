-- No foreign key holds postings: a trigger looks once, and nothing that they name is ever removed.
SELECT 'line ' || p.line || ' of journal ' || p.journal_id || ' names ' ||
       CASE WHEN j.id IS NULL THEN 'a journal' WHEN a.id IS NULL THEN 'an account' ELSE 'a charge' END || ' that is not there'
  FROM posting p
  LEFT JOIN journal j ON j.id = p.journal_id
  LEFT JOIN account a ON a.id = p.account_id
  LEFT JOIN charge c ON c.id = p.charge_id
 WHERE j.id IS NULL OR a.id IS NULL OR (p.charge_id IS NOT NULL AND c.id IS NULL);
