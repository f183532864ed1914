-- The parcels of one leg of one dossier tell it one after the other only if each of them is marked.
SELECT 'parcel of order ' || order_number || ' is not marked as one of several of its leg'
  FROM parcel AS p
 WHERE NOT one_of_several
   AND EXISTS (SELECT 1 FROM parcel AS other
                WHERE other.dossier_id = p.dossier_id AND other.leg = p.leg AND other.id <> p.id);
