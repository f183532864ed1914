-- A linked number is the item code of its order's parcel.
SELECT 'waybill ' || w.item_code || ' is linked to order ' || o.number || ', whose parcel has '
       || coalesce(p.item_code, 'no item code')
  FROM waybill w JOIN orders o ON o.id = w.order_id
  LEFT JOIN parcel p ON p.order_id = w.order_id
 WHERE w.order_id IS NOT NULL AND p.item_code IS DISTINCT FROM w.item_code;
