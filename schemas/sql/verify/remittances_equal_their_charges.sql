SELECT 'remittance ' || r.reference || ' of ' || r.amount || ' holds charges of ' || coalesce(sum(c.taken), 0)
  FROM remittance r
  LEFT JOIN remittance_charge rc ON rc.remittance_id = r.id
  LEFT JOIN charge c ON c.id = rc.charge_id
 GROUP BY r.id, r.reference, r.amount
HAVING r.amount <> coalesce(sum(c.taken), 0);
