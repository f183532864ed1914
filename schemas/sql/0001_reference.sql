-- Reference data and the state machines. The rows of the machine tables come from schemas/codes/*.csv,
-- the same files that the pure decisions are made of; `bccid migrate` loads them after the migrations.

CREATE TABLE province (
  code      text PRIMARY KEY CHECK (code ~ '^[0-9]{2}$'),
  name      text NOT NULL,
  full_name text NOT NULL
);

-- Two-level units of QD 19/2025/QD-TTg. A code is stable and never reused within its level.
CREATE TABLE commune (
  code          text PRIMARY KEY CHECK (code ~ '^[0-9]{5}$'),
  province_code text NOT NULL REFERENCES province (code),
  full_name     text NOT NULL
);
CREATE INDEX commune_by_province ON commune (province_code);

-- What an old three-level unit became on 1/7/2025. `split` rows have several targets: a person decides.
CREATE TABLE commune_conversion (
  old_province_code text NOT NULL,
  old_district_code text NOT NULL,
  old_commune_code  text NOT NULL,
  old_name          text NOT NULL,
  new_commune_code  text NOT NULL,
  kind              text NOT NULL CHECK (kind IN ('whole', 'split')),
  PRIMARY KEY (old_commune_code, new_commune_code)
);

CREATE TABLE procedure (
  code            text PRIMARY KEY CHECK (code ~ '^[0-9]\.[0-9]{6}$'),
  name            text NOT NULL,
  by_post_receive boolean NOT NULL DEFAULT true,  -- QD 45/2016 Dieu 1.2: some procedures forbid the post
  by_post_return  boolean NOT NULL DEFAULT true,
  papers          text[] NOT NULL DEFAULT '{}'    -- the published list that the postman counts against
);

-- The machines as data. A row says: from this state, this event leads there.
CREATE TABLE parcel_transition (
  from_state text NOT NULL,
  event      text NOT NULL,
  to_state   text NOT NULL,
  PRIMARY KEY (from_state, event)
);
CREATE TABLE order_transition (LIKE parcel_transition INCLUDING ALL);
CREATE TABLE money_transition (LIKE parcel_transition INCLUDING ALL);

-- From each state of a machine, where the rows of its table lead: what the database's refusals of illegal
-- moves look up, a row a state instead of a row an event.
CREATE TABLE legal_moves (
  machine    text NOT NULL,
  from_state text NOT NULL,
  to_states  text[] NOT NULL,
  PRIMARY KEY (machine, from_state)
);

CREATE FUNCTION legal_moves_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM legal_moves WHERE machine = TG_TABLE_NAME;
  EXECUTE format('INSERT INTO legal_moves SELECT %L, from_state, array_agg(DISTINCT to_state) FROM %I GROUP BY from_state',
                 TG_TABLE_NAME, TG_TABLE_NAME);
  RETURN NULL;
END $$;
CREATE TRIGGER legal_moves_follow AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON parcel_transition
  FOR EACH STATEMENT EXECUTE FUNCTION legal_moves_follow();
CREATE TRIGGER legal_moves_follow AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON order_transition
  FOR EACH STATEMENT EXECUTE FUNCTION legal_moves_follow();
CREATE TRIGGER legal_moves_follow AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON money_transition
  FOR EACH STATEMENT EXECUTE FUNCTION legal_moves_follow();

-- Namespaced, versioned status codes of everyone who reports on parcels.
CREATE TABLE scan_code (
  source         text NOT NULL,
  version        text NOT NULL,
  code           text NOT NULL,
  canonical      text NOT NULL,
  reason         text NOT NULL DEFAULT '',
  terminal       boolean NOT NULL DEFAULT false,
  money_effect   text NOT NULL DEFAULT '',
  dossier_effect text NOT NULL DEFAULT '',
  evidence       text NOT NULL DEFAULT '',
  vi             text NOT NULL,
  en             text NOT NULL,
  PRIMARY KEY (source, version, code)
);

-- Working days are what the deadlines of the procedures count.
CREATE TABLE holiday (
  day  date PRIMARY KEY,
  name text NOT NULL
);
