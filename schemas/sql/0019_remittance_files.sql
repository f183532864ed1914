-- What a post says that a transfer is made of (bảng kê chuyển tiền thu hộ), and the remittances that were made of it.

CREATE TABLE remittance_file (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  public_id  uuid NOT NULL UNIQUE,
  sha256     bytea NOT NULL UNIQUE CHECK (length(sha256) = 32),  -- the same file again changes nothing
  carrier    text NOT NULL,
  reference  text NOT NULL UNIQUE CHECK (length(reference) BETWEEN 1 AND 25),
  bank_account text NOT NULL,
  day        date NOT NULL,  -- of the transfer, as the post says it
  total      bigint NOT NULL CHECK (total > 0),
  items      integer NOT NULL CHECK (items > 0),
  imported_at timestamptz NOT NULL,
  actor      text NOT NULL
);
CREATE TRIGGER remittance_file_is_append_only BEFORE UPDATE OR DELETE ON remittance_file
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER remittance_file_is_not_emptied BEFORE TRUNCATE ON remittance_file
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- One for each kind, as phí and lệ phí are never one remittance.
CREATE TABLE remittance_file_part (
  remittance_id bigint PRIMARY KEY REFERENCES remittance (id),
  file_id       bigint NOT NULL REFERENCES remittance_file (id)
);
CREATE INDEX remittance_file_part_by_file ON remittance_file_part (file_id);
CREATE TRIGGER remittance_file_part_is_append_only BEFORE UPDATE OR DELETE ON remittance_file_part
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER remittance_file_part_is_not_emptied BEFORE TRUNCATE ON remittance_file_part
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
