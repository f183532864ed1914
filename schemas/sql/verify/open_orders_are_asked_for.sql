-- I12: while an order is open at a post that is asked order by order, it is known when it is asked for next.
SELECT 'order ' || o.number || ' is ' || o.state || ' and ' || l.carrier || ' is never asked for it again'
  FROM order_look l JOIN orders o ON o.id = l.order_id
 WHERE l.next_at IS NULL AND o.state IN ('sending', 'unknown', 'placed', 'cancel_wanted');
