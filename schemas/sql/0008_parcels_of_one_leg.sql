-- A dossier may travel a leg again: a delivery that came back is ordered anew. Its parcels then speak for one
-- dossier, so each scan of theirs locks it; the parcels of all other dossiers need no lock but their own.
ALTER TABLE parcel ADD COLUMN one_of_several boolean NOT NULL DEFAULT false;
UPDATE parcel AS p SET one_of_several = true
 WHERE EXISTS (SELECT 1 FROM parcel AS other
                WHERE other.dossier_id = p.dossier_id AND other.leg = p.leg AND other.id <> p.id);
