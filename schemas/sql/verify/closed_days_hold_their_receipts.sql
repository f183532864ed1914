-- A closed day's lines are the receipts of its window, whatever happened since; nothing entered it after its cut.
WITH wanted AS (
  SELECT c.id, c.office, c.no,
         (SELECT coalesce(sum(r.amount), 0) FROM receipt r
           WHERE r.office = c.office AND r.window_no = c.no AND r.replaces IS NULL) AS collected,
         (SELECT coalesce(sum(r.amount), 0) FROM receipt r
           WHERE r.office = c.office AND r.back_window_no = c.no) AS taken_back
    FROM day_close c WHERE c.summed_at IS NOT NULL)
SELECT 'day ' || w.no || ' of office ' || w.office || ' collected ' || w.collected || ', its lines say '
       || coalesce(sum(l.collected), 0) || '; taken back ' || w.taken_back || ', its lines say '
       || coalesce(sum(l.taken_back), 0)
  FROM wanted w LEFT JOIN day_close_line l ON l.close_id = w.id
 GROUP BY w.id, w.office, w.no, w.collected, w.taken_back
HAVING w.collected <> coalesce(sum(l.collected), 0) OR w.taken_back <> coalesce(sum(l.taken_back), 0)
UNION ALL
-- Replacements stay in their original's window, so windows add up to the money.
SELECT 'receipt ' || r.id || ' replaces one of another window'
  FROM receipt r JOIN receipt was ON was.id = r.replaces WHERE r.window_no <> was.window_no;
