"""Vectors for prompts: recorded from a sentence model, or from the model itself.

`recorded` serves the vectors in `demo/data/embeddings.json` and is all that the demo needs; `model` runs the sentence
model in numpy (extra `semantic`); `words` is its tokeniser. Start with `recorded`.
"""
