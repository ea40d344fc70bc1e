-- An age for the bodies of each project, and what retention took of every week.
ALTER TABLE project_settings ADD COLUMN retention jsonb NOT NULL DEFAULT '{}';

CREATE TABLE trimmed_weeks (
    project_id  integer NOT NULL,
    week        timestamptz NOT NULL,      -- its start
    is_dropped  boolean NOT NULL,          -- everything; else the bodies of events that tell nothing new
    items       bigint NOT NULL,           -- how many were received and are in the ledger no more
    trimmed_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (project_id, week)
);

-- Until now whole weeks were dropped, and not said what was in them: what became of it says that.
DO $$
BEGIN
    IF to_regclass('projection_1.parked') IS NOT NULL THEN
        INSERT INTO trimmed_weeks
        SELECT projects.id, dropped.week, true,
               (SELECT coalesce(sum(quantity), 0) FROM projection_1.outcomes
                WHERE project_id = projects.id AND outcome <> 'rate_limited'
                  AND hour >= dropped.week AND hour < dropped.week + interval '7 days')
               + (SELECT coalesce(sum(items), 0) FROM projection_1.parked
                  WHERE project_id = projects.id
                    AND received_at >= dropped.week AND received_at < dropped.week + interval '7 days'),
               dropped.dropped_at
        FROM dropped_weeks AS dropped, projects;
    END IF;
END
$$;
DROP TABLE dropped_weeks;
