-- Nothing is settled by flag alone: a settled charge's remittance has met lines of exactly its amount, or the difference
-- was taken for settled.
SELECT 'charge ' || c.id || ' is settled, but remittance ' || coalesce(r.reference, 'none') || ' of '
       || coalesce(r.amount, 0) || ' has no match that settles it'
  FROM charge c
  LEFT JOIN remittance_charge rc ON rc.charge_id = c.id
  LEFT JOIN remittance r ON r.id = rc.remittance_id
  LEFT JOIN matched_remittance mr ON mr.remittance_id = r.id AND NOT mr.undone
  LEFT JOIN line_match m ON m.id = mr.match_id
 WHERE c.state = 'settled' AND m.difference IS DISTINCT FROM m.adjusted;
