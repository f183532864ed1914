-- What a payer holds in his hand: bien lai for phi and le phi in the agency's name, hoa don data for the post's
-- own cuoc; separate documents in separate series. Numbers follow each other without a gap: one is given in the
-- transaction that takes the money, and a cancelled receipt keeps its number.

CREATE TABLE receipt_series (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  issuer  text NOT NULL CHECK (issuer <> ''),  -- the agency, or for postage the post
  kind    text NOT NULL CHECK (kind IN ('fee', 'charge', 'postage')),
  symbol  text NOT NULL CHECK (symbol ~ '^[A-Z][A-Z0-9]{1,9}$'),  -- as it is printed: a letter for the kind, the year
  next_no bigint NOT NULL CHECK (next_no > 0),
  UNIQUE (issuer, kind, symbol)
);
CREATE FUNCTION receipt_series_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'series % of % gives numbers and nothing else', OLD.symbol, OLD.issuer USING ERRCODE = 'BC009';
END $$;
CREATE TRIGGER receipt_series_only_grows BEFORE UPDATE ON receipt_series
  FOR EACH ROW WHEN (NEW.next_no <= OLD.next_no OR NEW.id <> OLD.id OR NEW.issuer <> OLD.issuer OR
                     NEW.kind <> OLD.kind OR NEW.symbol <> OLD.symbol)
  EXECUTE FUNCTION receipt_series_only_grows();
CREATE TRIGGER receipt_series_is_kept BEFORE DELETE ON receipt_series
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER receipt_series_is_not_emptied BEFORE TRUNCATE ON receipt_series
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What a receipt names stands for ever, so one look for all rows of a statement does what foreign keys would do
-- row by row, with a lock on each order and on the agency that everybody pays.
CREATE TABLE receipt (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  series_id   bigint NOT NULL,
  number      bigint NOT NULL CHECK (number > 0),
  kind        text NOT NULL,
  agency_code text NOT NULL,
  order_id    bigint NOT NULL,
  event_key   uuid NOT NULL,              -- the scan that took the money
  amount      bigint NOT NULL CHECK (amount > 0),
  payer       text NOT NULL,
  collector   text NOT NULL,
  office      text NOT NULL,
  taken_at    timestamptz NOT NULL,       -- when the payer paid: the 24 hours of TT 74/2022 count from here
  issued_at   timestamptz NOT NULL,       -- when the number was given
  window_no   integer NOT NULL CHECK (window_no > 0),  -- of the office's days, the one that the money falls into
  replaces    bigint,
  cancelled_at timestamptz,
  cancelled_by text NOT NULL DEFAULT '',
  cancel_reason text NOT NULL DEFAULT '',
  back_window_no integer CHECK (back_window_no >= window_no),  -- the one that the money went back in
  UNIQUE (series_id, number),
  CONSTRAINT cancelled_by_somebody_for_a_reason
    CHECK ((cancelled_at IS NULL) = (cancelled_by = '') AND (cancelled_at IS NULL) = (cancel_reason = '')),
  CONSTRAINT money_goes_back_with_its_receipt CHECK (cancelled_at IS NOT NULL OR back_window_no IS NULL)
);
-- Who pays once holds one document of each kind.
CREATE UNIQUE INDEX receipt_live_once ON receipt (event_key, kind) WHERE cancelled_at IS NULL;
CREATE UNIQUE INDEX receipt_replaced_once ON receipt (replaces) WHERE replaces IS NOT NULL;
CREATE INDEX receipt_by_order ON receipt (order_id);
CREATE INDEX receipt_by_window ON receipt (office, window_no);
CREATE INDEX receipt_back_by_window ON receipt (office, back_window_no) WHERE back_window_no IS NOT NULL;
CREATE INDEX receipt_by_day ON receipt USING brin (issued_at) WITH (autosummarize = on);
CREATE INDEX receipt_by_agency ON receipt (agency_code, id);

-- A receipt is cancelled once and says why; nothing else about it changes.
CREATE FUNCTION receipt_only_cancelled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'receipt % is fixed', OLD.id
    USING ERRCODE = 'BC009', HINT = 'Cancel it and issue another in its place.';
END $$;
CREATE TRIGGER receipt_is_fixed BEFORE UPDATE ON receipt
  FOR EACH ROW WHEN (OLD.cancelled_at IS NOT NULL OR
                     to_jsonb(NEW) - '{cancelled_at,cancelled_by,cancel_reason,back_window_no}'::text[] <>
                     to_jsonb(OLD) - '{cancelled_at,cancelled_by,cancel_reason,back_window_no}'::text[])
  EXECUTE FUNCTION receipt_only_cancelled();
CREATE TRIGGER receipt_is_kept BEFORE DELETE ON receipt FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER receipt_is_not_emptied BEFORE TRUNCATE ON receipt
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE receipt_line (
  receipt_id bigint NOT NULL,
  charge_id  bigint NOT NULL,
  amount     bigint NOT NULL CHECK (amount > 0),
  PRIMARY KEY (receipt_id, charge_id)
);
CREATE INDEX receipt_line_by_charge ON receipt_line (charge_id);

CREATE FUNCTION receipt_refuse_dangling() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
  SELECT r.id INTO bad FROM new_rows r
    LEFT JOIN receipt_series s ON s.id = r.series_id AND s.kind = r.kind AND r.number < s.next_no
    LEFT JOIN orders o ON o.id = r.order_id
    LEFT JOIN dossier d ON d.id = o.dossier_id AND d.agency_code = r.agency_code
    LEFT JOIN receipt was ON was.id = r.replaces AND was.cancelled_at IS NOT NULL AND was.event_key = r.event_key
   WHERE s.id IS NULL OR d.id IS NULL OR (r.replaces IS NOT NULL AND was.id IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'receipt % names a series, an order or a receipt that does not fit', bad.id
      USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER receipt_names_what_is_there AFTER INSERT ON receipt
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION receipt_refuse_dangling();

CREATE FUNCTION receipt_line_refuse_dangling() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
  SELECT l.receipt_id, l.charge_id INTO bad FROM new_rows l
    LEFT JOIN receipt r ON r.id = l.receipt_id
    LEFT JOIN charge c ON c.id = l.charge_id AND c.order_id = r.order_id AND c.kind = r.kind
   WHERE c.id IS NULL LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'receipt % cannot receipt charge %', bad.receipt_id, bad.charge_id
      USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER receipt_line_names_what_is_there AFTER INSERT ON receipt_line
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION receipt_line_refuse_dangling();
CREATE TRIGGER receipt_line_is_append_only BEFORE UPDATE OR DELETE ON receipt_line
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER receipt_line_is_not_emptied BEFORE TRUNCATE ON receipt_line
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Up to which number each series was looked at for gaps.
CREATE TABLE receipt_gap_check (
  series_id  bigint PRIMARY KEY REFERENCES receipt_series (id),
  checked_no bigint NOT NULL CHECK (checked_no >= 0)
);
