-- Each receipt that was given to a provider stands there as it stands here, or a message about it is scheduled, on
-- its way, or dead and so somebody's task.
SELECT 'electronic receipt ' || e.key || ' of ' || e.issuer || ' is ' || e.state || CASE WHEN r.cancelled_at IS NOT NULL
       THEN ' for a cancelled receipt' ELSE '' END || ', and no message about it is waiting or dead'
  FROM e_receipt e JOIN receipt r ON r.id = e.receipt_id
 WHERE e.state <> CASE WHEN r.cancelled_at IS NULL THEN 'issued' ELSE 'cancelled' END
   AND e.given_up = '' AND NOT (e.state = 'unwanted' AND r.cancelled_at IS NOT NULL)
   AND NOT EXISTS (SELECT 1 FROM receipt x
                     JOIN outbox o ON o.target = 'receipt:' || e.issuer AND o.subject = 'receipt:' || x.id
                    WHERE x.event_key = e.event_key AND x.kind = e.kind AND o.state IN ('scheduled', 'leased', 'dead'))
UNION ALL
SELECT 'electronic receipt ' || e.key || ' of ' || e.issuer || ' says ' || e.amount || ', its receipt ' || r.amount
  FROM e_receipt e JOIN receipt r ON r.id = e.receipt_id WHERE r.amount <> e.amount;
