"""The .NET library that expressions may use: one file a namespace, or a part of one.

A type is declared with `declare.clr_class` and its kin; its members are Python functions under a C# signature:

```python
@STRING.member("string Substring(int startIndex, int length)")
def substring(text: str, start: int, length: int) -> str: ...
```

The binder reads the signature, the compiled expression calls the function: one table, nothing to keep in step. A new
type also needs its name in `index`, which says what module to load for it.
"""
