-- For the job that forgets old answers.
CREATE INDEX quiz_answers_day ON quiz_answers (day);
