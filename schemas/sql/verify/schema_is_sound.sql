-- I16, I21: no floating money, no invalid index, no unvalidated constraint.
SELECT 'column ' || c.relname || '.' || a.attname || ' is a floating number'
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND a.atttypid IN ('float4'::regtype, 'float8'::regtype)
UNION ALL
SELECT 'index ' || indexrelid::regclass || ' is invalid' FROM pg_index WHERE NOT indisvalid
UNION ALL
SELECT 'constraint ' || conname || ' is not validated' FROM pg_constraint WHERE NOT convalidated;
