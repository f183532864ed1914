-- A line that was split stands in its parts to the last dong, and what is out of play (a split line, or a part of one
-- that is whole again) is in no match and waits for nobody.
SELECT 'statement line ' || l.id || ' of ' || l.amount || ' is split into ' || count(p.id) || ' parts of '
       || coalesce(sum(p.amount), 0)
  FROM line_split s JOIN statement_line l ON l.id = s.line_id
  LEFT JOIN statement_line p ON p.split_id = s.id
 GROUP BY s.id, l.id, l.amount
HAVING count(p.id) < 2 OR sum(p.amount) <> l.amount OR min(p.amount) <= 0
UNION ALL
SELECT 'statement line ' || l.id || ' is out of play and ' || CASE WHEN m.matches > 0 THEN 'matched' ELSE 'open' END
  FROM statement_line l
  LEFT JOIN line_split own ON own.line_id = l.id AND own.joined_at IS NULL
  LEFT JOIN line_split its ON its.id = l.split_id,
       LATERAL (SELECT count(*) AS matches FROM matched_line x WHERE x.line_id = l.id AND NOT x.undone) m,
       LATERAL (SELECT count(*) AS breaks FROM recon_break k
                 WHERE k.subject = 'line:' || l.line_key AND k.resolved_at IS NULL) b
 WHERE (own.id IS NOT NULL OR its.joined_at IS NOT NULL) AND m.matches + b.breaks > 0;
