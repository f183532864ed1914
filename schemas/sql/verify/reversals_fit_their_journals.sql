-- What reversals take out of a journal, whole or in parts, is never more than it booked on the account.
WITH taken AS (
  SELECT r.reverses AS id, p.account_id, sum(CASE p.side WHEN 'D' THEN p.amount ELSE -p.amount END) AS amount
    FROM journal r JOIN posting p ON p.journal_id = r.id WHERE r.reverses IS NOT NULL GROUP BY r.reverses, p.account_id)
SELECT 'journal ' || t.id || ' booked ' || b.amount || ' on account ' || t.account_id || ', its reversals ' || t.amount
  FROM taken t,
       LATERAL (SELECT coalesce(sum(CASE p.side WHEN 'D' THEN p.amount ELSE -p.amount END), 0) AS amount FROM posting p
                 WHERE p.journal_id = t.id AND p.account_id = t.account_id) b
 WHERE t.amount * b.amount > 0 OR abs(t.amount) > abs(b.amount);
