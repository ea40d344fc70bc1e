-- Deletions of which it is recorded what they took out.
SELECT DISTINCT project_id, decision FROM deleted_items;
