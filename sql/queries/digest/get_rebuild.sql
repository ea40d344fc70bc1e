-- The last decision that a rebuild folded before its first envelope.
SELECT decision FROM rebuild_begun;
