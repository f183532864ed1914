-- The account that a post takes its own postage on, so that whoever owes it can pay it by a code as well. Where there is
-- none, postage is paid in cash.
ALTER TABLE fee_account ADD COLUMN carrier text UNIQUE CHECK (carrier <> '');  -- the name of a [[carrier]] block

-- Nobody hands postage on: it is the post's own. Only its payer sends it to an account.
ALTER TABLE remittance
  DROP CONSTRAINT remittance_kind_check,
  ADD CONSTRAINT remittance_kind_check CHECK (kind IN ('fee', 'charge') OR (kind = 'postage' AND source = 'payer'));

-- Where a charge is paid to; empty: in cash only. What is not said goes to its agency, but for postage, which is the
-- post's own.
CREATE FUNCTION account_of_charge(kind text, destination text, of_agency text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN destination <> '' THEN destination WHEN kind = 'postage' THEN '' ELSE of_agency END
$$;
