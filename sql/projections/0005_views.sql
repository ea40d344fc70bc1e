-- The live read tables under the names that users of psql expect. Our own connections find the tables
-- first, by their search path.
CREATE OR REPLACE VIEW public.issues AS SELECT * FROM issues;
CREATE OR REPLACE VIEW public.events AS SELECT * FROM events;
CREATE OR REPLACE VIEW public.groupings AS SELECT * FROM groupings;
