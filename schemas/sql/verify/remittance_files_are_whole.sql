-- What a post's list says to the dong is what was made of it.
SELECT 'file of transfer ' || f.reference || ' says ' || f.total || ', its remittances are ' || coalesce(sum(r.amount), 0)
  FROM remittance_file f
  LEFT JOIN remittance_file_part p ON p.file_id = f.id
  LEFT JOIN remittance r ON r.id = p.remittance_id
 GROUP BY f.id, f.reference, f.total
HAVING f.total <> coalesce(sum(r.amount), 0);
