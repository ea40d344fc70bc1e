"""The read tables: folds that do not care about order or repetition, and report what changed."""
