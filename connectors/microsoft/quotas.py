"""Microsoft's published limits, as budgets that routes share.

Source: github.com/microsoftgraph/microsoft-graph-docs-contrib `concepts/throttling-limits.md`, an older snapshot;
the figures are those of a small tenant and may have moved.
"""

from __future__ import annotations

from connectors.routes import Quota

WRITES = Quota("identity writes", 20, 3000)
"""3,000 writes in 150 s for one app in one tenant."""
REPORTS = Quota("sign-in and audit reports", 0.5, 5)
"""5 in 10 s for one app in one tenant."""
RISK = Quota("identity protection and conditional access", 1)
"""1 a second in one tenant; its 429 comes without Retry-After."""
EDISCOVERY = Quota("eDiscovery", 5 / 60, 5)
"""5 a minute."""
ALERTS = Quota("alerts", 150 / 60, 150)
"""150 a minute."""
OUTLOOK = Quota("Outlook", 10_000 / 600, 100, per="user")
"""10,000 in 10 minutes for one app and mailbox; bursts are ours to choose."""
TEAMS = Quota("Teams members", 60, 60)
"""60 a second."""
DEFENDER = Quota("Defender machine actions", 100 / 60, 100)
"""100 a minute, 1,500 an hour (github.com/MicrosoftDocs/defender-docs, isolate machine)."""
PACKAGES = Quota("Defender package links", 2 / 60, 2)
"""2 a minute, 120 an hour (same repository, get package SAS URI)."""
HUNTING = Quota("advanced hunting", 45 / 60, 45)
"""45 a minute at least, more in larger tenants (Defender XDR, advanced hunting API)."""
