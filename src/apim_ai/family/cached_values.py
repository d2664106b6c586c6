"""Value caching: what the `cache-*-value` policies share."""

from __future__ import annotations

from typing import Literal

from apim_ai.definition import choice

__all__ = ["CACHING_TYPE", "CachingType"]

CachingType = Literal["prefer-external", "external", "internal"]

CACHING_TYPE = choice("prefer-external", "external", "internal")
"""Which cache is meant. The local gateway has one, which stands for both."""
