-- Nobody decides anything until the transaction ends.
LOCK TABLE decisions IN SHARE ROW EXCLUSIVE MODE;
