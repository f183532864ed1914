-- How a person ends a break: one proposes, and where money is given up another decides. Nothing of it is edited.

CREATE TABLE break_proposal (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  break_id    bigint NOT NULL REFERENCES recon_break (id),
  action      text NOT NULL CHECK (action IN ('accept', 'paid', 'write_off', 'waive', 'pay_back', 'refund')),
  note        text NOT NULL CHECK (note <> ''),
  office      text NOT NULL DEFAULT '',  -- whose till pays
  proposed_by text NOT NULL CHECK (proposed_by <> ''),
  proposed_at timestamptz NOT NULL,
  decision    text CHECK (decision IN ('approved', 'rejected')),
  decided_by  text NOT NULL DEFAULT '',
  decided_at  timestamptz,
  reason      text NOT NULL DEFAULT '',
  CONSTRAINT decided_by_somebody CHECK ((decision IS NULL) = (decided_by = '') AND (decision IS NULL) = (decided_at IS NULL)),
  -- Only what brings the missing money may be recorded by one person.
  CONSTRAINT approved_by_a_second_person
    CHECK (decision IS DISTINCT FROM 'approved' OR action = 'paid' OR decided_by <> proposed_by)
);
CREATE UNIQUE INDEX break_proposed_once ON break_proposal (break_id) WHERE decision IS NULL;
CREATE INDEX break_proposal_by_break ON break_proposal (break_id, id);

CREATE FUNCTION break_proposal_decided_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'proposal % is fixed', OLD.id
    USING ERRCODE = 'BC009', HINT = 'It can be decided once; then propose anew.';
END $$;
CREATE TRIGGER break_proposal_is_fixed BEFORE UPDATE ON break_proposal
  FOR EACH ROW WHEN (OLD.decision IS NOT NULL OR
                     to_jsonb(NEW) - '{decision,decided_by,decided_at,reason}'::text[] <>
                     to_jsonb(OLD) - '{decision,decided_by,decided_at,reason}'::text[])
  EXECUTE FUNCTION break_proposal_decided_once();
CREATE TRIGGER break_proposal_is_kept BEFORE DELETE ON break_proposal
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER break_proposal_is_not_emptied BEFORE TRUNCATE ON break_proposal
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE break_comment (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  break_id bigint NOT NULL REFERENCES recon_break (id),
  at       timestamptz NOT NULL,
  actor    text NOT NULL,
  text     text NOT NULL CHECK (text <> '')
);
CREATE INDEX break_comment_by_break ON break_comment (break_id, id);
CREATE TRIGGER break_comment_is_append_only BEFORE UPDATE OR DELETE ON break_comment
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER break_comment_is_not_emptied BEFORE TRUNCATE ON break_comment
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A break ends because its reason went away, or by an approved proposal; and what has ended stays so.
CREATE FUNCTION break_refuse_undecided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.resolved_at IS NOT NULL THEN
    RAISE EXCEPTION 'break % is resolved', OLD.public_id USING ERRCODE = 'BC009';
  END IF;
  IF NEW.resolved_by NOT LIKE 'rule:%' AND NOT EXISTS (
       SELECT 1 FROM break_proposal p
        WHERE p.break_id = NEW.id AND p.decision = 'approved' AND p.decided_by = NEW.resolved_by) THEN
    RAISE EXCEPTION 'break % has no approved proposal of %', OLD.public_id, NEW.resolved_by
      USING ERRCODE = 'BC001', HINT = 'Propose how it ends, and let a second person decide.';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER break_ends_by_decision BEFORE UPDATE ON recon_break
  FOR EACH ROW WHEN (OLD.resolved_at IS NOT NULL OR NEW.resolved_at IS NOT NULL)
  EXECUTE FUNCTION break_refuse_undecided();
