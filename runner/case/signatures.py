"""OpenSSH signatures over statements, made and checked by the stock `ssh-keygen` (OpenSSH PROTOCOL.sshsig)."""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path

from connectors.errors import ApprovalError

PATIENCE_S = 120
"""A person may have to touch a security key or type a passphrase."""

PRINCIPAL = re.compile(r"[A-Za-z0-9.!#$%&'+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")
"""A plain e-mail address: no wildcard, no comma, no blank, which allowed_signers would read as patterns."""


def sign(statement: str, key: Path, namespace: str) -> str:
    """Sign with a private key file, or a public one whose private part is in the agent; armoured signature.

    Raises:
        ApprovalError: the key is missing or cannot sign.

    """
    if not key.exists():
        raise ApprovalError(f"there is no SSH key at {key}", fix="give --key FILE or set EVICT_KEY")
    done = _keygen(["-Y", "sign", "-q", "-n", namespace, "-f", str(key)], statement)
    if done.returncode != 0:
        raise ApprovalError(f"{key} could not sign", expected="an SSH private key", fix=_last_line(done.stderr))
    return done.stdout


def verify_signature(statement: str, signature: str, principal: str, allowed_signers: str, namespace: str) -> str:
    """Check a signature; returns the signing key's fingerprint.

    Raises:
        ApprovalError: not signed by a key that `allowed_signers` gives this person, or the text was altered.

    """
    if not PRINCIPAL.fullmatch(principal):
        raise ApprovalError(f"{principal[:80]!r} cannot be a signer", expected="a plain e-mail address")
    with tempfile.TemporaryDirectory() as folder:
        allowed, armoured = Path(folder, "allowed_signers"), Path(folder, "signature")
        allowed.write_text(allowed_signers)
        armoured.write_text(signature)
        arguments = ["-Y", "verify", "-f", str(allowed), "-I", principal, "-n", namespace, "-s", str(armoured)]
        done = _keygen(arguments, statement)
    if done.returncode != 0:
        raise ApprovalError(
            f"the signature is not {principal}'s over this statement",
            expected="a signature by a key that the estate lists for this person",
            fix="sign again with the listed key, or correct `people` in estate.yaml and make a new plan",
        )
    found = re.search(r"SHA256:[A-Za-z0-9+/=]+", done.stdout)
    return found.group(0) if found else ""


def _keygen(arguments: list[str], statement: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            ["ssh-keygen", *arguments], input=statement, capture_output=True, text=True, timeout=PATIENCE_S, check=False
        )
    except FileNotFoundError as error:
        raise ApprovalError("ssh-keygen is not installed", fix="install OpenSSH's client tools") from error
    except subprocess.TimeoutExpired as error:
        raise ApprovalError(f"ssh-keygen did not finish in {PATIENCE_S} s", fix="try again") from error


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1][:200] if lines else ""
