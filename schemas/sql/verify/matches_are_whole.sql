-- A match joins one line with one or several remittances, or several lines with one; several are an exact sum,
-- the difference it states is that of its money, and nothing of an undone match is still held by it.
WITH whole AS (
  SELECT m.id, m.difference, m.undone_at, m.account_no, m.booked_on, l.first_account, l.last_account, l.first_day,
         l.lines, l.amount AS arrived, l.undone AS lines_undone,
         r.remittances, r.amount AS expected, r.undone AS remittances_undone, r.on_statement
    FROM line_match m,
         LATERAL (SELECT count(*) AS lines, coalesce(sum(s.amount), 0) AS amount,
                         count(*) FILTER (WHERE x.undone) AS undone, min(s.booked_on) AS first_day,
                         min(s.account_no) AS first_account, max(s.account_no) AS last_account
                    FROM matched_line x JOIN statement_line s ON s.id = x.line_id WHERE x.match_id = m.id) l,
         LATERAL (SELECT count(*) AS remittances, coalesce(sum(t.amount), 0) AS amount,
                         count(*) FILTER (WHERE x.undone) AS undone,
                         count(*) FILTER (WHERE t.state = 'on_statement') AS on_statement
                    FROM matched_remittance x JOIN remittance t ON t.id = x.remittance_id WHERE x.match_id = m.id) r)
SELECT 'match ' || id || ' joins ' || lines || ' lines of ' || arrived || ' with ' || remittances || ' remittances of '
       || expected || ', difference ' || difference || ', ' || on_statement || ' on a statement, '
       || lines_undone + remittances_undone || ' undone'
  FROM whole
 WHERE least(lines, remittances) <> 1 OR booked_on <> first_day OR first_account <> account_no
    OR last_account <> account_no OR difference <> arrived - expected
    OR (greatest(lines, remittances) > 1 AND difference <> 0)
    OR lines_undone <> CASE WHEN undone_at IS NULL THEN 0 ELSE lines END
    OR remittances_undone <> CASE WHEN undone_at IS NULL THEN 0 ELSE remittances END
    OR (undone_at IS NULL AND on_statement <> remittances);
