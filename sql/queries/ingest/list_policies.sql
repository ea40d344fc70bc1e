-- What intake must know of the settings, and how many processes take in: each has one journal.
SELECT project_id, quotas, scrubbing,
       (SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'rustrak journal') AS processes
FROM project_settings
WHERE quotas <> '[]' OR scrubbing ->> 'mode' = 'intake';
