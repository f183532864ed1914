-- Nothing is settled by flag alone: a settled charge's remittance has met a line of exactly its amount.
SELECT 'charge ' || c.id || ' is settled, but remittance ' || coalesce(r.reference, 'none') || ' of '
       || coalesce(r.amount, 0) || ' met a line of ' || coalesce(l.amount, 0)
  FROM charge c
  LEFT JOIN remittance_charge rc ON rc.charge_id = c.id
  LEFT JOIN remittance r ON r.id = rc.remittance_id
  LEFT JOIN line_match m ON m.remittance_id = r.id AND m.undone_at IS NULL
  LEFT JOIN statement_line l ON l.id = m.line_id
 WHERE c.state = 'settled' AND (l.amount IS NULL OR l.amount <> r.amount);
