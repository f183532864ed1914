-- Numbers of labels (mã vận đơn) that a post gave us in advance, because its interface wants one with each order.
-- A number is linked to one order, once, and stays with it whatever becomes of the order.
CREATE TABLE waybill (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  carrier     text NOT NULL CHECK (carrier <> ''),
  item_code   text NOT NULL UNIQUE CHECK (length(item_code) = 13),
  imported_at timestamptz NOT NULL DEFAULT now(),
  imported_by text NOT NULL,
  order_id    bigint UNIQUE REFERENCES orders (id),
  linked_at   timestamptz,
  CONSTRAINT linked_says_when CHECK ((order_id IS NULL) = (linked_at IS NULL))
);
CREATE INDEX waybill_free ON waybill (carrier, id) WHERE order_id IS NULL;
CREATE FUNCTION waybill_links_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.order_id IS NULL AND NEW.order_id IS NOT NULL AND
     to_jsonb(NEW) - '{order_id,linked_at}'::text[] = to_jsonb(OLD) - '{order_id,linked_at}'::text[] THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'waybill % is fixed: it is linked to one order, once', OLD.item_code
    USING ERRCODE = 'BC009', HINT = 'Take another number.';
END $$;
CREATE TRIGGER waybill_links_once BEFORE UPDATE ON waybill
  FOR EACH ROW EXECUTE FUNCTION waybill_links_once();
CREATE TRIGGER waybill_is_kept BEFORE DELETE ON waybill
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER waybill_is_not_emptied BEFORE TRUNCATE ON waybill
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
