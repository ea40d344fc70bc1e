-- Where the events of an issue went that has none left: its first grouping leads to another.
SELECT issue_id FROM grouping_routes
WHERE project_id = %(project_id)s AND grouping_id = %(issue_id)s;
