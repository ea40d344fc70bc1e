-- What decides where groupings lead, and what was undone of it: few rows among many decisions.
CREATE INDEX decisions_of_routes ON decisions (project_id, position)
    WHERE kind IN ('merge', 'split', 'change_grouping', 'undo');
