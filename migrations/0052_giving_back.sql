-- Pledges to a dream that did not reach its quota, as they go back to their givers.
CREATE VIEW giving_back AS SELECT user, key AS pledge, ref, at FROM entries;
