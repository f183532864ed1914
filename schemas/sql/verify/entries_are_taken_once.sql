-- What the bank booked is there whole or in its details, never as both: that would be the same money twice.
SELECT 'entry ' || w.line_key || ' is there whole, and in ' || count(*) || ' details'
  FROM statement_line p JOIN statement_line w ON w.line_key = p.entry_key
 WHERE p.entry_key <> '' GROUP BY w.line_key;
