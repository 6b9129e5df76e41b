-- What a user says of themselves, and nothing else of theirs is kept here.
CREATE TABLE profiles (
  user TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  contact TEXT NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Accounts whose user had them deleted. Their entries stay, with no person behind them; nothing more is pledged from them.
CREATE TABLE closed_accounts (
  user TEXT NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
