"""Proofs after the cut: by what is absent from the logs, by a later read, and by the tenant's own record."""

from __future__ import annotations

from connectors.contract import Action
from connectors.microsoft.proof.after_sync import RereadAfterSync
from connectors.microsoft.proof.audited import ProveAudited
from connectors.microsoft.proof.no_sign_in import ProveNoSignIn

PROOF_ACTIONS: tuple[Action, ...] = (ProveNoSignIn(), RereadAfterSync(), ProveAudited())
