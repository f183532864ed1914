-- The bank of an account that fees go to, as a payment code must name it. An account without a row here is known
-- all the same; it only has no code that banking apps read.
CREATE TABLE fee_account (
  account_no text PRIMARY KEY,
  bank_bin   text NOT NULL CHECK (bank_bin ~ '^[0-9]{6}$'),  -- the bank's number at NAPAS
  holder     text NOT NULL DEFAULT ''                        -- the account's name as the bank knows it
);
