"""Configuration as users write it: YAML with places, the models it must fit, and the named settings.

Read `yaml` (text to values with spans), then `settings` (behaviour Azure leaves open), then `models` (what the project's
files may say; imports pydantic, so it is not imported here).
"""

from apim_ai.config.settings import GatewaySettings, SettingInfo, parse_assignments
from apim_ai.config.yaml import Located, load_located, load_located_documents, raise_all

__all__ = [
    "GatewaySettings",
    "Located",
    "SettingInfo",
    "load_located",
    "load_located_documents",
    "parse_assignments",
    "raise_all",
]
