-- What was taken has one receipt that stands, to the dong; what was not taken, was given back or was paid on the
-- payment platform, which gives receipts itself, has none.
SELECT 'charge ' || c.id || ' is ' || c.state || ' with taken ' || c.taken || ', its receipts say '
       || coalesce(sum(l.amount), 0) || ' on ' || count(l.receipt_id) || ' documents'
  FROM charge c
  LEFT JOIN (receipt_line l JOIN receipt r ON r.id = l.receipt_id AND r.cancelled_at IS NULL) ON l.charge_id = c.id
 GROUP BY c.id, c.state, c.taken, c.collector
HAVING CASE WHEN c.state = 'refunded' OR c.collector = 'online' THEN count(l.receipt_id) > 0
            ELSE coalesce(sum(l.amount), 0) <> c.taken OR count(l.receipt_id) <> (c.taken > 0)::integer END
UNION ALL
SELECT 'receipt ' || r.id || ' of ' || r.amount || ' has lines of ' || coalesce(sum(l.amount), 0)
  FROM receipt r LEFT JOIN receipt_line l ON l.receipt_id = r.id
 GROUP BY r.id, r.amount HAVING r.amount <> coalesce(sum(l.amount), 0);
