-- Lines of the one file that is being imported. They come here piece by piece, whether they repeat each other or are
-- known is asked of all of them together, and the same transaction takes them out again: no other ever sees a row, and
-- nothing of a refused file is left. Unlogged, because a crash ends that transaction, too.
CREATE UNLOGGED TABLE statement_intake (
  seq        bigint NOT NULL,     -- order in the file
  line_no    integer NOT NULL,
  key        text NOT NULL,       -- the bank's reference, or a hash where it gives none
  named      boolean NOT NULL,    -- the key is the bank's own
  entry      text NOT NULL,       -- key of what was booked; the line's own where it is the whole of it
  entry_named boolean NOT NULL,   -- that key is the bank's own
  entry_seq  bigint NOT NULL,     -- of the entry's first line
  placed     boolean NOT NULL,    -- the key is made of the entry's
  booked_on  date NOT NULL,
  amount     bigint NOT NULL,
  text       text NOT NULL,
  payer      text NOT NULL,
  end_to_end text NOT NULL
);
