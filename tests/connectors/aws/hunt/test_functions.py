from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from connectors.aws.hunt.areas import functions

ARCHIVE = io.BytesIO()
with zipfile.ZipFile(ARCHIVE, "w") as _archive:
    _archive.writestr("code.py", "def handle(event, context): pass\n")


def make(who: Any, estate: Any, name: str = "nightly") -> str:
    code = {"ZipFile": ARCHIVE.getvalue()}
    made = who.create_function(
        FunctionName=name, Runtime="python3.12", Role=estate.role(name), Handler="code.handle", Code=code
    )
    return str(made["FunctionArn"])


def test_a_function_of_the_subjects_is_stopped_without_losing_it(estate: Any) -> None:
    make(estate.plant("lambda", "eu-west-1"), estate)
    finding = estate.removed(functions, "function")
    assert finding.by_subject is True
    assert "put-function-concurrency" in finding.remove
    assert finding.detail["region"] == "eu-west-1"
    estate.client("lambda", "eu-west-1").delete_function_concurrency(FunctionName="nightly")
    assert estate.found(functions, kind="function")  # what was stopped can run again


def test_a_function_of_a_colleagues_is_no_finding(estate: Any) -> None:
    make(estate.client("lambda"), estate)
    assert estate.found(functions) == []


def test_code_that_the_subject_changed_is_theirs(estate: Any) -> None:
    make(estate.client("lambda"), estate)
    estate.plant("lambda").update_function_code(FunctionName="nightly", ZipFile=ARCHIVE.getvalue())
    assert estate.removed(functions, "function").by_subject is True


def test_a_url_that_asks_nobody_is_closed_and_kept(estate: Any) -> None:
    make(estate.client("lambda"), estate)
    url = estate.plant("lambda").create_function_url_config(FunctionName="nightly", AuthType="NONE")["FunctionUrl"]
    finding = estate.removed(functions, "function-url")
    assert finding.by_subject is True
    kept = estate.client("lambda").get_function_url_config(FunctionName="nightly")
    assert (kept["FunctionUrl"], kept["AuthType"]) == (url, "AWS_IAM")


def test_each_statement_for_strangers_is_one_permission_to_remove(estate: Any) -> None:
    make(estate.client("lambda"), estate)
    planter = estate.plant("lambda")
    for sid, principal in (
        ("out", estate.stranger),
        ("all", "*"),
        ("own", estate.home),
        ("service", "s3.amazonaws.com"),
    ):
        planter.add_permission(
            FunctionName="nightly", StatementId=sid, Action="lambda:InvokeFunction", Principal=principal
        )
    found = estate.found(functions, kind="function-policy")
    assert [one.title.rsplit(" ", 1)[1] for one in found] == [estate.stranger, "everybody"]
    assert all(one.by_subject for one in found)
    for one in found:
        estate.run(one.remove)
    assert estate.found(functions, kind="function-policy") == []
    left = json.loads(estate.client("lambda").get_policy(FunctionName="nightly")["Policy"])["Statement"]
    assert [one["Sid"] for one in left] == ["own", "service"]


def test_a_layer_of_a_stranger_is_taken_out_and_ours_stay(estate: Any) -> None:
    layers = [{"Arn": f"arn:aws:lambda:us-east-1:{one}:layer:one:1"} for one in (estate.home, estate.stranger)]
    function = {"FunctionName": "nightly", "FunctionArn": "arn", "Layers": layers}
    (finding,) = functions._layers(estate.look(), function)
    assert finding.severity == "medium"
    assert finding.remove.endswith(f"--layers {layers[0]['Arn']} --region us-east-1")
    (finding,) = functions._layers(estate.look(), {**function, "Layers": layers[1:]})
    assert finding.remove.endswith("--layers '[]' --region us-east-1")


def test_a_queue_of_the_subjects_that_calls_a_function_is_switched_off(estate: Any) -> None:
    make(estate.client("lambda"), estate)
    queue = estate.client("sqs").create_queue(QueueName="work")["QueueUrl"]
    arn = estate.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    estate.plant("lambda").create_event_source_mapping(FunctionName="nightly", EventSourceArn=arn)
    finding = estate.removed(functions, "event-source")
    assert finding.by_subject is True
    assert finding.detail["outside"] is False
