-- Rows of a feed whose code no list has yet. They become events, once, when the list learns the code; until
-- then a person is asked about each code.
CREATE TABLE feed_row_held (
  carrier     text NOT NULL,
  row_id      text NOT NULL,
  code_source text NOT NULL,         -- the list that was asked, "name/version"
  raw_code    text NOT NULL,
  occurred_at timestamptz NOT NULL,  -- the event's: rows of one instant were given their order when they came
  PRIMARY KEY (carrier, row_id),
  FOREIGN KEY (carrier, row_id) REFERENCES feed_row
);
CREATE INDEX feed_row_held_by_code ON feed_row_held (code_source, raw_code, occurred_at);
