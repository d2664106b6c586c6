"""What operators do with a running gateway, and what operations need around it. One package or module a subject."""
