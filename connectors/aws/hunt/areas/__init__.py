"""Areas of the persistence sweep, one module each; `AREAS` is all of them, in the order in which they are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from connectors.aws.hunt.areas import (
    access_points,
    analyzer,
    assignments,
    audit,
    buckets,
    changes,
    compute,
    delegation,
    federation,
    functions,
    identity_center,
    kms,
    log_groups,
    messaging,
    network,
    outsiders,
    pipelines,
    policy_versions,
    providers,
    roles_anywhere,
    schedules,
    secrets,
    shared_images,
    sharing,
)

if TYPE_CHECKING:
    from connectors.aws.hunt.area import Area

AREAS: tuple[Area, ...] = tuple(
    cast("Area", module)
    for module in (
        changes,
        outsiders,
        policy_versions,
        providers,
        federation,
        roles_anywhere,
        identity_center,
        assignments,
        delegation,
        sharing,
        kms,
        secrets,
        audit,
        log_groups,
        analyzer,
        functions,
        schedules,
        shared_images,
        buckets,
        access_points,
        network,
        compute,
        pipelines,
        messaging,
    )
)
