-- When releases were heard of; their events are yet to be counted.
INSERT INTO releases (project_id, release, environment, event_count, first_seen, last_seen)
SELECT project_id, release, environment, 0, first_seen, last_seen FROM projection_1.releases;
