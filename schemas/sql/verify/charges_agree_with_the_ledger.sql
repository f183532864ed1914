-- A charge's state is no flag: its money stands where the state says.
WITH at AS (
  SELECT c.id, c.state, c.taken, c.amount,
         coalesce(sum(CASE p.side WHEN 'D' THEN p.amount ELSE -p.amount END) FILTER (WHERE a.role = 'receivable'), 0)
           AS owed,
         coalesce(sum(CASE p.side WHEN 'D' THEN p.amount ELSE -p.amount END) FILTER (WHERE a.role = 'cash'), 0) AS cash,
         coalesce(sum(CASE p.side WHEN 'D' THEN p.amount ELSE -p.amount END) FILTER (WHERE a.role = 'office'), 0) AS office,
         coalesce(sum(p.amount) FILTER (WHERE a.role = 'transit' AND p.side = 'D'), 0) AS remitted
    FROM charge c LEFT JOIN posting p ON p.charge_id = c.id LEFT JOIN account a ON a.id = p.account_id
   GROUP BY c.id, c.state, c.taken, c.amount)
SELECT 'charge ' || id || ' is ' || state || ' with taken ' || taken || ', owed ' || owed || ', cash ' || cash || ', office ' || office ||
       ', remitted ' || remitted
  FROM at
 WHERE (state <> 'refunded' AND owed <> CASE WHEN state IN ('waived', 'split') THEN 0 ELSE amount - taken END)
    OR (state IN ('due', 'waived', 'split') AND (cash <> 0 OR office <> 0))
    OR (state = 'collected' AND (cash <> taken OR office <> 0))
    OR (state = 'handed_in' AND (cash <> 0 OR office <> taken))
    OR (state IN ('remitted', 'on_statement', 'settled') AND (cash <> 0 OR office <> 0 OR remitted <> taken));
