"""What Prefect's workers run in `test_chaos_workers`: a part of a night that does not wait long for a portal."""

from flows import portal
from flows.deployments import part
from tests.flows.chaotic import HASTY

__all__ = ["part"]

portal.Politeness = HASTY  # type: ignore[misc,assignment]
