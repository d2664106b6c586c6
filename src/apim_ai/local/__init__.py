"""The local gateway and control plane in one process and one event loop on 127.0.0.1: `apim-ai up`.

`up.running` starts both and gives the running instance; `reload` lets the gateway follow the control plane's state;
`servers` binds and ends the servers; `secrets` keeps the token.
"""

from apim_ai.local.reload import Reloader, Serving
from apim_ai.local.up import UpOptions, running, serve

__all__ = ["Reloader", "Serving", "UpOptions", "running", "serve"]
