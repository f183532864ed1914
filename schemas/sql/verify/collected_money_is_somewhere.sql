-- I15: per agency and kind, what was collected is held by a collector, handed in, in transit, on a
-- statement (or missing there by so little that it was adjusted) or refunded. Journal kind `collected` is the
-- inflow, and `transferred` that of the payers' own transfers; the rest is where it stands.
WITH flow AS (
  SELECT a.agency_code, a.kind,
         coalesce(sum(p.amount) FILTER (WHERE (j.kind, a.role) IN (('collected', 'cash'), ('transferred', 'transit'))
                                           AND p.side = 'D'), 0)
           - coalesce(sum(p.amount) FILTER (WHERE j.kind = 'reversal' AND a.role = 'cash' AND p.side = 'C'), 0) AS collected,
         coalesce(sum(CASE p.side WHEN 'D' THEN p.amount ELSE -p.amount END)
           FILTER (WHERE a.role IN ('cash', 'office', 'transit')), 0) AS held,
         coalesce(sum(CASE p.side WHEN 'C' THEN p.amount ELSE -p.amount END)
           FILTER (WHERE coalesce(o.kind, j.kind) IN ('on_statement', 'adjusted') AND a.role = 'transit'), 0) AS banked,
         coalesce(sum(p.amount) FILTER (WHERE j.kind = 'refunded' AND a.role IN ('cash', 'office') AND p.side = 'C'), 0) AS refunded
    FROM posting p JOIN account a ON a.id = p.account_id JOIN journal j ON j.id = p.journal_id
    LEFT JOIN journal o ON o.id = j.reverses
   GROUP BY a.agency_code, a.kind)
SELECT 'agency ' || agency_code || ' ' || kind || ': collected ' || collected || ', held ' || held ||
       ', banked ' || banked || ', refunded ' || refunded
  FROM flow WHERE collected <> held + banked + refunded;
