"""Templates to policy documents: sandboxed Jinja whose values are escaped for the place where they land.

`[[ x ]]` is a variable, `{% %}` a block, `{# #}` a comment; `{{ }}` belongs to the service's named values. In goes a
template, out comes a `Rendered` source whose lines map back to template lines, through includes and macros as well.

Read `renderer` first, then `sandbox` (the Jinja environment), `landing` (where in a document a value lands), `escape`
(what it must look like there) and `lines` (the way back).
"""

from apim_ai.render.renderer import Rendered, Renderer, render_opaque, render_text

__all__ = ["Rendered", "Renderer", "render_opaque", "render_text"]
