"""Who calls: the identity that the estate names, and its role sessions in member accounts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

import boto3
import botocore.loaders
import botocore.session

from connectors.aws.failures import translated
from connectors.contract import SecretRef, System
from connectors.errors import InputError
from connectors.secrets import resolve

MODELS = botocore.loaders.create_loader()
"""Parsed API models, shared by all sessions: parsing them anew for each is most of what a client costs."""

Assume = Callable[[str], Mapping[str, Any]]
"""Takes a role by ARN and gives its credentials."""


class Identities:
    """One boto3 session per account under one of the estate's two identities. Thread-safe."""

    def __init__(self, system: System, *, cutter: bool, home: str, region: str, assume: Assume) -> None:
        """`home` is the account of the identity itself, `region` its Region.

        Raises:
            InputError: the credential is not usable.
            SecretError: its reference cannot be resolved.

        """
        self._system, self._cutter, self._home, self._region, self._assume = system, cutter, home, region, assume
        self._sessions = {home: self._base()}
        self._entering: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def of(self, account: str) -> boto3.Session:
        """The session of one account; accounts are entered side by side, each once."""
        with self._lock:
            entering = self._entering.setdefault(account, threading.Lock())
        with entering:
            if account not in self._sessions:
                self._sessions[account] = self._entered(account)
            return self._sessions[account]

    def forget(self, account: str) -> None:
        """Drop a member account's session; the next call takes its role anew."""
        if account != self._home:
            self._sessions.pop(account, None)

    def clear(self) -> None:
        """Drop all credentials."""
        self._sessions.clear()

    def _base(self) -> boto3.Session:
        references: Mapping[str, SecretRef] = self._system.cutter if self._cutter else self._system.reader
        if "profile" in references:
            return self._boto(resolve(references["profile"]).reveal())
        secrets = {name: resolve(reference).reveal() for name, reference in references.items()}
        if not {"access-key-id", "secret-access-key"} <= set(secrets):
            role = "cutter" if self._cutter else "reader"
            raise InputError(
                f"system {self._system.name}: {role} has no usable credential",
                expected="profile, or access-key-id and secret-access-key",
            )
        return self._boto(
            aws_access_key_id=secrets["access-key-id"], aws_secret_access_key=secrets["secret-access-key"],
            aws_session_token=secrets.get("session-token"),
        )  # fmt: skip

    def _entered(self, account: str) -> boto3.Session:
        settings = self._system.settings
        role = (self._cutter and settings.get("cutter-role")) or settings.get("role")
        if not role:
            raise InputError(
                f"account {account} is not the home account and system {self._system.name} names no role",
                fix="set `role:` to the role that evict assumes in member accounts",
            )
        given = self._assume(f"arn:aws:iam::{account}:role/{role}")
        return self._boto(
            aws_access_key_id=given["AccessKeyId"], aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        )  # fmt: skip

    def _boto(self, profile: str | None = None, **given: Any) -> boto3.Session:
        core = botocore.session.Session(profile=profile)
        core.register_component("data_loader", MODELS)
        with translated("session", "profile", write=False):
            core.get_scoped_config()  # botocore looks for the profile only when it is first needed
            return boto3.Session(botocore_session=core, region_name=self._region, **given)
