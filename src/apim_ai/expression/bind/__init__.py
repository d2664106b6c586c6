"""From the syntax tree to the bound tree: names, types, overloads, conversions. Start with `binder`."""
