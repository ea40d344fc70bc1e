-- Which decisions were folded before the first envelope.
INSERT INTO rebuild_begun (decision) SELECT coalesce(max(position), 0) FROM decisions;
