"""Federation: a domain that the subject handed to another identity provider is found, others' are left alone."""

from __future__ import annotations

from connectors.microsoft.hunt.areas import federation
from runner.range.microsoft.people import SUSPECT, guid
from runner.range.microsoft.tenant import PLANTED_DOMAIN, SISTER_DOMAIN, row
from tests.connectors.microsoft.kit import everything
from tests.connectors.microsoft.trial import trial


def test_the_domain_that_the_subject_federated_is_found_with_its_issuer_and_the_innocent_one_is_not() -> None:
    with trial() as one:
        findings, gaps = one.sweep(federation)
        (found,) = findings
        assert (found.kind, found.by_subject, gaps) == ("federated-domain", True, [])
        assert "https://login.jlee-labs.example" in found.title
        assert "multi-factor claims that are believed" in found.allows
        assert found.remove == f"Update-MgDomain -DomainId {PLANTED_DOMAIN} -AuthenticationType Managed"
        assert SISTER_DOMAIN not in found.title


def test_a_domain_that_the_subject_only_added_is_told_as_that() -> None:
    with trial() as one:
        one.world.tenant.put("domains", {"id": "new.example", "authenticationType": "Managed", "isVerified": True})
        one.world.tenant.put(
            "directoryAudits", row("added", "Add verified domain", guid(SUSPECT), "Other", "", "new.example")
        )
        kinds = {found.id: found.severity for found in one.sweep(federation)[0]}
        assert kinds["changed-domain/new.example"] == "medium"


def test_a_federation_that_may_not_be_read_is_still_told_and_the_gap_too() -> None:
    with trial() as one:
        one.world.allow(reader=everything() - {"Domain-InternalFederation.Read.All"})
        findings, gaps = one.sweep(federation)
        assert [found.kind for found in findings] == ["federated-domain"]
        assert "could not be read" in findings[0].title
        assert gaps


def test_a_domains_name_is_no_command() -> None:
    with trial() as one:
        name = "x.example; rm -rf ~"
        one.world.tenant.put("domains", {"id": name, "authenticationType": "Managed"})
        one.world.tenant.put("directoryAudits", row("evil", "Add domain to company", guid(SUSPECT), "Other", "", name))
        (found,) = [found for found in one.sweep(federation)[0] if found.kind == "changed-domain"]
        assert f"'{name}'" in found.remove
