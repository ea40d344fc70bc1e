"""Search: what people type, read into a tree; issues found by it, and what is counted of them."""
