-- I18: each line that came in is in exactly one live match or has a break of its own.
SELECT 'statement line ' || l.id || ' of ' || l.amount || ' has ' || m.matches || ' matches and ' || b.breaks || ' breaks'
  FROM statement_line l,
       LATERAL (SELECT count(*) AS matches FROM line_match x WHERE x.line_id = l.id AND x.undone_at IS NULL) m,
       LATERAL (SELECT count(*) AS breaks FROM recon_break k WHERE k.subject = 'line:' || l.line_key) b
 WHERE l.amount > 0 AND (m.matches > 1 OR (m.matches = 0 AND b.breaks = 0));
