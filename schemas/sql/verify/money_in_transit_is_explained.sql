-- What the bank still owes us after a match is exactly the signed amount of an open short break.
SELECT 'remittance ' || r.reference || ': in transit ' || t.rest || ', explained by breaks ' || b.explained
  FROM remittance r,
       LATERAL (SELECT coalesce(sum(CASE p.side WHEN 'D' THEN p.amount ELSE -p.amount END), 0) AS rest
                  FROM account a JOIN posting p ON p.account_id = a.id
                 WHERE a.role = 'transit' AND a.holder = r.reference) t,
       LATERAL (SELECT coalesce(-sum(k.amount), 0) AS explained FROM recon_break k
                 WHERE k.subject = 'remittance:' || r.reference AND k.type = 'short' AND k.resolved_at IS NULL) b
 WHERE r.state = 'on_statement' AND t.rest <> b.explained;
