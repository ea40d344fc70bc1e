-- No issue counts as deleted, until deletions are noted again.
DELETE FROM issue_deletions;
