"""An ARM control plane for one API Management service, embedded: what Azure's own clients talk to on a laptop.

`server.ControlPlane` is the ASGI application, `plane.Plane` the same without HTTP: a `Call` in, an `Answer` out. Kinds,
paths and defaults come from `resource.kinds`; what the service does beyond storing stands in `behaviour/`, one file a
kind. `store.Store` keeps everything in SQLite and tells who listens what changed. Start with `plane`.
"""

from apim_ai.arm.address import Service
from apim_ai.arm.faults import Failure, Options, Throttle, parse_failure, parse_throttle
from apim_ai.arm.policies import validate
from apim_ai.arm.server import ControlPlane
from apim_ai.arm.store import Store
from apim_ai.arm.world import World

__all__ = [
    "ControlPlane",
    "Failure",
    "Options",
    "Service",
    "Store",
    "Throttle",
    "World",
    "parse_failure",
    "parse_throttle",
    "validate",
]
