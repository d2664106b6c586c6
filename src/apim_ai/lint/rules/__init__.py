"""The rules, one file each. `registry` finds them here; nothing imports them by name."""
