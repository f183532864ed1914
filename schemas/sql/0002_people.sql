-- Who acts: agencies, post offices, staff and systems, and what they may reuse for a while.

CREATE TABLE agency (
  code      text PRIMARY KEY CHECK (length(code) BETWEEN 3 AND 35),
  name      text NOT NULL,
  address   text NOT NULL DEFAULT '',
  phone     text NOT NULL DEFAULT '',
  commune_code text NOT NULL DEFAULT '',
  bank_account text NOT NULL DEFAULT '',  -- where its fees go
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE post_office (
  code         text PRIMARY KEY CHECK (code ~ '^[A-Z0-9]{3,12}$'),
  name         text NOT NULL,
  commune_code text NOT NULL DEFAULT ''
);

-- One row for each person or system that can sign in. Deny by default: a role opens routes.
CREATE TABLE principal (
  id          text PRIMARY KEY CHECK (id ~ '^[a-z0-9][a-z0-9._-]{2,63}$'),
  role        text NOT NULL CHECK (role IN ('clerk', 'agency', 'finance', 'auditor', 'admin')),
  secret_hash text NOT NULL,               -- Argon2id, encoded form
  agency_code text REFERENCES agency (code),
  office_code text REFERENCES post_office (code),
  display_name text NOT NULL DEFAULT '',
  created_at  timestamptz NOT NULL DEFAULT now(),
  disabled_at timestamptz,
  CONSTRAINT agency_system_has_agency CHECK ((role = 'agency') = (agency_code IS NOT NULL)),
  CONSTRAINT clerk_has_office CHECK (role <> 'clerk' OR office_code IS NOT NULL)
);

-- Reference tokens, stored hashed: a copy of the table opens nothing.
CREATE TABLE access_token (
  token_hash   bytea PRIMARY KEY CHECK (length(token_hash) = 32),
  principal_id text NOT NULL REFERENCES principal (id) ON DELETE CASCADE,
  issued_at    timestamptz NOT NULL DEFAULT now(),
  expires_at   timestamptz NOT NULL,
  last_used_at timestamptz NOT NULL DEFAULT now(),  -- a staff session that nobody uses ends; kept roughly
  revoked_at   timestamptz
);
CREATE INDEX access_token_by_principal ON access_token (principal_id);
CREATE INDEX access_token_by_expiry ON access_token (expires_at);

-- The stored answer of a request that carried an Idempotency-Key, written in the transaction of its
-- effect. "In flight" needs no row: it is a transaction-level advisory lock on the same key.
CREATE TABLE idempotency_key (
  scope      text NOT NULL,      -- principal and route
  key        text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  body_hash  bytea NOT NULL,
  status     integer NOT NULL,
  body       text NOT NULL,
  location   text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_key_by_age ON idempotency_key (created_at);

-- Who changed what. Parcel events, journals and outbox rows are their own record; this table holds
-- what has no row of its own: sign-ins, refusals, cancellations, replays, manual corrections.
CREATE TABLE audit (
  id         bigint GENERATED ALWAYS AS IDENTITY,
  at         timestamptz NOT NULL DEFAULT now(),
  actor      text NOT NULL,
  role       text NOT NULL,
  action     text NOT NULL,
  subject    text NOT NULL,
  request_id text NOT NULL DEFAULT '',
  detail     jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (at, id)
) PARTITION BY RANGE (at);
CREATE INDEX audit_by_subject ON audit (subject, at);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% rows are never changed or removed', TG_TABLE_NAME
    USING ERRCODE = 'BC009', HINT = 'Write a new row that corrects the old one.';
END $$;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON audit
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
