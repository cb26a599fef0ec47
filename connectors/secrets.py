"""Secrets by reference: environment, file, keyring, AWS profile, command. A value never prints itself."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from connectors.contract import SecretRef
from connectors.errors import SecretError

KINDS = ("env", "file", "keyring", "aws-profile", "command")
COMMAND_PATIENCE_S = 30
LARGEST = 64 * 1024
"""Bytes of a secret file: keys and tokens are far smaller, and a mistaken path must not be swallowed whole."""


class Secret:
    """A secret value that shows itself only when asked by `reveal`."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value. Hand it to the vendor's library and nowhere else."""
        return self._value

    def __repr__(self) -> str:
        return "<secret>"

    __str__ = __repr__

    def __reduce__(self) -> Any:
        raise TypeError("a secret cannot be pickled")


def parse_ref(raw: Any) -> SecretRef:
    """A reference as `estate.yaml` writes it: an object with one key of KINDS.

    Raises:
        ValueError: it is a literal, or not of that form. The message never repeats the value.

    """
    how = "write {env: NAME}, {file: PATH}, {keyring: SERVICE/USER}, {aws-profile: NAME} or {command: [PROGRAM, …]}"
    if isinstance(raw, (str, int, float)):
        raise ValueError(f"a secret stands here literally; {how}")  # noqa: TRY004 - one kind of problem for the file
    if not isinstance(raw, dict) or len(raw) != 1 or next(iter(raw)) not in KINDS:
        raise ValueError(f"must be a reference to a secret; {how}")
    kind, value = next(iter(raw.items()))
    if kind == "command":
        if not isinstance(value, list) or not value or not all(isinstance(part, str) for part in value):
            raise ValueError("command must be a list: the program and its arguments, without a shell")
        return SecretRef(kind, tuple(value))
    if not isinstance(value, str) or not value:
        raise ValueError(f"{kind} must be a name, got nothing usable")
    if kind == "keyring" and value.count("/") < 1:
        raise ValueError("keyring must be SERVICE/USER")
    return SecretRef(kind, value)


def resolve(reference: SecretRef) -> Secret:
    """Fetch the secret that a reference names.

    Raises:
        SecretError: it cannot be fetched; the message names the reference, never the value.

    """
    return Secret(_FETCH[reference.kind](reference.value))


def _env(name: Any) -> str:
    value = os.environ.get(name)
    if not value:
        raise SecretError(f"environment variable {name} is not set", fix=f"export {name} in this shell")
    return value


def _file(name: Any) -> str:
    path = Path(name).expanduser()
    try:
        info = path.stat()
        if info.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise SecretError(f"{path} can be read by others", expected="mode 0600", fix=f"chmod 600 {path}")
        if info.st_size > LARGEST:
            raise SecretError(f"{path} is larger than any secret", expected=f"at most {LARGEST} bytes")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SecretError(f"secret file {path} cannot be read: {type(error).__name__}") from None
    return _filled(text.removesuffix("\n").removesuffix("\r"), f"secret file {path}")


def _keyring(name: Any) -> str:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        raise SecretError("keyring references need the extra", fix="pip install 'evict[keyring]'") from None
    service, user = str(name).rsplit("/", 1)
    try:
        value = keyring.get_password(service, user)
    except KeyringError as error:
        raise SecretError(f"the keyring refused {name}: {type(error).__name__}", fix="unlock it") from None
    return _filled(value or "", f"keyring entry {name}")


def _command(arguments: Any) -> str:
    program = arguments[0]
    try:
        done = subprocess.run(
            list(arguments),
            capture_output=True,
            text=True,
            timeout=COMMAND_PATIENCE_S,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, UnicodeDecodeError) as error:
        raise SecretError(f"secret command {program} cannot be run: {type(error).__name__}") from None
    except subprocess.TimeoutExpired:
        raise SecretError(f"secret command {program} did not answer in {COMMAND_PATIENCE_S} s") from None
    if done.returncode != 0:
        raise SecretError(f"secret command {program} ended with code {done.returncode}", fix="run it by hand")
    return _filled(done.stdout.strip(), f"secret command {program}")


def _filled(value: str, what: str) -> str:
    if not value:
        raise SecretError(f"{what} is empty", expected="a value")
    return value


_FETCH: dict[str, Callable[[Any], str]] = {
    "env": _env,
    "file": _file,
    "keyring": _keyring,
    "aws-profile": str,
    "command": _command,
}
