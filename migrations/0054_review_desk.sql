-- The lists of the desk are cut from an index alone: a proposal's row is long, and its text lies before what is asked for.
CREATE INDEX proposals_desk ON proposals (state, number, assignee, place);
CREATE INDEX proposals_desk_all ON proposals (number, state, assignee, place);
-- What was merged into a proposal.
CREATE INDEX proposals_merged ON proposals (merged_into, number) WHERE merged_into IS NOT NULL;
