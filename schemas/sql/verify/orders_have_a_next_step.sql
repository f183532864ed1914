-- I4, I12: an order that waits has an outbox row that moves it, or a person who knows.
SELECT 'order ' || o.number || ' is ' || o.state || ' and nothing will move it'
  FROM orders o
 WHERE o.state IN ('wanted', 'sending', 'unknown', 'cancel_wanted', 'held')
   AND NOT EXISTS (SELECT 1 FROM outbox x WHERE x.subject = 'order:' || o.number AND x.state IN ('scheduled', 'leased'))
   AND NOT EXISTS (SELECT 1 FROM attention t WHERE t.subject = 'order:' || o.number AND t.closed_at IS NULL);
