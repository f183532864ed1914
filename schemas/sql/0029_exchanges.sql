-- Exchanges as an operator sees them: each call to and from a counterpart with its sizes and masked bodies,
-- repeated tries as one row, and how each counterpart has been answering.

ALTER TABLE exchange
  ADD COLUMN direction  text NOT NULL DEFAULT 'out' CHECK (direction IN ('out', 'in')),
  ADD COLUMN call       text NOT NULL DEFAULT '',   -- order.create, feed, token, event, POST /v1/orders, ...
  ADD COLUMN outbox_id  bigint,                     -- the message that caused it; NULL: none
  ADD COLUMN request_id text NOT NULL DEFAULT '',
  ADD COLUMN tries      bigint NOT NULL DEFAULT 1 CHECK (tries > 0),  -- with this outcome, one after the other
  ADD COLUMN last_at    timestamptz NOT NULL DEFAULT now(),           -- the last of them
  ADD COLUMN bytes_out  bigint NOT NULL DEFAULT 0,
  ADD COLUMN bytes_in   bigint NOT NULL DEFAULT 0,
  ADD COLUMN sent       text NOT NULL DEFAULT '' CHECK (octet_length(sent) <= 2048),  -- masked heads of
  ADD COLUMN got        text NOT NULL DEFAULT '' CHECK (octet_length(got) <= 2048);   -- both bodies
CREATE INDEX exchange_by_counterpart ON exchange (counterpart, at);
CREATE INDEX exchange_by_message ON exchange (outbox_id, at) WHERE outbox_id IS NOT NULL;

-- What was true of a counterpart last.
CREATE TABLE counterpart (
  name            text PRIMARY KEY,
  last_success_at timestamptz,
  last_answer_at  timestamptz,
  last_status     integer NOT NULL DEFAULT 0,
  last_answer     text NOT NULL DEFAULT '',
  breaker         text NOT NULL DEFAULT 'closed' CHECK (breaker IN ('closed', 'open')),
  breaker_since   timestamptz,
  breaker_by      text NOT NULL DEFAULT '',   -- the daemon that tells so
  probe_at        timestamptz                 -- when an open breaker lets the next try through
);

-- Calls of five minutes each, for the error rate; only the last day is kept.
CREATE TABLE counterpart_slot (
  slot   timestamptz NOT NULL,
  name   text NOT NULL,
  calls  bigint NOT NULL,
  failed bigint NOT NULL,
  PRIMARY KEY (name, slot)
);
CREATE INDEX counterpart_slot_by_age ON counterpart_slot (slot);

-- Counterparts to which nothing is sent until an operator resumes them. Their messages wait; unlike those of a
-- counterpart that is switched off they keep their month.
CREATE TABLE counterpart_pause (
  name      text PRIMARY KEY,
  paused_at timestamptz NOT NULL,
  paused_by text NOT NULL,
  reason    text NOT NULL CHECK (reason <> '')
);

CREATE FUNCTION counterpart_paused(target text) RETURNS boolean LANGUAGE sql STABLE AS
  'SELECT EXISTS (SELECT 1 FROM counterpart_pause p WHERE p.name = target)';

-- What the last calls say about their counterparts, sorted so that two daemons cannot deadlock.
CREATE FUNCTION note_counterparts(names text[], ats timestamptz[], failures boolean[], statuses bigint[],
                                  answers text[], tries bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO counterpart AS c (name, last_success_at, last_answer_at, last_status, last_answer)
  SELECT n.name, max(n.at) FILTER (WHERE NOT n.failed), max(n.at),
         (array_agg(n.status ORDER BY n.at DESC))[1], (array_agg(n.answer ORDER BY n.at DESC))[1]
    FROM unnest(names, ats, failures, statuses, answers) AS n(name, at, failed, status, answer)
   GROUP BY n.name ORDER BY n.name
  ON CONFLICT (name) DO UPDATE
     SET last_success_at = greatest(c.last_success_at, excluded.last_success_at),
         last_answer_at = greatest(c.last_answer_at, excluded.last_answer_at),
         last_status = CASE WHEN c.last_answer_at > excluded.last_answer_at THEN c.last_status
                            ELSE excluded.last_status END,
         last_answer = CASE WHEN c.last_answer_at > excluded.last_answer_at THEN c.last_answer
                            ELSE excluded.last_answer END;
  INSERT INTO counterpart_slot AS s (slot, name, calls, failed)
  SELECT date_bin('5 minutes', n.at, 'epoch'), n.name, sum(n.tries), coalesce(sum(n.tries) FILTER (WHERE n.failed), 0)
    FROM unnest(names, ats, failures, tries) AS n(name, at, failed, tries)
   GROUP BY 2, 1 ORDER BY 2, 1
  ON CONFLICT (name, slot) DO UPDATE
     SET calls = s.calls + excluded.calls, failed = s.failed + excluded.failed;
END $$;

-- The case that a message is about, from its subject: whose dossier, and which parcel by its label or, before it
-- has one, by its order.
CREATE FUNCTION case_of_subject(subject text, OUT agency_code text, OUT dossier text, OUT parcel text)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  head text := split_part(subject, ':', 1);
  rest text := substr(subject, length(split_part(subject, ':', 1)) + 2);
BEGIN
  IF head IN ('order', 'parcel') THEN
    SELECT d.agency_code, coalesce(d.code, d.slip_no), coalesce(p.item_code, o.number)
      INTO agency_code, dossier, parcel
      FROM orders o JOIN dossier d ON d.id = o.dossier_id LEFT JOIN parcel p ON p.order_id = o.id
     WHERE o.number = rest LIMIT 1;
  ELSIF head = 'receipt' AND rest ~ '^[0-9]{1,18}$' THEN
    SELECT d.agency_code, coalesce(d.code, d.slip_no), coalesce(p.item_code, o.number)
      INTO agency_code, dossier, parcel
      FROM receipt r JOIN orders o ON o.id = r.order_id JOIN dossier d ON d.id = o.dossier_id
      LEFT JOIN parcel p ON p.order_id = o.id
     WHERE r.id = rest::bigint LIMIT 1;
  ELSIF head = 'dossier' THEN
    SELECT d.agency_code, coalesce(d.code, d.slip_no), p.item_code
      INTO agency_code, dossier, parcel
      FROM dossier d LEFT JOIN parcel p ON p.dossier_id = d.id
     WHERE d.code = rest ORDER BY p.last_at DESC NULLS LAST LIMIT 1;
  END IF;
END $$;
