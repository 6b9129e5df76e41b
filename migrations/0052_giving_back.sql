-- Pledges to a dream that did not reach its quota, as they go back to their givers: what still stands of each.
CREATE VIEW giving_back AS SELECT user, key AS pledge, asked AS standing, mark, ref, at FROM entries;
