-- Projects whose grouping was changed while a rebuild folded envelopes.
SELECT DISTINCT project_id FROM decisions
WHERE kind IN ('change_grouping', 'undo') AND position > %(after)s
ORDER BY project_id;
