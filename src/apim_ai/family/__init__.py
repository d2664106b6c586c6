"""What sibling policies share, for a policy may not import another: one module a topic."""
