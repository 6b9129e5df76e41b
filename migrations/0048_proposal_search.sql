-- Full text of proposals; rowid is the proposal's number. The text is cut into words before it comes here, Chinese into
-- overlapping pairs of characters: FTS5's own tokenizers find no word of two characters.
CREATE VIRTUAL TABLE proposal_search USING fts5(title, body, tokenize = 'unicode61');
