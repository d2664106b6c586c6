"""The reconciler: declared resources in, a plan and its execution out.

`actual` reads a service, `plan` compares (through `comparison` and `difference`) and says what a deployment would do,
`rules` says why it must not. `graph` orders the changes, `apply` executes them, `journal` notes what was done.
`ledger` keeps in the service what this project owns, `turn` keeps two deployments apart, `release` and
`bundle` record what was deployed. `deployment` puts these together. `client` is the control plane over the Azure SDK; only it knows the SDK.
"""
