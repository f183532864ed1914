-- A text is searched only for references of a shape that is known.
SELECT 'remittance ' || r.reference || ' has a shape that no line is searched for'
  FROM remittance r
 WHERE NOT EXISTS (SELECT 1 FROM reference_shape s
                    WHERE s.stem = rtrim(r.signs, '0123456789') AND s.length = length(r.signs));
