-- Systems of the state that hear of dossiers beside their own one-stop system: the national portal, the measuring
-- system.

-- Those that are configured, as the daemon last started. What was decided for one that is gone waits.
CREATE TABLE portal_endpoint (
  name     text PRIMARY KEY CHECK (name ~ '^[A-Za-z0-9._-]{1,64}$'),
  agencies text[] NOT NULL DEFAULT '{}'  -- whose dossiers it hears of; empty: all
);

CREATE OR REPLACE FUNCTION target_waits(target text) RETURNS boolean LANGUAGE sql STABLE AS
  'SELECT EXISTS (SELECT 1 FROM webhook_endpoint w WHERE w.disabled_at IS NOT NULL AND target = ''webhook:'' || w.id)
       OR (target LIKE ''onestop:%'' AND NOT EXISTS (SELECT 1 FROM onestop_endpoint e
                                                      WHERE target = ''onestop:'' || e.agency_code))
       OR (target LIKE ''portal:%'' AND NOT EXISTS (SELECT 1 FROM portal_endpoint p
                                                     WHERE target = ''portal:'' || p.name))
       OR (target LIKE ''receipt:%'' AND NOT EXISTS (SELECT 1 FROM receipt_provider p
                                                      WHERE target = ''receipt:'' || p.issuer))';

-- How much of a dossier a portal has taken: everything up to this message. Several steps leave together, and the
-- messages behind the first are found to be told already.
CREATE TABLE portal_dossier (
  portal       text NOT NULL,
  dossier_id   bigint NOT NULL REFERENCES dossier (id),
  told_at      timestamptz NOT NULL,   -- created_at and id of that message
  told_id      bigint NOT NULL,
  status       smallint NOT NULL CHECK (status BETWEEN 1 AND 10),  -- that it was told last
  confirmed_at timestamptz NOT NULL,
  PRIMARY KEY (portal, dossier_id)
);

CREATE FUNCTION portal_dossier_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'portal % has heard more of dossier % already', OLD.portal, OLD.dossier_id
    USING ERRCODE = 'BC001', HINT = 'What a portal has taken is not taken back; tell it something newer.';
END $$;
CREATE TRIGGER portal_dossier_goes_on BEFORE UPDATE ON portal_dossier
  FOR EACH ROW WHEN (NEW.portal <> OLD.portal OR NEW.dossier_id <> OLD.dossier_id OR
                     (NEW.told_at, NEW.told_id) < (OLD.told_at, OLD.told_id))
  EXECUTE FUNCTION portal_dossier_goes_on();
CREATE TRIGGER portal_dossier_is_kept BEFORE DELETE ON portal_dossier
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER portal_dossier_is_not_emptied BEFORE TRUNCATE ON portal_dossier
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
