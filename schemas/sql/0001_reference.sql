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
