"""What the range keeps beside moto, so that one process can serve many tests: all of it can be forgotten at once."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar


class Clearable(Protocol):
    """A dictionary, list or set."""

    def clear(self) -> None: ...


Container = TypeVar("Container", bound=Clearable)
_KEPT: list[Clearable] = []


def kept(container: Container) -> Container:
    """The container itself, remembered for `forget`."""
    _KEPT.append(container)
    return container


def forget() -> None:
    """Empty everything that the range keeps, moto's own state included."""
    from moto.core.base_backend import BackendDict
    from moto.core.model_instances import reset_model_data
    from moto.organizations.models import organizations_backends

    for container in _KEPT:
        container.clear()
    members: Any = organizations_backends
    members.master_accounts.clear()
    BackendDict.reset()
    reset_model_data()
