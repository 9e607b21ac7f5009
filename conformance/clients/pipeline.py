"""Drives the whole pipeline with boto3 and plain HTTP, clients that we did not write.

Puts an object into the inbox and a message on the bus, lists the executions, receives a dead letter, describes the
import job, reads its manifest, and searches the patients over HTTP.
Usage: python3 pipeline.py http://127.0.0.1:PORT
Exits 0 when all of it came through, 1 when not.
"""

import json
import sys
import time
import urllib.parse
import urllib.request

import boto3
from botocore.config import Config

INBOX = "tributary-inbox"
WAIT_SECONDS = 60


def message(control, number, kind="ADT^A04^ADT_A01"):
    """A small admission of a made-up patient, as HL7 v2."""
    return "\r".join([
        f"MSH|^~\\&|ADT|CLINIC|TRIBUTARY|LAKE|20260105101500+0000||{kind}|{control}|P|2.5.1|||||||UNICODE UTF-8",
        "EVN|A04|20260105101500+0000",
        f"PID|1||{number}^^^CLINIC^MR||Sample^Bo^^^^^L||19700101|F",
        f"PV1|1|O|1^1^1^CLINIC||||||||||||||||V{number}^^^CLINIC^VN",
        "",
    ])


def wait_for(what, ask):
    """Asks until there is an answer; fails with what it waited for."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        answer = ask()
        if answer:
            return answer
        time.sleep(0.3)
    raise AssertionError(f"waited in vain for {what}")


class Clients:
    """The clients of one endpoint."""

    def __init__(self, endpoint):
        session = boto3.session.Session("test", "test", region_name="us-east-1")
        config = Config(retries={"max_attempts": 2})
        for name in ("s3", "events", "stepfunctions", "sqs", "healthlake"):
            setattr(self, name, session.client(name, endpoint_url=endpoint, config=config))
        self.endpoint = endpoint


def check_object(clients):
    """An object in the inbox is read back by its version."""
    body = (message("B1", "31001") + message("B2", "31002", "QBP^Q22^QBP_Q21")).encode()
    put = clients.s3.put_object(Bucket=INBOX, Key="tenants/demo/in/default/boto3.hl7", Body=body)
    got = clients.s3.get_object(Bucket=INBOX, Key="tenants/demo/in/default/boto3.hl7", VersionId=put["VersionId"])
    assert got["Body"].read() == body


def check_event(clients):
    """The bus of the integration engines takes a message."""
    detail = {"version": "1", "tenant": "demo", "feed": "default", "message": message("B3", "31003")}
    entry = {"EventBusName": "tributary-engine", "Source": "engine", "DetailType": "HL7 v2 Message"}
    answer = clients.events.put_events(Entries=[{**entry, "Detail": json.dumps(detail)}])
    assert answer["FailedEntryCount"] == 0, answer


def check_executions(clients):
    """Both drops have an execution that succeeded and shows the run of its map."""
    arns = {m["name"]: m["stateMachineArn"] for m in clients.stepfunctions.list_state_machines()["stateMachines"]}

    def succeeded(machine, number):
        found = clients.stepfunctions.list_executions(stateMachineArn=arns[machine], statusFilter="SUCCEEDED")
        return found["executions"] if len(found["executions"]) >= number else None

    ingests = wait_for("two ingests", lambda: succeeded("tributary-ingest", 2))
    history = clients.stepfunctions.get_execution_history(executionArn=ingests[0]["executionArn"])
    assert any(event["type"] == "MapRunStarted" for event in history["events"])


def check_dead_letter(clients):
    """The message of a type that is not mapped rings as one pointer."""
    url = clients.sqs.get_queue_url(QueueName="tributary-dead-letters")["QueueUrl"]
    answer = clients.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=15)
    pointers = [json.loads(one["Body"]) for one in answer.get("Messages", [])]
    assert [(one["reason"], one["ordinal"], one["path"]) for one in pointers] == [
        ("message-type-unsupported", 2, "MSH-9")
    ], pointers
    for one in answer["Messages"]:
        clients.sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])


def check_import_job(clients):
    """The import job is described as completed; its manifest counts what it scanned."""
    store = clients.healthlake.list_fhir_datastores()["DatastorePropertiesList"][0]["DatastoreId"]

    def completed():
        jobs = clients.healthlake.list_fhir_import_jobs(DatastoreId=store, JobStatus="COMPLETED")
        return jobs["ImportJobPropertiesList"]

    job = wait_for("an import job", completed)[0]
    told = clients.healthlake.describe_fhir_import_job(DatastoreId=store, JobId=job["JobId"])["ImportJobProperties"]
    assert told["JobStatus"] == "COMPLETED", told["JobStatus"]
    uri = urllib.parse.urlparse(told["JobOutputDataConfig"]["S3Configuration"]["S3Uri"])
    key = uri.path.lstrip("/").rstrip("/") + "/Manifest.json"
    manifest = json.loads(clients.s3.get_object(Bucket=uri.netloc, Key=key)["Body"].read())
    assert manifest["numberOfResourcesScanned"] > 0, manifest
    assert manifest["numberOfResourcesImportedSuccessfully"] == manifest["numberOfResourcesScanned"], manifest


def check_search(clients):
    """Plain HTTP finds the patients of the file and of the event by their number."""
    store = clients.healthlake.list_fhir_datastores()["DatastorePropertiesList"][0]

    def found(number):
        base = f"{clients.endpoint}/datastore/{store['DatastoreId']}/r4"
        with urllib.request.urlopen(f"{base}/Patient?identifier={number}", timeout=10) as answer:
            return json.load(answer).get("entry", [])

    for number in ("31001", "31003"):
        entry = wait_for(f"patient {number}", lambda number=number: found(number))
        assert len(entry) == 1 and entry[0]["resource"]["birthDate"] == "1970-01-01", entry
    assert found("31002") == []


def main(endpoint):
    """Runs all checks against `endpoint`, in order."""
    clients = Clients(endpoint)
    checks = (check_object, check_event, check_executions, check_dead_letter, check_import_job, check_search)
    failed = 0
    for check in checks:
        title = check.__name__.removeprefix("check_").replace("_", " ")
        try:
            check(clients)
            print(f"{title}: passed")
        except Exception as error:  # the summary must count every kind of failure
            failed += 1
            print(f"{title}: failed: {type(error).__name__}: {error}")
    print(f"boto3 {boto3.__version__}: {len(checks) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print("Usage: python3 pipeline.py http://127.0.0.1:PORT")
        sys.exit(2)
    sys.exit(main(sys.argv[1]))
