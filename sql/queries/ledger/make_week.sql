-- A partition for a week of the past, unless there is one or the default partition has taken its place.
SELECT make_envelope_partition(%(week)s::timestamptz) AS name;
