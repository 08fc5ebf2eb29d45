"""Checks webhooks by the Standard Webhooks specification with nothing but Python's standard library.

Reads a JSON list of {"secret", "headers", "body", "now"} and writes a JSON list of true and false.
"""

import base64
import hashlib
import hmac
import json
import sys

TOLERANCE = 5 * 60


def is_genuine(secret, headers, body, now):
    message_id = headers["webhook-id"]
    timestamp = headers["webhook-timestamp"]
    if abs(now - int(timestamp)) > TOLERANCE:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.{body}".encode()
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    signatures = [entry.split(",", 1) for entry in headers["webhook-signature"].split(" ")]
    return any(
        version == "v1" and hmac.compare_digest(signature, expected) for version, signature in signatures
    )


json.dump([is_genuine(**message) for message in json.load(sys.stdin)], sys.stdout)
