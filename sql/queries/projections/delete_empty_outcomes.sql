-- Outcomes that were taken back to the last item.
DELETE FROM outcomes WHERE project_id = %(project_id)s AND quantity = 0;
