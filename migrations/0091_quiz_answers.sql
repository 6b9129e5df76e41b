-- Answers to the questions of a day, the first of each. `day` is that of Asia/Shanghai, `choice` a place in the question's
-- list. `outcome` is what the line made of a right one, null before that is known; what it earned is in `flowers`.
CREATE TABLE quiz_answers (
  user TEXT NOT NULL,
  day TEXT NOT NULL,
  question TEXT NOT NULL,
  choice INTEGER NOT NULL CHECK (choice >= 0),
  correct INTEGER NOT NULL CHECK (correct IN (0, 1)),
  at INTEGER NOT NULL,
  outcome TEXT CHECK (outcome IN ('credited', 'capped', 'refused')),
  flowers INTEGER NOT NULL DEFAULT 0 CHECK (flowers >= 0),
  reason TEXT,
  CHECK (outcome IS NULL OR correct = 1),
  PRIMARY KEY (user, day, question)
) STRICT, WITHOUT ROWID;
