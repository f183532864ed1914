-- A charge that was split stands in its parts to the last dong, and a part's whole was split.
SELECT 'charge ' || c.id || ' of ' || c.amount || ' is ' || c.state || ', its parts are ' || sum(p.amount)
  FROM charge c JOIN charge p ON p.split_of = c.id
 GROUP BY c.id, c.amount, c.state
HAVING c.state <> 'split' OR sum(p.amount) <> c.amount
UNION ALL
SELECT 'charge ' || c.id || ' is split and has no parts'
  FROM charge c WHERE c.state = 'split' AND NOT EXISTS (SELECT 1 FROM charge p WHERE p.split_of = c.id);
