from __future__ import annotations

import json
from typing import Any

from connectors.aws.hunt.areas import pipelines

SOURCE = "https://github.com/jl-personal/tools"


def project(who: Any, estate: Any, name: str, *variables: dict[str, str]) -> None:
    who.create_project(
        name=name, source={"type": "GITHUB", "location": SOURCE}, artifacts={"type": "NO_ARTIFACTS"},
        environment={
            "type": "LINUX_CONTAINER", "image": "x", "computeType": "BUILD_GENERAL1_SMALL",
            "environmentVariables": list(variables),
        },
        serviceRole=estate.role(name),
    )  # fmt: skip


def policy(*principals: str) -> str:
    statements = [{"Effect": "Allow", "Principal": {"AWS": one}, "Action": "ecr:BatchGetImage"} for one in principals]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def test_a_project_of_the_subjects_goes_and_its_source_is_named(estate: Any) -> None:
    project(estate.plant("codebuild", "eu-west-1"), estate, "tools")
    project(estate.client("codebuild", "eu-west-1"), estate, "ours")
    finding = estate.removed(pipelines, "build-project")
    assert finding.by_subject is True
    assert SOURCE in finding.title


def test_a_webhook_of_the_subjects_is_deleted(estate: Any) -> None:
    project(estate.client("codebuild"), estate, "ours")
    estate.plant("codebuild").create_webhook(projectName="ours")
    assert estate.removed(pipelines, "build-webhook").by_subject is True


def test_secrets_in_plain_text_are_told_by_name_only(estate: Any) -> None:
    project(
        estate.client("codebuild"), estate, "ours", {"name": "NPM_TOKEN", "value": "hush-hush"}, {"name": "STAGE", "value": "prod"},
        {"name": "DB_PASSWORD", "value": "/db/password", "type": "PARAMETER_STORE"},
    )  # fmt: skip
    found = estate.found(pipelines)
    assert [one.detail["variables"] for one in found] == [["NPM_TOKEN"]]
    assert "hush" not in repr(found)


def test_logs_that_everybody_may_read_are_closed(estate: Any) -> None:
    project(estate.client("codebuild"), estate, "ours")
    arn = f"arn:aws:codebuild:us-east-1:{estate.home}:project/ours"
    estate.client("codebuild").update_project_visibility(projectArn=arn, projectVisibility="PUBLIC_READ")
    assert estate.removed(pipelines, "build-logs").severity == "medium"


def test_every_stored_token_is_told_and_the_subjects_first(estate: Any) -> None:
    for who in (estate.plant("codebuild"), estate.client("codebuild")):
        who.import_source_credentials(token="ghp_hush", serverType="GITHUB", authType="PERSONAL_ACCESS_TOKEN")
    found = estate.found(pipelines, kind="source-credential")
    assert [(one.severity, one.by_subject) for one in found] == [("high", True), ("medium", None)]
    assert "hush" not in repr(found)
    for one in found:
        estate.run(one.remove)
    assert estate.found(pipelines) == []


def test_a_pipeline_of_the_subjects_is_deleted(estate: Any) -> None:
    action = {"name": "a", "actionTypeId": {"category": "Source", "owner": "AWS", "provider": "S3", "version": "1"}}
    estate.plant("codepipeline").create_pipeline(
        pipeline={
            "name": "ship", "roleArn": estate.role("codepipeline"), "version": 1,
            "artifactStore": {"type": "S3", "location": "somewhere"},
            "stages": [{"name": "one", "actions": [action]}, {"name": "two", "actions": [{**action, "name": "b"}]}],
        }
    )  # fmt: skip
    assert estate.removed(pipelines, "pipeline").title.endswith(": ship")


def test_a_connection_to_the_subjects_code_host_is_deleted(estate: Any) -> None:
    for number in range(12):  # more than a page, which botocore has no paginator for
        estate.client("codestar-connections").create_connection(ConnectionName=f"ours-{number}", ProviderType="GitHub")
    estate.plant("codestar-connections").create_connection(ConnectionName="mine", ProviderType="GitHub")
    assert estate.removed(pipelines, "code-connection").title.endswith(": mine")


def test_a_container_repository_is_closed_to_strangers_and_stays_open_to_us(estate: Any) -> None:
    estate.client("ecr").create_repository(repositoryName="web")
    estate.client("ecr").create_repository(repositoryName="quiet")
    estate.plant("ecr").set_repository_policy(repositoryName="web", policyText=policy(estate.stranger, estate.home))
    assert estate.removed(pipelines, "image-repository").by_subject is True
    estate.plant("ecr").set_repository_policy(repositoryName="web", policyText=policy("*"))
    assert "delete-repository-policy" in estate.removed(pipelines, "image-repository").remove


def test_a_package_domain_is_closed_to_strangers(estate: Any) -> None:
    for name in ("packages", "quiet"):
        estate.client("codeartifact").create_domain(domain=name)
    for principals in ([estate.stranger], [estate.stranger, estate.home]):
        estate.plant("codeartifact").put_domain_permissions_policy(
            domain="packages", policyDocument=policy(*principals)
        )
        assert estate.removed(pipelines, "package-domain").by_subject is True
