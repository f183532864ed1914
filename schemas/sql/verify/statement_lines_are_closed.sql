-- I18: each line that came in is in exactly one live match or has a break of its own; one that is split is its parts.
SELECT 'statement line ' || l.id || ' of ' || l.amount || ' has ' || m.matches || ' matches and ' || b.breaks || ' breaks'
  FROM statement_line l,
       LATERAL (SELECT count(*) AS matches FROM matched_line x WHERE x.line_id = l.id AND NOT x.undone) m,
       LATERAL (SELECT count(*) AS breaks FROM recon_break k WHERE k.subject = 'line:' || l.line_key) b
 WHERE l.amount > 0 AND NOT EXISTS (SELECT 1 FROM line_split s WHERE s.joined_at IS NULL AND s.line_id = l.id)
   AND NOT EXISTS (SELECT 1 FROM line_split s WHERE s.joined_at IS NOT NULL AND s.id = l.split_id) AND (m.matches > 1 OR (m.matches = 0 AND b.breaks = 0));
