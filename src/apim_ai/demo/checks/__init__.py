"""What the demo checks: one module a topic, each check a function of the world that sends traffic and compares.

`CHECKS` of each module is in the order in which they run. A check compares what was expected with what was seen, from
outside: answers of the gateway and the log of the backends.
"""
