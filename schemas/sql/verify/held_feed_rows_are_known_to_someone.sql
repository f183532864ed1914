-- Rows of a feed whose code nobody knows are on the attention list until they are applied.
SELECT 'feed rows with code ' || h.code_source || '/' || h.raw_code || ' are on nobody''s list'
  FROM feed_row_held h
 WHERE NOT EXISTS (SELECT 1 FROM attention t
                    WHERE t.kind = 'unknown_code' AND t.subject = 'code:' || h.code_source || '/' || h.raw_code
                      AND t.closed_at IS NULL)
 GROUP BY h.code_source, h.raw_code;
