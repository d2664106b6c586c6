"""What a number of users needs at its peak: executions, instances, requests and tokens a minute, gateway units.

`assumptions` reads the dated file of assumptions and what somebody says instead; `demand` computes.
"""

from apim_ai.ops.capacity.assumptions import Assumption, Assumptions, read_assumptions
from apim_ai.ops.capacity.demand import Capacity, Configured, capacity, configured

__all__ = ["Assumption", "Assumptions", "Capacity", "Configured", "capacity", "configured", "read_assumptions"]
