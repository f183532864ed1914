-- What the post charges, by versions that hold from one day to another. A version is never changed, only ended:
-- a price that was quoted must stay explainable.

CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE tariff (
  id       text PRIMARY KEY CHECK (id ~ '^[A-Za-z0-9][A-Za-z0-9.-]{0,39}$'),
  carrier  text NOT NULL CHECK (carrier <> ''),
  valid    daterange NOT NULL,
  vat      text NOT NULL CHECK (vat IN ('exempt', 'included', 'added')),
  vat_basis_points integer NOT NULL CHECK (vat_basis_points BETWEEN 0 AND 2500),
  forwarding_fee   bigint CHECK (forwarding_fee BETWEEN 0 AND 1000000),
  forwarding_free_below bigint CHECK (forwarding_free_below BETWEEN 0 AND 10000000000),
  prices   text NOT NULL CHECK (prices <> ''),  -- the file as it was imported
  imported_at timestamptz NOT NULL DEFAULT now(),
  actor    text NOT NULL,
  CONSTRAINT tariff_begins CHECK (NOT isempty(valid) AND NOT lower_inf(valid)),
  CONSTRAINT vat_has_a_rate CHECK ((vat = 'exempt') = (vat_basis_points = 0)),
  CONSTRAINT forwarding_is_whole CHECK ((forwarding_fee IS NULL) = (forwarding_free_below IS NULL)),
  -- On any day a post has one price.
  CONSTRAINT one_tariff_a_day EXCLUDE USING gist (carrier WITH =, valid WITH &&)
);

-- Of any table of versions: what holds from now on may be given its last day, and nothing else changes.
CREATE FUNCTION version_only_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF upper_inf(OLD.valid) AND NOT upper_inf(NEW.valid) AND lower(NEW.valid) = lower(OLD.valid)
     AND to_jsonb(NEW) - 'valid' = to_jsonb(OLD) - 'valid' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% "%" can only be ended, once', TG_TABLE_NAME, OLD.id
    USING ERRCODE = 'BC009', HINT = 'Import another version that begins after its end.';
END $$;
CREATE TRIGGER tariff_only_ends BEFORE UPDATE ON tariff FOR EACH ROW EXECUTE FUNCTION version_only_ends();
CREATE TRIGGER tariff_is_kept BEFORE DELETE ON tariff FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER tariff_is_not_emptied BEFORE TRUNCATE ON tariff
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The post's regions were drawn over the provinces of before 1/7/2025; a commune belongs to the one that it came
-- from.
CREATE TABLE tariff_region (
  old_province_code text PRIMARY KEY CHECK (old_province_code ~ '^[0-9]{2}$'),
  region            smallint NOT NULL CHECK (region BETWEEN 1 AND 3)  -- North, Centre, South
);
CREATE INDEX commune_conversion_by_new ON commune_conversion (new_commune_code);
