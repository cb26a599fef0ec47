"""Key vaults: legacy access policies, and the door to the secrets, which asks the policies or the roles anew."""

from __future__ import annotations

from typing import Any

from connectors.microsoft.emulator.area import Area, Call, Refusal, denied
from connectors.microsoft.emulator.areas.azure import IN_GROUP, record
from connectors.microsoft.emulator.arm import holding, operation
from connectors.microsoft.emulator.listing import listing
from connectors.microsoft.emulator.tenant import Record, Tenant

AREA = Area("key vault")
POLICIES = "Microsoft.KeyVault/vaults/accessPolicies/write"


def _vault(tenant: Tenant, name: str) -> Record:
    found = tenant.first("vaults", name=name)
    if found is None:
        raise Refusal(404, "ResourceNotFound", "The vault was not found.")
    return found


@AREA.route("GET", "/subscriptions/{subscription}/providers/Microsoft.KeyVault/vaults",
            operation("Microsoft.KeyVault/vaults/read"), service="arm")  # fmt: skip
def _list(tenant: Tenant, call: Call) -> Any:
    start = f"/subscriptions/{call.values['subscription']}/"
    return listing(tenant, call, [row for row in tenant.rows("vaults") if str(row["id"]).startswith(start)])


@AREA.route("PUT", f"{IN_GROUP}/Microsoft.KeyVault/vaults/{{vault}}/accessPolicies/{{how}}", operation(POLICIES),
            service="arm")  # fmt: skip
def _change(tenant: Tenant, call: Call) -> Any:
    """One policy for each object and app: adding gives more of the same, removing takes what it names."""
    vault, how = _vault(tenant, call.values["vault"]), call.values["how"]
    held: list[Record] = vault["properties"]["accessPolicies"]
    for given in call.body["properties"]["accessPolicies"]:
        found = next((one for one in held if _who(one) == _who(given)), None)
        if how == "remove":
            if found is not None:
                _take(held, found, given)
        elif found is None:
            held.append({**given, "permissions": dict(given["permissions"])})
        else:
            found["permissions"] = {
                name: sorted({*found["permissions"].get(name, ()), *given["permissions"].get(name, ())})
                for name in {*found["permissions"], *given["permissions"]}
            }
    record(tenant, call, POLICIES, str(vault["id"]))
    return {"properties": {"accessPolicies": held}}


def _take(held: list[Record], found: Record, given: Record) -> None:
    left = {name: [one for one in what if one not in given["permissions"].get(name, ())]
            for name, what in found["permissions"].items()}  # fmt: skip
    found["permissions"] = left
    if not any(left.values()):
        held.remove(found)


def _who(policy: Record) -> tuple[str, str]:
    return str(policy["objectId"]), str(policy.get("applicationId") or "")


@AREA.route("GET", "/{vault}/secrets/{secret}", (), service="vault")
def _secret(tenant: Tenant, call: Call) -> Any:
    """What a person tries with a token for key vaults."""
    vault, holders = _vault(tenant, call.values["vault"]), holding(tenant, call.who.id)
    if not any(one["objectId"] in holders and "get" in one["permissions"].get("secrets", ())
               for one in vault["properties"]["accessPolicies"]):  # fmt: skip
        raise denied("The user, group or application does not have secrets get permission on this key vault.")
    return {"id": call.values["secret"], "value": vault["_secrets"][call.values["secret"]]}


@AREA.snapshot
def _snapshot(tenant: Tenant) -> dict[str, Any]:
    shown = {}
    for vault in tenant.rows("vaults"):
        for policy in vault["properties"]["accessPolicies"]:
            who, app = _who(policy)
            shown[f"key-vault/{who}/policy/{vault['name']}{'/' + app if app else ''}"] = {
                name: sorted(what) for name, what in policy["permissions"].items()
            }
    return shown
