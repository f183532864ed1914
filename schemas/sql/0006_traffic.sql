-- What leaves, what came in from feeds, and what waits for a person.

-- Rows of one target that share this leave one after the other. A number instead of the key itself: its index
-- is the only one of the outbox that is written at random places. A shared hash only costs a little patience.
CREATE FUNCTION outbox_order_key(target text, key text) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
  'SELECT hashtextextended(target || '' '' || key, 0)';

-- Written in the transaction that decided it; sent by a job; never edited apart from its delivery.
CREATE SEQUENCE outbox_id AS bigint CACHE 64;
CREATE SEQUENCE outbox_fence AS bigint CACHE 64;
CREATE TABLE outbox (
  id         bigint NOT NULL DEFAULT nextval('outbox_id'),
  created_at timestamptz NOT NULL DEFAULT now(),
  target     text NOT NULL,       -- carrier:NAME, onestop:AGENCY, receipt:ISSUER, webhook:ID
  kind       text NOT NULL,       -- order.create, order.cancel, dossier.status, receipt.issue, event
  order_key  bigint,              -- outbox_order_key(target, key); NULL: may overtake
  subject    text NOT NULL,       -- order:NUMBER, dossier:CODE, receipt:ID, parcel:ITEM
  payload    text NOT NULL,
  request_id text NOT NULL DEFAULT '',   -- of the request that caused it; goes out as X-Request-Id
  state      text NOT NULL DEFAULT 'scheduled' CHECK (state IN ('scheduled', 'leased', 'delivered', 'dead', 'void')),
  attempts   integer NOT NULL DEFAULT 0,
  next_at    timestamptz NOT NULL DEFAULT now(),
  lease_until timestamptz,
  fence      bigint,
  reason     text NOT NULL DEFAULT '',   -- why it was not delivered yet, or why it is dead
  http_status integer,
  finished_at timestamptz,
  PRIMARY KEY (created_at, id),
  CONSTRAINT leased_rows_have_a_lease CHECK ((state = 'leased') = (lease_until IS NOT NULL)),
  CONSTRAINT dead_rows_say_why CHECK (state <> 'dead' OR reason <> ''),
  CONSTRAINT finished_rows_say_when CHECK ((state IN ('delivered', 'dead', 'void')) = (finished_at IS NOT NULL))
) PARTITION BY RANGE (created_at);
CREATE INDEX outbox_due ON outbox (target, next_at) WHERE state = 'scheduled';  -- one target's queue never hides another's
CREATE INDEX outbox_leased ON outbox (lease_until) WHERE state = 'leased';
CREATE INDEX outbox_in_order ON outbox (order_key) WHERE order_key IS NOT NULL AND state IN ('scheduled', 'leased');
CREATE INDEX outbox_dead ON outbox (finished_at) WHERE state = 'dead';

-- What was delivered is not sent again, and what nobody wants stays unsent. What a message says and to whom never changes.
CREATE FUNCTION outbox_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'message % to % is fixed, and cannot go from "%" to "%"', OLD.id, OLD.target, OLD.state, NEW.state
    USING ERRCODE = 'BC001', HINT = 'Decide anew and write a new message.';
END $$;
CREATE TRIGGER outbox_is_fixed BEFORE UPDATE ON outbox
  FOR EACH ROW WHEN (NEW.payload <> OLD.payload OR NEW.target <> OLD.target OR NEW.kind <> OLD.kind OR
                     NEW.subject <> OLD.subject OR NEW.id <> OLD.id OR NEW.created_at <> OLD.created_at OR
                     (OLD.state IN ('delivered', 'void') AND NEW.state <> OLD.state))
  EXECUTE FUNCTION outbox_is_fixed();
CREATE TRIGGER outbox_is_kept BEFORE DELETE ON outbox
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER outbox_is_not_emptied BEFORE TRUNCATE ON outbox
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE webhook_endpoint (
  id          text PRIMARY KEY CHECK (id ~ '^[a-z0-9][a-z0-9._-]{1,63}$'),
  url         text NOT NULL,
  agency_code text,                -- NULL: sees every agency's events
  events      text[] NOT NULL DEFAULT '{}',   -- empty: all
  disabled_at timestamptz,
  disabled_reason text NOT NULL DEFAULT '',
  failing_since timestamptz
);

-- The agencies whose one-stop system is configured, as the daemon last started. What is decided for others waits:
-- an agency without a system of its own must not cost a dead letter for each step of a parcel.
CREATE TABLE onestop_endpoint (agency_code text PRIMARY KEY);

-- Whether messages to a target stay in the outbox: a subscriber that is disabled, an agency without a system.
CREATE FUNCTION target_waits(target text) RETURNS boolean LANGUAGE sql STABLE AS
  'SELECT EXISTS (SELECT 1 FROM webhook_endpoint w WHERE w.disabled_at IS NOT NULL AND target = ''webhook:'' || w.id)
       OR (target LIKE ''onestop:%'' AND NOT EXISTS (SELECT 1 FROM onestop_endpoint e
                                                      WHERE target = ''onestop:'' || e.agency_code))';

-- Every exchange with a counterpart, for support staff: what was asked, what came back, how long it took.
CREATE TABLE exchange (
  id         bigint GENERATED ALWAYS AS IDENTITY,
  at         timestamptz NOT NULL DEFAULT now(),
  counterpart text NOT NULL,
  subject    text NOT NULL,
  attempt    integer NOT NULL,
  outcome    text NOT NULL,
  http_status integer NOT NULL DEFAULT 0,
  reason     text NOT NULL DEFAULT '',
  took_ms    integer NOT NULL,
  PRIMARY KEY (at, id)
) PARTITION BY RANGE (at);
CREATE INDEX exchange_by_subject ON exchange (subject, at);

-- One durable cursor for each credential; rows are stored before the cursor moves, in one commit.
CREATE TABLE feed_cursor (
  carrier    text PRIMARY KEY,
  cursor     text NOT NULL,
  read_at    timestamptz NOT NULL,
  end_seen_at timestamptz,        -- last time that the feed was read to its end
  rows_read  bigint NOT NULL DEFAULT 0,
  configured boolean NOT NULL DEFAULT true  -- false once the configuration no longer names the carrier
);
CREATE TABLE feed_row (
  carrier     text NOT NULL,
  row_id      text NOT NULL,
  order_number text NOT NULL,
  item_code   text NOT NULL DEFAULT '',
  raw_code    text NOT NULL,
  raw_text    text NOT NULL DEFAULT '',
  office      text NOT NULL DEFAULT '',
  note        text NOT NULL DEFAULT '',
  occurred_at timestamptz NOT NULL,
  stored_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (carrier, row_id)
);
CREATE INDEX feed_row_by_order ON feed_row (carrier, order_number);

-- What waits for a person: with an owner and a clock, never silent.
CREATE TABLE attention (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind        text NOT NULL,
  subject     text NOT NULL,
  agency_code text NOT NULL DEFAULT '',
  dossier_code text NOT NULL DEFAULT '',
  detail      text NOT NULL,
  action      text NOT NULL,
  owner       text NOT NULL,
  opened_at   timestamptz NOT NULL DEFAULT now(),
  due_at      timestamptz NOT NULL,
  seen        integer NOT NULL DEFAULT 1,   -- how often the same thing came up
  closed_at   timestamptz,
  closed_by   text NOT NULL DEFAULT '',
  note        text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX attention_open_once ON attention (kind, subject) WHERE closed_at IS NULL;
CREATE INDEX attention_open ON attention (due_at) WHERE closed_at IS NULL;

-- Refused input leaves no trace but its count (per route and reason, per day).
CREATE TABLE refusal_count (
  day    date NOT NULL,
  route  text NOT NULL,
  reason text NOT NULL,
  count  bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (day, route, reason)
);
