-- A statement line that carries money of several things is split into parts. Each part is a line of its own from then
-- on, and the line that was split is out of play until its parts are joined again. Nothing of either is edited.

CREATE TABLE line_split (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  line_id     bigint NOT NULL REFERENCES statement_line (id),
  split_at    timestamptz NOT NULL,
  actor       text NOT NULL CHECK (actor <> ''),
  note        text NOT NULL CHECK (note <> ''),  -- why
  joined_at   timestamptz,                       -- when it was taken back
  joined_by   text NOT NULL DEFAULT '',
  join_reason text NOT NULL DEFAULT '',
  CONSTRAINT joined_by_somebody_for_a_reason
    CHECK ((joined_at IS NULL) = (joined_by = '') AND (joined_at IS NULL) = (join_reason = ''))
);
CREATE UNIQUE INDEX line_split_once ON line_split (line_id) WHERE joined_at IS NULL;
CREATE INDEX line_split_by_line ON line_split (line_id);
CREATE TRIGGER line_split_is_kept BEFORE DELETE ON line_split
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER line_split_is_not_emptied BEFORE TRUNCATE ON line_split
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A bank's line has neither. Its key begins with its account, which holds no point, so no bank can name a part.
ALTER TABLE statement_line
  ADD COLUMN split_id bigint REFERENCES line_split (id),
  ADD COLUMN part_note text NOT NULL DEFAULT '',
  ADD CONSTRAINT parts_have_keys_of_their_own
    CHECK (CASE WHEN split_id IS NULL THEN part_note = '' ELSE starts_with(line_key, split_id || '.') END);
CREATE INDEX statement_line_by_split ON statement_line (split_id, id) WHERE split_id IS NOT NULL;

-- What may be split is open money that came in: no match holds it, and its period is open.
CREATE FUNCTION line_split_begins() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE it statement_line;
BEGIN
  SELECT * INTO it FROM statement_line WHERE id = NEW.line_id;
  IF it.amount <= 0 OR NEW.joined_at IS NOT NULL OR
     EXISTS (SELECT 1 FROM matched_line x WHERE x.line_id = it.id AND NOT x.undone) OR
     EXISTS (SELECT 1 FROM line_split s WHERE s.id = it.split_id AND s.joined_at IS NOT NULL) THEN
    RAISE EXCEPTION 'statement line % cannot be split', NEW.line_id
      USING ERRCODE = 'BC001', HINT = 'Only money that came in and is in no match is split.';
  END IF;
  IF it.booked_on <= closed_up_to(it.account_no) THEN PERFORM refuse_closed(it.account_no, it.booked_on); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER line_split_begins BEFORE INSERT ON line_split
  FOR EACH ROW EXECUTE FUNCTION line_split_begins();

-- A split is taken back once, as a whole, while nothing was done with any of its parts.
CREATE FUNCTION line_split_only_joined() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE it statement_line;
BEGIN
  IF OLD.joined_at IS NOT NULL OR to_jsonb(NEW) - '{joined_at,joined_by,join_reason}'::text[] <>
                                  to_jsonb(OLD) - '{joined_at,joined_by,join_reason}'::text[] THEN
    RAISE EXCEPTION 'split % is fixed', OLD.id
      USING ERRCODE = 'BC009', HINT = 'Join its parts, and split the line anew.';
  END IF;
  IF EXISTS (SELECT 1 FROM statement_line p
               JOIN matched_line x ON x.line_id = p.id AND NOT x.undone WHERE p.split_id = OLD.id) OR
     EXISTS (SELECT 1 FROM statement_line p
               JOIN line_split s ON s.line_id = p.id AND s.joined_at IS NULL WHERE p.split_id = OLD.id) THEN
    RAISE EXCEPTION 'a part of split % is matched or split', OLD.id
      USING ERRCODE = 'BC001', HINT = 'Undo that first.';
  END IF;
  SELECT * INTO it FROM statement_line WHERE id = OLD.line_id;
  IF it.booked_on <= closed_up_to(it.account_no) THEN PERFORM refuse_closed(it.account_no, it.booked_on); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER line_split_is_only_joined BEFORE UPDATE ON line_split
  FOR EACH ROW EXECUTE FUNCTION line_split_only_joined();

-- The parts make the line to the last dong, and are like it in everything else. Asked when the transaction ends.
CREATE FUNCTION parts_make_the_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  split bigint;
  made record;
BEGIN
  IF TG_TABLE_NAME = 'line_split' THEN split := NEW.id; ELSE split := NEW.split_id; END IF;
  SELECT l.id, l.amount, count(p.id) AS parts, sum(p.amount) AS sum,
         bool_and(p.amount > 0 AND (p.file_id, p.account_no, p.booked_on) = (l.file_id, l.account_no, l.booked_on)) AS alike
    INTO made
    FROM line_split s JOIN statement_line l ON l.id = s.line_id LEFT JOIN statement_line p ON p.split_id = s.id
   WHERE s.id = split GROUP BY l.id;
  IF made.parts < 2 OR made.sum IS DISTINCT FROM made.amount OR NOT made.alike THEN
    RAISE EXCEPTION 'statement line % of % is not made by % parts of %', made.id, made.amount, made.parts, made.sum
      USING ERRCODE = 'BC001', HINT = 'Two or more parts, each more than zero, add up to the line.';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER line_split_is_whole AFTER INSERT ON line_split DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION parts_make_the_line();
CREATE CONSTRAINT TRIGGER part_belongs_to_a_whole AFTER INSERT ON statement_line DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.split_id IS NOT NULL) EXECUTE FUNCTION parts_make_the_line();

-- The money of a line is matched once: as the line, or in its parts.
CREATE FUNCTION matched_line_refuse_split() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE bad record;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM line_split) THEN RETURN NULL; END IF;
  SELECT n.line_id INTO bad
    FROM new_rows n
    LEFT JOIN LATERAL (SELECT split_id FROM statement_line WHERE id = n.line_id OFFSET 0) l ON true
    LEFT JOIN LATERAL (SELECT joined_at FROM line_split WHERE id = l.split_id OFFSET 0) p ON true
    LEFT JOIN LATERAL (SELECT id FROM line_split WHERE line_id = n.line_id AND joined_at IS NULL OFFSET 0) d ON true
   WHERE d.id IS NOT NULL OR p.joined_at IS NOT NULL LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'statement line % is split, or a part of a line that is whole again', bad.line_id
      USING ERRCODE = 'BC001', HINT = 'Match what is in play: GET /v1/statement-lines.';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER matched_line_is_in_play AFTER INSERT ON matched_line
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION matched_line_refuse_split();
