"""From C# text to a syntax tree: `tokens` cuts, `tree` holds the nodes, `parser` builds them.

The language is C# 7; what is newer is refused by name, and so is what is C# 7 but not run here.
"""

from apim_ai.expression.syntax.parser import parse
from apim_ai.expression.syntax.problem import Problem, SyntaxFault

__all__ = ["Problem", "SyntaxFault", "parse"]
