-- The electronic documents that providers (VNPT and the like) issue for our receipts. What they answered is kept
-- beside the receipt and never in it: the number that the payer was given does not wait for anybody.

-- Whose receipts have a provider, as the daemon last started: an agency's code, or for postage the post's block.
-- What is decided for others is sent nowhere; what was decided before the block was taken away waits.
CREATE TABLE receipt_provider (issuer text PRIMARY KEY CHECK (issuer ~ '^[A-Za-z0-9._-]{1,64}$'));

CREATE OR REPLACE FUNCTION target_waits(target text) RETURNS boolean LANGUAGE sql STABLE AS
  'SELECT EXISTS (SELECT 1 FROM webhook_endpoint w WHERE w.disabled_at IS NOT NULL AND target = ''webhook:'' || w.id)
       OR (target LIKE ''onestop:%'' AND NOT EXISTS (SELECT 1 FROM onestop_endpoint e
                                                      WHERE target = ''onestop:'' || e.agency_code))
       OR (target LIKE ''receipt:%'' AND NOT EXISTS (SELECT 1 FROM receipt_provider p
                                                      WHERE target = ''receipt:'' || p.issuer))';

-- phi and le phi are separate documents, so the key begins with which; the rest is the receipt's own name.
CREATE FUNCTION e_receipt_key(kind text, issuer text, symbol text, number bigint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
  'SELECT CASE kind WHEN ''fee'' THEN ''phi'' WHEN ''charge'' THEN ''lephi'' ELSE ''cuoc'' END || ''-'' || issuer
          || ''-'' || symbol || ''-'' || lpad(number::text, greatest(7, length(number::text)), ''0'')';

-- Providers have no idempotency, so the key is here before anything is sent, and `sending` says that nobody may
-- send again before the provider was asked for that key.
CREATE TABLE e_receipt (
  receipt_id   bigint PRIMARY KEY,
  issuer       text NOT NULL CHECK (issuer <> ''),
  key          text NOT NULL CHECK (key ~ '^(phi|lephi|cuoc)-[A-Za-z0-9._-]{1,110}$'),
  event_key    uuid NOT NULL,           -- with the kind: what the receipts that replace each other share
  kind         text NOT NULL,
  amount       bigint NOT NULL CHECK (amount > 0),
  state        text NOT NULL DEFAULT 'wanted'
               CHECK (state IN ('wanted', 'sending', 'refused', 'issued', 'cancelling', 'cancelled', 'unwanted')),
  sent_at      timestamptz,             -- of the last request whose outcome counted
  pattern      text NOT NULL DEFAULT '',  -- mau so, ky hieu and so as the provider gave them
  symbol       text NOT NULL DEFAULT '',
  number       text NOT NULL DEFAULT '',
  url          text NOT NULL DEFAULT '',  -- where a payer looks it up
  issued_at    timestamptz,
  cancelled_at timestamptz,
  reason       text NOT NULL DEFAULT '',  -- why it is refused or was not cancelled, in the provider's words
  given_up     text NOT NULL DEFAULT '',  -- who dropped its message, and why
  UNIQUE (issuer, key),
  CONSTRAINT issued_under_a_number CHECK ((state IN ('issued', 'cancelling', 'cancelled')) = (number <> '')
                                          AND (number <> '') = (issued_at IS NOT NULL)),
  CONSTRAINT cancelled_at_a_time CHECK ((state = 'cancelled') = (cancelled_at IS NOT NULL)),
  CONSTRAINT refused_for_a_reason CHECK (state <> 'refused' OR reason <> ''),
  CONSTRAINT sent_at_a_time CHECK (state NOT IN ('sending', 'cancelling') OR sent_at IS NOT NULL)
);
CREATE INDEX e_receipt_by_payment ON e_receipt (event_key, kind);
-- Of one payment the provider holds at most one document that stands.
CREATE UNIQUE INDEX e_receipt_stands_once ON e_receipt (event_key, kind) WHERE state = 'issued';

CREATE FUNCTION e_receipt_advances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the electronic document of receipt % is fixed, and cannot go from "%" to "%"',
                  OLD.receipt_id, OLD.state, NEW.state
    USING ERRCODE = 'BC009', HINT = 'What a provider issued is cancelled or replaced, never edited.';
END $$;
CREATE TRIGGER e_receipt_is_fixed BEFORE UPDATE ON e_receipt
  FOR EACH ROW WHEN (
    to_jsonb(NEW) - '{state,sent_at,pattern,symbol,number,url,issued_at,cancelled_at,reason,given_up}'::text[] <>
    to_jsonb(OLD) - '{state,sent_at,pattern,symbol,number,url,issued_at,cancelled_at,reason,given_up}'::text[]
    OR (OLD.number <> '' AND (NEW.pattern, NEW.symbol, NEW.number, NEW.url, NEW.issued_at) IS DISTINCT FROM
                             (OLD.pattern, OLD.symbol, OLD.number, OLD.url, OLD.issued_at))
    OR (NEW.state <> OLD.state AND NOT CASE OLD.state
          WHEN 'wanted' THEN NEW.state IN ('sending', 'unwanted')
          WHEN 'sending' THEN NEW.state IN ('wanted', 'issued', 'refused', 'cancelled')
          WHEN 'refused' THEN NEW.state IN ('sending', 'unwanted')
          WHEN 'issued' THEN NEW.state IN ('cancelling', 'cancelled')
          WHEN 'cancelling' THEN NEW.state IN ('issued', 'cancelled')
          ELSE false END))
  EXECUTE FUNCTION e_receipt_advances();
CREATE TRIGGER e_receipt_is_kept BEFORE DELETE ON e_receipt FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER e_receipt_is_not_emptied BEFORE TRUNCATE ON e_receipt
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION e_receipt_refuse_dangling() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
  SELECT n.receipt_id INTO bad FROM new_rows n
    LEFT JOIN receipt r ON r.id = n.receipt_id AND r.amount = n.amount AND r.event_key = n.event_key AND r.kind = n.kind
    LEFT JOIN receipt_series s ON s.id = r.series_id AND s.issuer = n.issuer
   WHERE s.id IS NULL LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'no receipt % is as its electronic document says', bad.receipt_id
      USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER e_receipt_names_what_is_there AFTER INSERT ON e_receipt
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION e_receipt_refuse_dangling();
