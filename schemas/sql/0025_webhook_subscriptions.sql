-- Subscribers that an agency's system registers by itself (POST /v1/webhooks), beside those of the configuration.
ALTER TABLE webhook_endpoint
  ADD COLUMN origin text NOT NULL DEFAULT 'configuration' CHECK (origin IN ('configuration', 'subscription')),
  ADD COLUMN created_at timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN created_by text NOT NULL DEFAULT '',
  ADD CONSTRAINT subscriptions_have_their_names CHECK ((origin = 'subscription') = (id LIKE 'sub-%'));
-- Where the same events would go twice.
CREATE UNIQUE INDEX webhook_subscribed_once ON webhook_endpoint (url, coalesce(agency_code, ''))
 WHERE origin = 'subscription' AND disabled_reason <> 'removed';

-- What a subscription's messages are signed with. Sealed (AES-256-GCM, with the endpoint's name), because the daemon
-- needs it again; told to its owner once, when it is made. While a receiver changes over, two are valid.
CREATE TABLE webhook_secret (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  endpoint_id text NOT NULL REFERENCES webhook_endpoint (id),
  signing     text NOT NULL CHECK (signing IN ('hmac', 'ed25519')),
  sealed      bytea NOT NULL,
  public_key  text NOT NULL DEFAULT '',  -- of an ed25519 one: whpk_...
  made_at     timestamptz NOT NULL,
  made_by     text NOT NULL,
  ends_at     timestamptz,               -- NULL: it is the one that stays
  CONSTRAINT ed25519_has_a_public_half CHECK ((signing = 'ed25519') = (public_key <> ''))
);
CREATE UNIQUE INDEX webhook_secret_stays ON webhook_secret (endpoint_id) WHERE ends_at IS NULL;
CREATE INDEX webhook_secret_by_endpoint ON webhook_secret (endpoint_id, id);
CREATE FUNCTION webhook_secret_only_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF to_jsonb(NEW) - 'ends_at' = to_jsonb(OLD) - 'ends_at' AND NEW.ends_at <= coalesce(OLD.ends_at, 'infinity') THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'secret % of endpoint % only ends, and never later than was said', OLD.id, OLD.endpoint_id
    USING ERRCODE = 'BC009', HINT = 'Make a new secret.';
END $$;
CREATE TRIGGER webhook_secret_only_ends BEFORE UPDATE ON webhook_secret
  FOR EACH ROW EXECUTE FUNCTION webhook_secret_only_ends();
CREATE TRIGGER webhook_secret_is_kept BEFORE DELETE ON webhook_secret
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER webhook_secret_is_not_emptied BEFORE TRUNCATE ON webhook_secret
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
