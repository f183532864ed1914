-- What the payment platform says that citizens paid on it, day by day, as its files came.

CREATE TABLE platform_file (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  public_id  uuid NOT NULL UNIQUE,
  sha256     bytea NOT NULL UNIQUE CHECK (length(sha256) = 32),  -- the same file again changes nothing
  platform   text NOT NULL,
  from_day   date NOT NULL,
  to_day     date NOT NULL CHECK (to_day >= from_day),
  payments   integer NOT NULL CHECK (payments > 0),
  total      bigint NOT NULL,
  imported_at timestamptz NOT NULL,
  actor      text NOT NULL
);
CREATE TRIGGER platform_file_is_append_only BEFORE UPDATE OR DELETE ON platform_file
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER platform_file_is_not_emptied BEFORE TRUNCATE ON platform_file
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE platform_payment (
  file_id   bigint NOT NULL REFERENCES platform_file (id),
  line_no   integer NOT NULL,
  reference text NOT NULL,
  account_no text NOT NULL,
  amount    bigint NOT NULL CHECK (amount > 0),
  paid_at   timestamptz NOT NULL,
  dossier_code text NOT NULL,
  paid_back boolean NOT NULL,
  PRIMARY KEY (file_id, line_no)
);
CREATE INDEX platform_payment_by_reference ON platform_payment (reference, file_id);
CREATE TRIGGER platform_payment_is_append_only BEFORE UPDATE OR DELETE ON platform_payment
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER platform_payment_is_not_emptied BEFORE TRUNCATE ON platform_payment
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- Payments of the platform whose file is compared with the books by the day they were made on.
CREATE INDEX remittance_of_platform ON remittance (sent_at) WHERE source = 'platform';
