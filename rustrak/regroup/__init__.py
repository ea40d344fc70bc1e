"""The past regrouped: shown before it is done, done while events arrive, undone to the digit."""
