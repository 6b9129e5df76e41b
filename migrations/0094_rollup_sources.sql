-- From which lines the flowers are that a dream holds. Of an account what was earned first was given first, and what was
-- taken back of an act or came back of a pledge was neither earned nor given.
CREATE TABLE rollup_sources (
  pass INTEGER NOT NULL,
  dream TEXT NOT NULL,
  line TEXT NOT NULL,
  flowers INTEGER NOT NULL,
  PRIMARY KEY (pass, dream, line)
) STRICT, WITHOUT ROWID;
