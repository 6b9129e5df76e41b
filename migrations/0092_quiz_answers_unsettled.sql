-- Right answers that the line has not settled, for the job that reports them again.
CREATE INDEX quiz_answers_unsettled ON quiz_answers (at) WHERE correct = 1 AND outcome IS NULL;
