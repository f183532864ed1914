-- I17: a charge is refunded once and whole: what left a till for it and what its agency was asked to pay is what was
-- taken; nothing is given back for a charge that is not refunded; and what agencies owe has a break or was paid.
WITH given AS (
  SELECT p.charge_id, sum(p.amount) AS amount
    FROM posting p JOIN account a ON a.id = p.account_id JOIN journal j ON j.id = p.journal_id
   WHERE j.kind = 'refunded' AND p.side = 'C' AND a.role IN ('office', 'payable') AND p.charge_id IS NOT NULL
   GROUP BY p.charge_id)
SELECT 'charge ' || c.id || ' is ' || c.state || ' with taken ' || c.taken || ', given back ' || coalesce(g.amount, 0)
  FROM charge c LEFT JOIN given g ON g.charge_id = c.id
 WHERE coalesce(g.amount, 0) <> CASE WHEN c.state = 'refunded' THEN c.taken ELSE 0 END
UNION ALL
SELECT 'refund of receipt ' || substr(a.holder, 8) || ': the agency owes ' || o.owed || ' and nobody asks for it'
  FROM account a,
       LATERAL (SELECT coalesce(sum(CASE p.side WHEN 'D' THEN p.amount ELSE -p.amount END), 0) AS owed
                  FROM posting p WHERE p.account_id = a.id) o
 WHERE a.role = 'receivable' AND a.holder LIKE 'refund:%' AND o.owed <> 0
   AND NOT EXISTS (SELECT 1 FROM recon_break b
                    WHERE b.type = 'refund_owed' AND b.subject = 'receipt:' || substr(a.holder, 8)
                      AND (b.resolved_at IS NULL OR b.resolution LIKE 'accept%'));
