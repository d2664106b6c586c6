"""ARM-shaped resources: `resources` holds the values, `kinds/` one file for each kind of API Management entity."""

from apim_ai.resource.resources import Resource, Resources

__all__ = ["Resource", "Resources"]
