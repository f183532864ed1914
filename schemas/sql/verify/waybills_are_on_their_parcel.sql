-- A linked number is the item code of its order's parcel, and nobody else's.
SELECT 'waybill ' || w.item_code || ' is linked to order ' || o.number || ', whose parcel has '
       || coalesce(p.item_code, 'no item code')
  FROM waybill w JOIN orders o ON o.id = w.order_id
  LEFT JOIN parcel p ON p.order_id = w.order_id
 WHERE w.order_id IS NOT NULL AND p.item_code IS DISTINCT FROM w.item_code
UNION ALL
SELECT 'waybill ' || w.item_code || ' is free, but the parcel of order ' || p.order_number || ' has it'
  FROM waybill w JOIN parcel p ON p.item_code = w.item_code
 WHERE w.order_id IS NULL AND EXISTS (SELECT 1 FROM orders o WHERE o.id = p.order_id AND o.carrier = w.carrier);
