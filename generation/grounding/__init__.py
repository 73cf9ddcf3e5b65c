"""Claims of generated text checked against facts: which span rests on which facts."""

from generation.grounding.check import ClaimChecker, check_claims
from generation.grounding.findings import worst

__all__ = ["ClaimChecker", "check_claims", "worst"]
