"""Building and shipping: projects, webhooks, tokens of code hosts, pipelines, and who may pull or push packages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from connectors.aws.hunt.area import Look
from connectors.aws.hunt.made import Sort, made_by_subject
from connectors.aws.hunt.openings import opened
from connectors.contract import Finding
from connectors.errors import NotFoundError

AREA = "builds and packages"
SCOPE = "region"

SORTS = (
    Sort(
        "pipeline", "a pipeline", ("codepipeline", "list_pipelines", "pipelines"), "name",
        "run its stages as its role at every change of its source",
        ("codepipeline", "delete-pipeline", {"name": "name"}), "codepipeline:ListPipelines",
    ),
    Sort(
        "code-connection", "a connection to a code host", ("codestar-connections", "list_connections", "Connections"),
        "ConnectionArn", "feed pipelines from repositories of the account that it signed in to",
        ("codestar-connections", "delete-connection", {"connection_arn": "ConnectionArn"}),
        "codestar-connections:ListConnections", label="ConnectionName",
    ),
)  # fmt: skip

PERMISSIONS = (
    "codebuild:ListProjects",
    "codebuild:BatchGetProjects",
    "codebuild:ListSourceCredentials",
    "ecr:DescribeRepositories",
    "ecr:GetRepositoryPolicy",
    "codeartifact:ListDomains",
    "codeartifact:GetDomainPermissionsPolicy",
    *(sort.permission for sort in SORTS),
)

BATCH = 100
"""Projects that BatchGetProjects takes at once (CodeBuild API reference)."""

SECRET = re.compile(r"secret|token|passw|credential|api_?key|private_?key|access_?key", re.IGNORECASE)
"""Names of variables that hold a secret more often than not."""


def sweep(look: Look) -> Iterator[Finding]:
    """Projects and their credentials, what the subject made, then policies of repositories."""
    for part in (_projects, _credentials, _repositories, _domains):
        with look.tried():
            yield from part(look)
    yield from made_by_subject(look, SORTS)


def _projects(look: Look) -> Iterator[Finding]:
    names = look.pages("codebuild", "list_projects", "projects")
    while batch := list(islice(names, BATCH)):
        for project in look.call("codebuild", "batch_get_projects", names=batch).get("projects", []):
            yield from _project(look, project)


def _project(look: Look, project: dict[str, Any]) -> Iterator[Finding]:
    """A project of the subject's, its webhook, its open logs, and secrets that every reader of it sees."""
    name, mine = project["name"], look.tied(project["name"])
    source = str(project.get("source", {}).get("location") or project.get("source", {}).get("type", "?"))
    if mine:
        yield look.finding(
            "build-project", project["arn"], f"the subject made or changed the build project {name}, of {source}",
            found_by="codebuild:BatchGetProjects", allows=f"run code of {source} as {project.get('serviceRole', '?')}",
            remove=look.command("codebuild", "delete-project", name=name), by_subject=True, detail={"source": source},
        )  # fmt: skip
    if mine and project.get("webhook"):
        yield look.finding(
            "build-webhook", project["arn"], f"the build project {name} starts whenever {source} says so",
            found_by="codebuild:BatchGetProjects", allows="start a build from the code host, without any AWS login",
            remove=look.command("codebuild", "delete-webhook", project_name=name), by_subject=True,
        )  # fmt: skip
    if project.get("projectVisibility") == "PUBLIC_READ":
        yield look.finding(
            "build-logs", project["arn"], f"everybody may read the logs of the build project {name}",
            found_by="codebuild:BatchGetProjects", allows="read logs and results of every build",
            remove=look.command(
                "codebuild", "update-project-visibility", project_arn=project["arn"], project_visibility="PRIVATE"
            ),
            severity="medium", by_subject=mine or None,
        )  # fmt: skip
    yield from _plain(look, project)


def _plain(look: Look, project: dict[str, Any]) -> Iterator[Finding]:
    """Names of variables that look like secrets in plain text. Their values stay where they are."""
    variables = project.get("environment", {}).get("environmentVariables", [])
    names = sorted(
        str(one["name"])
        for one in variables
        if one.get("type", "PLAINTEXT") == "PLAINTEXT" and SECRET.search(str(one["name"]))
    )
    if not names:
        return
    yield look.finding(
        "build-secret", project["arn"],
        f"the build project {project['name']} holds secrets in plain text: {', '.join(names)}",
        found_by="codebuild:BatchGetProjects", allows="use them: whoever may read the project has read them",
        remove="replace each secret where it was issued, put the new one into Secrets Manager, and name it in "
        + look.command("codebuild", "update-project", name=project["name"]) + " --environment …",
        severity="medium", detail={"variables": names},
    )  # fmt: skip


def _credentials(look: Look) -> Iterator[Finding]:
    """Tokens of code hosts that every build of this Region uses."""
    for one in look.pages("codebuild", "list_source_credentials", "sourceCredentialsInfos"):
        mine = look.tied(one["arn"])
        yield look.finding(
            "source-credential", one["arn"], f"builds use a stored credential for {one.get('serverType', '?')}",
            found_by="codebuild:ListSourceCredentials", allows="read the repositories of whoever's token it is",
            remove=look.command("codebuild", "delete-source-credentials", arn=one["arn"]), by_subject=mine or None,
            severity="high" if mine else "medium",
        )  # fmt: skip


def _repositories(look: Look) -> Iterator[Finding]:
    """Container repositories that strangers may pull from or push to."""
    for repository in look.pages("ecr", "describe_repositories", "repositories"):
        name = repository["repositoryName"]

        def remove(left: str, name: str = name) -> str:
            if left:
                return look.command("ecr", "set-repository-policy", repository_name=name, policy_text=left)
            return look.command("ecr", "delete-repository-policy", repository_name=name)

        with look.tried():
            try:
                policy = look.call("ecr", "get_repository_policy", repositoryName=name)["policyText"]
            except NotFoundError:
                continue
            yield from opened(
                look, "image-repository", name, f"the container repository {name}", policy,
                found_by="ecr:GetRepositoryPolicy", remove=remove,
            )  # fmt: skip


def _domains(look: Look) -> Iterator[Finding]:
    """Package domains that strangers may read from or publish to."""
    for domain in look.pages("codeartifact", "list_domains", "domains"):
        name = domain["name"]

        def remove(left: str, name: str = name) -> str:
            if left:
                return look.command("codeartifact", "put-domain-permissions-policy", domain=name, policy_document=left)
            return look.command("codeartifact", "delete-domain-permissions-policy", domain=name)

        with look.tried():
            try:
                answer = look.call("codeartifact", "get_domain_permissions_policy", domain=name)
            except NotFoundError:
                continue
            yield from opened(
                look, "package-domain", name, f"the package domain {name}", answer.get("policy", {}).get("document"),
                found_by="codeartifact:GetDomainPermissionsPolicy", remove=remove,
            )  # fmt: skip
