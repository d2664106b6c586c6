"""The public API for tests in Python: a gateway in process, backends mocked with respx.

```python
async def test_answers() -> None:
    async with Gateway.from_project(env="dev") as gateway:
        gateway.backends.post(url__regex="https://ptu.*").respond(json={"choices": []})
        response = await gateway.post("/openai/deployments/gpt-4o/chat/completions", json={"messages": []})
        assert response.status_code == 401
```
"""

from apim_ai.testing.gateway import Gateway

__all__ = ["Gateway"]
