-- I14: debits equal credits in every journal and overall.
SELECT 'journal ' || j.id || ' (' || j.kind || '): debit ' || coalesce(sum(p.amount) FILTER (WHERE p.side = 'D'), 0)
       || ', credit ' || coalesce(sum(p.amount) FILTER (WHERE p.side = 'C'), 0)
  FROM journal j LEFT JOIN posting p ON p.journal_id = j.id
 GROUP BY j.id, j.kind
HAVING count(p.line) < 2
    OR sum(CASE p.side WHEN 'D' THEN p.amount ELSE -p.amount END) <> 0;
