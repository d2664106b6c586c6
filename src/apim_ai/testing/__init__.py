"""The public API for tests in Python: a gateway in process, backends mocked with respx, no socket and no real host.

```python
@pytest.mark.anyio
async def test_a_caller_without_a_token_is_refused() -> None:
    async with Gateway.from_project(env="dev") as gateway:
        response = await gateway.post("/openai/deployments/gpt-4o/chat/completions", json={"messages": []})
        assert response.status_code == 401
        assert gateway.last.context.last_error.reason == "TokenNotPresent"
```

The pytest plugin gives such a gateway as the fixture `gateway`. `Issuer` signs tokens, `ManualClock` is moved by hand.
docs/testing.md is the guide.
"""

from apim_ai.testing.clock import ManualClock
from apim_ai.testing.gateway import Gateway
from apim_ai.testing.issuer import Issuer

__all__ = ["Gateway", "Issuer", "ManualClock"]
