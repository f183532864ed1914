-- What the citizen database answered about the recipient of an order. The answer alone is kept, with its time and what
-- was compared: no id number, nothing of the question that the order does not hold already.

-- The citizen of an order: who receives a result, who sends a dossier.
CREATE FUNCTION citizen_of(leg text, sender jsonb, receiver jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
  'SELECT CASE leg WHEN ''pickup'' THEN sender ELSE receiver END';

-- Tells particulars apart that were corrected after an answer.
CREATE FUNCTION citizen_hash(leg text, sender jsonb, receiver jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
  'SELECT encode(sha256(convert_to(citizen_of(leg, sender, receiver)::text, ''UTF8'')), ''hex'')';

CREATE TABLE recipient_check (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id   bigint NOT NULL REFERENCES orders (id),
  answer     text NOT NULL CHECK (answer IN ('matched', 'not_matched', 'unavailable')),
  compared   text[] NOT NULL CHECK (compared <@ '{name,id_number,address}'::text[]),
  party_hash text NOT NULL,       -- of the particulars that were compared
  checked_at timestamptz NOT NULL,
  checked_by text NOT NULL,
  CONSTRAINT an_answer_compared_something CHECK ((answer = 'unavailable') = (compared = '{}'))
);
CREATE INDEX recipient_check_by_order ON recipient_check (order_id, id);
CREATE TRIGGER recipient_check_is_fixed BEFORE UPDATE OR DELETE ON recipient_check
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER recipient_check_is_not_emptied BEFORE TRUNCATE ON recipient_check
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
