-- I3: every row is delivered, scheduled, freshly leased, void, or dead with a reason and an open exception.
SELECT 'outbox row ' || o.id || ' is leased since ' || o.lease_until FROM outbox o
 WHERE o.state = 'leased' AND o.lease_until < now() - interval '1 minute'
UNION ALL
SELECT 'outbox row ' || o.id || ' is scheduled for ' || o.next_at FROM outbox o
 WHERE o.state = 'scheduled' AND o.next_at > now() + interval '2 days'
UNION ALL
SELECT 'dead outbox row ' || o.id || ' has no open exception' FROM outbox o
 WHERE o.state = 'dead'
   AND NOT EXISTS (SELECT 1 FROM attention t WHERE t.kind = 'dead_letter' AND t.subject = 'outbox:' || o.id);
