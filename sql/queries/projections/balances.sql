-- The books of every project in one snapshot: what came in, what became of it, what is counted.
-- Must stay one statement, or work done meanwhile looks like a difference.
WITH received AS (
    SELECT project_id, sum(items)::bigint AS items FROM envelopes GROUP BY project_id
), taken AS (
    SELECT project_id, sum(items)::bigint AS items FROM trimmed_weeks GROUP BY project_id
), ended AS (
    SELECT project_id,
           coalesce(sum(quantity) FILTER (WHERE outcome = 'applied'), 0)::bigint AS applied,
           coalesce(sum(quantity) FILTER (WHERE outcome = 'applied' AND category = 'event'), 0)::bigint
               AS applied_events,
           coalesce(sum(quantity) FILTER (WHERE outcome = 'duplicate'), 0)::bigint AS duplicate,
           coalesce(sum(quantity) FILTER (WHERE outcome = 'filtered'), 0)::bigint AS filtered,
           coalesce(sum(quantity) FILTER (WHERE outcome = 'rate_limited'), 0)::bigint AS rate_limited,
           coalesce(sum(quantity) FILTER (WHERE outcome = 'invalid'), 0)::bigint AS invalid,
           coalesce(sum(quantity) FILTER (WHERE outcome = 'unsupported'), 0)::bigint AS unsupported
    FROM outcomes GROUP BY project_id
), set_aside AS (
    SELECT project_id, sum(items)::bigint AS items FROM parked GROUP BY project_id
), waiting AS (
    SELECT project_id, sum(items)::bigint AS items FROM inbox GROUP BY project_id
), listed AS (
    SELECT project_id, issue_id, count(*) AS events FROM events GROUP BY project_id, issue_id
), compared AS (
    SELECT project_id, coalesce(events, 0) AS events, coalesce(event_count, 0) AS counted
    FROM listed
    FULL JOIN (SELECT project_id, id AS issue_id, event_count FROM issues) AS shown
        USING (project_id, issue_id)
), counts AS (
    SELECT project_id, sum(events)::bigint AS events, sum(counted)::bigint AS counted,
           count(*) FILTER (WHERE events <> counted) AS miscounted_issues
    FROM compared GROUP BY project_id
)
SELECT project_id,
       coalesce(received.items, 0) + coalesce(taken.items, 0) + coalesce(rate_limited, 0) AS received,
       coalesce(applied, 0) AS applied,
       coalesce(duplicate, 0) AS duplicate,
       coalesce(filtered, 0) AS filtered,
       coalesce(rate_limited, 0) AS rate_limited,
       coalesce(invalid, 0) AS invalid,
       coalesce(unsupported, 0) AS unsupported,
       coalesce(set_aside.items, 0) AS parked,
       coalesce(waiting.items, 0) AS pending,
       coalesce(applied_events, 0) AS applied_events,
       coalesce(events, 0) AS events,
       coalesce(counted, 0) AS counted,
       coalesce(miscounted_issues, 0) AS miscounted_issues
FROM received
FULL JOIN taken USING (project_id)
FULL JOIN ended USING (project_id)
FULL JOIN set_aside USING (project_id)
FULL JOIN waiting USING (project_id)
FULL JOIN counts USING (project_id)
ORDER BY project_id;
