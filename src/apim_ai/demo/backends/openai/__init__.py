"""A simulated Azure OpenAI resource: the data plane's URLs, its shapes and its errors, with deterministic answers.

`resource` is the service (routes, access, versions), `payload` reads a request, `chat`, `completion`, `responses`,
`embeddings` and `media` say what one operation answers. Start with `resource`.
"""

from apim_ai.demo.backends.openai.resource import AzureOpenAI, ModelBehaviour

__all__ = ["AzureOpenAI", "ModelBehaviour"]
