"""The demo: the whole pipeline on one machine, against simulated Azure services.

`backends` is the simulated outside world, `embedding` its vectors, `prompts` what its users ask. `report` is what a demo
found, as a value, and `reporters` show it on a terminal, as JSON and as a page.
"""
