-- Every project that something was decided about.
SELECT DISTINCT project_id FROM decisions ORDER BY project_id;
