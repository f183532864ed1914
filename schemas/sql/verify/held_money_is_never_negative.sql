-- I17: nobody ever hands on more than he holds, at any prefix in the order of booking.
SELECT 'account ' || a.key || ' falls to ' || r.running || ' with journal ' || r.journal_id || ', line ' || r.line
  FROM (SELECT p.journal_id, p.line, p.account_id,
               sum(CASE p.side WHEN 'D' THEN p.amount ELSE -p.amount END)
                 OVER (PARTITION BY p.account_id ORDER BY p.journal_id, p.line) AS running
          FROM posting p JOIN account h ON h.id = p.account_id
         WHERE h.role IN ('cash', 'office', 'transit')) r
  JOIN account a ON a.id = r.account_id
 WHERE r.running < 0;
