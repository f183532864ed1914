-- Portal status 10 only from proof of delivery.
SELECT 'dossier ' || coalesce(d.code, d.slip_no) || ' was told as 10 without a proved delivery'
  FROM dossier d
 WHERE d.told_status = 10
   AND NOT EXISTS (SELECT 1 FROM parcel p WHERE p.dossier_id = d.id AND p.leg = 'delivery'
                     AND p.state = 'delivered' AND p.step IN ('proved', 'closed'));
