"""What the tenant has bought, and what is not there without it. Pure.

Service plans by Microsoft's list of product names and service plan identifiers (general knowledge).
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract import Check
from connectors.microsoft.preflight.checks import absent, cannot_tell, ready
from connectors.microsoft.preflight.facts import Facts, Unread

LICENCES = {
    "entra-p1": ("Entra ID P1", ("AAD_PREMIUM", "AAD_PREMIUM_P2"),
                 "no sign-in log, no conditional access; the audit log reaches back 7 days instead of 30"),
    "entra-p2": ("Entra ID P2", ("AAD_PREMIUM_P2",), "no risk of users and sign-ins, no PIM"),
    "intune": ("Intune", ("INTUNE_A",), "no managed devices: none is locked, retired or wiped"),
    "e5-audit": ("Microsoft 365 E5 audit", ("M365_ADVANCED_AUDITING",),
                 "the unified audit log reaches back 180 days instead of a year"),
    "defender": ("Defender for Endpoint", ("WINDEFATP", "MDE_LITE"), "no machine is isolated or searched"),
}  # fmt: skip
"""By check: the licence, service plans that are it, and what is not applicable without it."""


def licences(facts: Facts) -> Iterator[Check]:
    """One check for each."""
    for name, (title, plans, without) in LICENCES.items():
        about = f"licence/{name}", f"the licence {title}"
        if isinstance(facts.plans, Unread):
            yield cannot_tell(*about, facts.plans)
        elif facts.plans.intersection(plans):
            yield ready(*about)
        else:
            yield absent(*about, f"the tenant has none: {without}")
