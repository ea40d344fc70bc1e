-- The last deletion of each issue, if it was not folded before the first envelope of a rebuild.
SELECT project_id, issue_id, max(decided_at) AS deleted_at FROM decisions
WHERE kind = 'delete' AND position > %(after)s
GROUP BY 1, 2;
