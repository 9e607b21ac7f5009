"""Drives an endpoint with boto3, a client that we did not write.

Puts an object into a bucket, puts an event on a bus, and receives both from queues that rules deliver to.
Usage: python3 clients.py http://127.0.0.1:PORT
Exits 0 when all of it came through, 1 when not; says "skipped" and exits 0 where boto3 is missing.
"""

import json
import sys
import uuid

try:
    import boto3
    from botocore.config import Config
except ImportError:
    print("skipped: boto3 is not installed")
    sys.exit(0)

BODY = b"MSH|^~\\&|SENDER|SITE|TRIBUTARY|SITE|20260101000000||ADT^A01|1|P|2.5.1\r"


def receive(sqs, queue_url):
    """The body of the next message as JSON; fails when none comes."""
    answer = sqs.receive_message(QueueUrl=queue_url, WaitTimeSeconds=15)
    messages = answer.get("Messages", [])
    assert len(messages) == 1, "no message came"
    sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=messages[0]["ReceiptHandle"])
    return json.loads(messages[0]["Body"])


def queue_for(sqs, events, name, pattern, bus):
    """A queue that a rule on `bus` delivers to."""
    queue_url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name=name, EventBusName=bus, EventPattern=json.dumps(pattern))
    failed = events.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])
    assert failed["FailedEntryCount"] == 0
    return queue_url


def check_object(s3, sqs, events, name):
    """An object that is put reads back, and is announced on the default bus."""
    s3.create_bucket(Bucket=name)
    s3.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration={"EventBridgeConfiguration": {}})
    pattern = {"source": ["aws.s3"], "detail": {"bucket": {"name": [name]}}}
    queue_url = queue_for(sqs, events, f"{name}-drops", pattern, "default")
    s3.put_object(Bucket=name, Key="in/a b.hl7", Body=BODY)
    assert s3.get_object(Bucket=name, Key="in/a b.hl7")["Body"].read() == BODY
    event = receive(sqs, queue_url)
    assert event["detail-type"] == "Object Created"
    assert event["detail"]["object"]["key"] == "in/a b.hl7"
    assert event["detail"]["object"]["size"] == len(BODY)


def check_event(sqs, events, name):
    """An event that is put on a bus of its own reaches the queue of the rule there."""
    events.create_event_bus(Name=name)
    queue_url = queue_for(sqs, events, f"{name}-events", {"detail-type": ["HL7 v2 Message"]}, name)
    entry = {"EventBusName": name, "Source": "engine", "DetailType": "HL7 v2 Message", "Detail": '{"number": 1}'}
    assert events.put_events(Entries=[entry])["FailedEntryCount"] == 0
    assert receive(sqs, queue_url)["detail"] == {"number": 1}


def check_refusal(sqs, name):
    """A queue that is not there is refused under the name that boto3 knows."""
    try:
        sqs.get_queue_url(QueueName=f"{name}-absent")
    except sqs.exceptions.QueueDoesNotExist as refusal:
        assert refusal.response["Error"]["Code"] == "AWS.SimpleQueueService.NonExistentQueue"
    else:
        raise AssertionError("a queue that is not there was found")


def main(endpoint):
    """Runs all checks against `endpoint`."""
    session = boto3.session.Session("test", "test", region_name="us-east-1")
    config = Config(retries={"max_attempts": 1})
    s3, sqs, events = (session.client(service, endpoint_url=endpoint, config=config) for service in ("s3", "sqs", "events"))
    name = f"tributary-boto3-{uuid.uuid4().hex[:12]}"
    checks = {
        "object": lambda: check_object(s3, sqs, events, name),
        "event": lambda: check_event(sqs, events, name),
        "refusal": lambda: check_refusal(sqs, name),
    }
    failed = 0
    for title, check in checks.items():
        try:
            check()
            print(f"{title}: passed")
        except Exception as error:  # the summary must count every kind of failure
            failed += 1
            print(f"{title}: failed: {type(error).__name__}: {error}")
    print(f"boto3 {boto3.__version__}: {len(checks) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print("Usage: python3 clients.py http://127.0.0.1:PORT")
        sys.exit(2)
    sys.exit(main(sys.argv[1]))
