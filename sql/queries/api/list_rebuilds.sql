-- The latest rebuilds that were asked for over the API, or one of them.
SELECT * FROM rebuilds WHERE %(id)s::integer IS NULL OR id = %(id)s ORDER BY id DESC LIMIT %(limit)s;
