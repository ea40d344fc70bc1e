-- One row for whatever a user wrote, as text: whoever shows it must escape it. Replaced reports stay.
CREATE TABLE feedback (
    project_id   integer NOT NULL,
    id           uuid NOT NULL,          -- a feedback event's own, a report's computed from its place
    source       text NOT NULL CHECK (source IN ('feedback', 'user_report')),
    event_id     uuid,                   -- the event it is about, if any; that may come later, or never
    position     bigint NOT NULL,
    item         integer NOT NULL,
    received_at  timestamptz NOT NULL,
    timestamp    timestamptz NOT NULL,
    name         text NOT NULL,
    email        text NOT NULL,          -- as typed: nobody has checked it
    message      text NOT NULL,
    url          text NOT NULL,          -- as sent: it may be no web address
    PRIMARY KEY (project_id, id)
);
CREATE INDEX feedback_newest ON feedback (project_id, position, item);
CREATE INDEX feedback_of_event ON feedback (project_id, event_id, email, position, item);

-- The same with the issue of its event, and whether something newer stands in its place. A report has no
-- id of its own: what the same address reports on the same event later replaces it, by position, so that
-- the order of folding is no matter. Another address replaces nothing: whoever learns the id of an event
-- cannot hide a customer's words.
CREATE VIEW feedback_with_issue AS
SELECT feedback.project_id, feedback.id, feedback.source, feedback.event_id, feedback.position,
       feedback.item, feedback.received_at, feedback.timestamp, feedback.name, feedback.email,
       feedback.message, feedback.url, issues.id AS issue_id, issues.digest_order,
       issues.title AS issue_title, projects.slug,
       feedback.source = 'user_report' AND EXISTS (
           SELECT FROM feedback AS newer
           WHERE newer.project_id = feedback.project_id
             AND newer.event_id = feedback.event_id
             AND newer.email = feedback.email
             AND newer.source = 'user_report'
             AND (newer.position, newer.item) > (feedback.position, feedback.item)) AS is_replaced
FROM feedback
JOIN projects ON projects.id = feedback.project_id
LEFT JOIN events ON events.project_id = feedback.project_id AND events.event_id = feedback.event_id
LEFT JOIN issues ON issues.project_id = events.project_id AND issues.id = events.issue_id;
