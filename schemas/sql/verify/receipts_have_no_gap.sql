SELECT 'series ' || s.symbol || ' of ' || s.issuer || ' gave ' || s.next_no - 1 || ' numbers, stored are ' || count(r.id)
       || ' up to ' || coalesce(max(r.number), 0)
  FROM receipt_series s LEFT JOIN receipt r ON r.series_id = s.id
 GROUP BY s.id, s.symbol, s.issuer, s.next_no
HAVING count(r.id) <> s.next_no - 1 OR coalesce(max(r.number), 0) <> s.next_no - 1;
