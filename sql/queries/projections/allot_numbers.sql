-- The next numbers of each project, in the order given; an issue that already has one keeps it.
WITH wanted AS (
    SELECT wanted.*
    FROM unnest(%(project_ids)b::integer[], %(issue_ids)b::uuid[])
        WITH ORDINALITY AS wanted (project_id, issue_id, place)
    LEFT JOIN issue_numbers USING (project_id, issue_id)
    WHERE issue_numbers.number IS NULL
)
INSERT INTO issue_numbers (project_id, issue_id, number)
SELECT project_id, issue_id,
       coalesce((SELECT max(number) FROM issue_numbers AS taken WHERE taken.project_id = wanted.project_id), 0)
           + row_number() OVER (PARTITION BY project_id ORDER BY place)
FROM wanted;
