"""The engine that runs policies: resources and requests go in, exchanges with responses and traces come out.

Start with `gateway.Gateway`. It holds a `Configuration` (routes, keys, compiled documents; made anew by `reload`) and
one bundle of services for each unit. `pipeline` walks a request through the sections, `backends` sends it on, `server`
speaks ASGI, `wire` speaks HTTP to backends. `Inspector` keeps the traces of the last exchanges for people.
"""

from apim_ai.gateway.documents import Compiler
from apim_ai.gateway.gateway import Gateway
from apim_ai.gateway.inspector import Inspector
from apim_ai.gateway.process import settle

__all__ = ["Compiler", "Gateway", "Inspector", "settle"]
