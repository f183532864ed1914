-- I8: one parcel for each leg that was placed, never two item codes on one leg.
SELECT 'order ' || o.number || ' has no parcel' FROM orders o
 WHERE NOT EXISTS (SELECT 1 FROM parcel p WHERE p.order_id = o.id)
UNION ALL
SELECT 'order ' || f.order_number || ' has ' || count(DISTINCT f.item_code) || ' item codes in the feed'
  FROM feed_row f JOIN orders o ON o.number = f.order_number AND o.carrier = f.carrier
 WHERE f.item_code <> '' GROUP BY f.order_number HAVING count(DISTINCT f.item_code) > 1
   AND NOT EXISTS (SELECT 1 FROM attention t WHERE t.subject = 'order:' || f.order_number AND t.kind = 'two_item_codes');
