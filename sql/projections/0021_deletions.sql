-- Which decision it was, so that what is still on its way when an issue is deleted can be noted with it.
ALTER TABLE issue_deletions ADD COLUMN decision bigint NOT NULL DEFAULT 0;
