"""Policy cases: declarative unit tests of policies, with mocked backends and virtual time.

`load` reads `*.case.yaml`, `build` turns a case into the `Resources` that the gateway takes, `run` drives the steps on
`virtual` time against `mocks`, `expect` compares. `reporters/` has one file an output format.
"""
