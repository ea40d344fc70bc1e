-- The rebuild that somebody asked for and that is not done.
SELECT id, is_check FROM rebuilds WHERE state = 'running';
