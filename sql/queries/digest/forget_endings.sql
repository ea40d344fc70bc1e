-- These items are folded again, in this transaction; whatever it notes takes their place.
WITH again AS (
    SELECT * FROM unnest(%(project_ids)b::integer[], %(positions)b::bigint[], %(items)b::integer[])
        AS again (project_id, position, item)
), unparked AS (
    DELETE FROM parked USING again
    WHERE parked.project_id = again.project_id AND parked.position = again.position
      AND parked.item = again.item
)
DELETE FROM item_outcomes USING again
WHERE item_outcomes.project_id = again.project_id AND item_outcomes.position = again.position
  AND item_outcomes.item = again.item;
