-- What the statements of an account say is what the ledger booked on it, to the last dong. Journals of
-- kind `settled` are left out: they hand the agency's own money over.
WITH said AS (
  SELECT account_no, sum(amount) AS amount FROM statement_line WHERE split_id IS NULL GROUP BY account_no),
booked AS (
  SELECT a.holder AS account_no, sum(CASE p.side WHEN 'D' THEN p.amount ELSE -p.amount END) AS amount
    FROM account a
    JOIN posting p ON p.account_id = a.id
    JOIN journal j ON j.id = p.journal_id
    LEFT JOIN journal o ON o.id = j.reverses
   WHERE a.role = 'bank' AND coalesce(o.kind, j.kind) IN ('on_statement', 'unexplained')
   GROUP BY a.holder)
SELECT 'account ' || account_no || ': statements say ' || coalesce(s.amount, 0) || ', booked is ' || coalesce(b.amount, 0)
  FROM said s FULL JOIN booked b USING (account_no)
 WHERE coalesce(s.amount, 0) <> coalesce(b.amount, 0);
