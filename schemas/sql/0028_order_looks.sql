-- Posts without a feed are asked for each of their orders by itself. A row begins with the first send of its order and
-- says when it is asked for next; what the post knows of the number stands here, too, so that an order whose outcome is
-- unknown is never sent again unasked.
CREATE SEQUENCE order_look_fence AS bigint CACHE 64;
CREATE TABLE order_look (
  order_id    bigint PRIMARY KEY REFERENCES orders (id),
  number      text NOT NULL UNIQUE,
  carrier     text NOT NULL,
  next_at     timestamptz,       -- NULL: not asked for any more, unless the post itself says that something happened
  tried_at    timestamptz,       -- when the last asking began
  hinted_at   timestamptz,       -- when the post last said so
  lease_until timestamptz,       -- somebody is asking
  fence       bigint NOT NULL DEFAULT 0,
  failures    integer NOT NULL DEFAULT 0 CHECK (failures >= 0),  -- in a row
  seen_at     timestamptz,       -- when the asking began that found it first
  absent_at   timestamptz,       -- when the last asking began that proved that it is not there
  reason      text NOT NULL DEFAULT ''
) WITH (fillfactor = 70);
CREATE INDEX order_look_due ON order_look (carrier, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX order_look_seen ON order_look (carrier) WHERE seen_at IS NOT NULL;
CREATE FUNCTION order_look_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the order and post of look % are fixed', OLD.number USING ERRCODE = 'BC001';
END $$;
CREATE TRIGGER order_look_is_fixed BEFORE UPDATE ON order_look
  FOR EACH ROW WHEN (NEW.order_id <> OLD.order_id OR NEW.number <> OLD.number OR NEW.carrier <> OLD.carrier OR
                     (OLD.seen_at IS NOT NULL AND NEW.seen_at IS DISTINCT FROM OLD.seen_at))
  EXECUTE FUNCTION order_look_is_fixed();
CREATE TRIGGER order_look_is_kept BEFORE DELETE ON order_look
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER order_look_is_not_emptied BEFORE TRUNCATE ON order_look
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
