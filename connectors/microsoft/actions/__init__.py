"""What is asked for by name in a playbook, apart from the cut: devices given up or wiped, and what they hold kept."""

from __future__ import annotations

from connectors.contract import Action
from connectors.microsoft.actions.preserve_bitlocker_keys import PreserveBitlockerKeys
from connectors.microsoft.actions.preserve_defender_package import PreserveDefenderPackage
from connectors.microsoft.actions.record_device_image import RecordDeviceImage
from connectors.microsoft.actions.retire_device import RetireDevice
from connectors.microsoft.actions.sync_device import SyncDevice
from connectors.microsoft.actions.wipe_device import WipeDevice
from connectors.microsoft.actions.wipe_managed_apps import WipeManagedApps

ACTIONS: tuple[Action, ...] = (
    PreserveBitlockerKeys(), PreserveDefenderPackage(), RecordDeviceImage(), RetireDevice(), SyncDevice(),
    WipeDevice(), WipeManagedApps(),
)  # fmt: skip
