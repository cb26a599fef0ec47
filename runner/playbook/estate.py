"""`estate.yaml`: the systems that evict may act on, and the people who may run, approve and answer."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from connectors.contract import Connector, Field, SecretRef, System
from connectors.errors import InputError
from connectors.registry import Registry
from connectors.secrets import parse_ref
from connectors.types import EMAIL, duration_seconds, parse_type
from runner.authored.leaks import find_leaks
from runner.authored.reader import Reader
from runner.authored.source import Node, read_file, read_yaml

TOP_KEYS = ("evict-estate", "people", "systems")
PERSON_KEYS = ("email", "name", "roles", "key")
SYSTEM_KEYS = ("connector", "reader", "cutter", "rate", "settle")
SYSTEM_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
PUBLIC_KEY = re.compile(
    r"(ssh-ed25519|ecdsa-sha2-nistp(256|384|521)|ssh-rsa|sk-ssh-ed25519@openssh\.com|sk-ecdsa-sha2-nistp256@openssh\.com)"
    r" [A-Za-z0-9+/=]+( [^\r\n]*)?"
)


@dataclass(frozen=True)
class Person:
    """Somebody who may run, approve or answer."""

    email: str
    name: str
    roles: tuple[str, ...]
    key: str
    """OpenSSH public key line; "" for people who never sign."""


@dataclass(frozen=True)
class Estate:
    """The loaded estate."""

    systems: Mapping[str, System]
    people: tuple[Person, ...]
    source: bytes
    digest: str
    file: str

    def allowed_signers(self) -> str:
        """The people's keys in OpenSSH's allowed_signers form (ssh-keygen(1), ALLOWED SIGNERS)."""
        lines = []
        for person in self.people:
            if person.key:
                kind, data = person.key.split()[:2]
                lines.append(f'{person.email} namespaces="evict-approval,evict-checkpoint" {kind} {data}\n')
        return "".join(lines)


def load_estate(path: Path, registry: Registry) -> Estate:
    """Load an estate from a file.

    Raises:
        InputError: every problem of the file, sorted; secrets are never repeated.

    """
    return parse_estate(read_file(path), str(path), registry)


def parse_estate(data: bytes, name: str, registry: Registry) -> Estate:
    """Load an estate from bytes."""
    root = read_yaml(data, name)
    reader = Reader(name)
    reader.problems.extend(find_leaks(root))
    if not reader.keys(root, TOP_KEYS, "an estate"):
        reader.finish(f"estate {name}")
    reader.require(root, ("evict-estate", "systems"), "an estate")
    version = root.get("evict-estate")
    if version is not None and version.value != 1:
        reader.add(
            version.place, "bad-version", "this version of the estate form is not known", "write evict-estate: 1"
        )
    people = _people(reader, root.get("people"))
    systems = _systems(reader, root.get("systems"), registry)
    reader.finish(f"estate {name}")
    return Estate(systems, people, data, hashlib.sha256(data).hexdigest(), name)


def _people(reader: Reader, node: Node | None) -> tuple[Person, ...]:
    if node is None:
        return ()
    if not isinstance(node.value, list):
        reader.add(node.place, "bad-type", "people must be a list", "begin each person with `- email: …`")
        return ()
    people: list[Person] = []
    for child in node.children.values():
        if not reader.keys(child, PERSON_KEYS, "a person"):
            continue
        reader.require(child, ("email", "name"), "a person")
        person = _person(reader, child)
        if any(person.email == other.email for other in people):
            reader.add(child.place, "duplicate-person", f"{person.email} is listed twice", "keep one entry")
        if person.key and any(person.key.split()[1] == other.key.split()[1] for other in people if other.key):
            message = f"{person.email} has the key of another person"
            reader.add(child.place, "shared-key", message, "two people need two keys: one key cannot be two signatures")
        people.append(person)
    return tuple(people)


def _person(reader: Reader, node: Node) -> Person:
    email, key = node.get("email"), node.get("key")
    address = reader.text(email, "email")
    if email is not None and address and not EMAIL.fullmatch(address):
        reader.add(email.place, "bad-email", "email must be one e-mail address", "e.g. mei@example.org")
    line = reader.text(key, "key")
    if key is not None and line and not PUBLIC_KEY.fullmatch(line.strip()):
        reader.add(
            key.place, "bad-key", "key must be one OpenSSH public key line", "paste the content of id_ed25519.pub"
        )
        line = ""
    return Person(
        address, reader.text(node.get("name"), "name"), reader.texts(node.get("roles"), "roles"), line.strip()
    )


def _systems(reader: Reader, node: Node | None, registry: Registry) -> dict[str, System]:
    if node is None or not reader.keys(node, node.children, "systems"):
        return {}
    systems = {}
    for name, child in node.items():
        if not SYSTEM_NAME.fullmatch(name):
            message = f"system name {name!r:.60} must be lower-case words joined by -"
            reader.add(node.keys[name], "bad-id", message, "e.g. aws-main")
        system = _system(reader, name, child, registry)
        if system is not None:
            systems[name] = system
    return systems


def _system(reader: Reader, name: str, node: Node, registry: Registry) -> System | None:
    if not node.is_mapping:
        reader.add(node.place, "bad-type", f"system {name!r} must be a mapping", "write its keys below it")
        return None
    reader.require(node, ("connector",), f"system {name!r}")
    connector_node = node.get("connector")
    if connector_node is None:
        return None
    try:
        connector = registry.connector(reader.text(connector_node, "connector"))
    except InputError as error:
        reader.add(connector_node.place, "unknown-connector", error.what, error.expected)
        return None
    settings = {field.name: field for field in connector.settings}
    reader.keys(node, (*SYSTEM_KEYS, *settings), f"system {name!r}")
    rate = node.get("rate")
    if rate is not None and (
        not isinstance(rate.value, (int, float)) or isinstance(rate.value, bool) or rate.value <= 0
    ):
        reader.add(rate.place, "bad-type", "rate must be calls per second, above 0", "e.g. rate: 20")
    return System(
        name=name,
        connector=connector.name,
        settings=_settings(reader, node, settings),
        reader=_credential(reader, node, "reader", connector, name),
        cutter=_credential(reader, node, "cutter", connector, name),
        rate=float(rate.value) if rate is not None and isinstance(rate.value, (int, float)) else None,
        settle_s=_settle(reader, node.get("settle")),
    )


def _settle(reader: Reader, node: Node | None) -> float | None:
    if node is None:
        return None
    if node.value == 0:
        return 0.0
    try:
        return duration_seconds(str(node.value))
    except ValueError as error:
        reader.add(node.place, "bad-duration", f"settle {error}", "write 0 or e.g. 10s")
        return None


def _settings(reader: Reader, node: Node, fields: dict[str, Field]) -> dict[str, object]:
    values: dict[str, object] = {name: field.default for name, field in fields.items()}
    for name, field in fields.items():
        child = node.get(name)
        if child is None:
            if field.required:
                reader.add(node.place, "missing-key", f"the system needs {name!r}: {field.doc}", f"add `{name}: …`")
            continue
        wrong = parse_type(field.type).problem(child.value)
        if wrong is None and field.choices and child.value not in field.choices:
            wrong = f"must be one of {', '.join(field.choices)}"
        if wrong:
            reader.add(child.place, "bad-setting", f"{name} {wrong}", field.doc)
        values[name] = child.value
    return values


def _credential(reader: Reader, node: Node, role: str, connector: Connector, system: str) -> dict[str, SecretRef]:
    child = node.get(role)
    known = {field.name for field in connector.credentials}
    if child is None:
        if known:
            fix = f"add `{role}:` with references to secrets"
            reader.add(node.place, "missing-key", f"system {system!r} needs a {role} credential", fix)
        return {}
    if not reader.keys(child, known, f"{role} of {system!r}"):
        return {}
    references = {}
    for name, one in child.items():
        try:
            references[name] = parse_ref(one.value)
        except ValueError as error:
            reader.add(one.place, "literal-secret", f"{role} {name}: {error}", "keep secrets out of files")
    return references
