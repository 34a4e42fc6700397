"""What an object store answered, in words for an operator; no secret is in them.

The whole message of an error quotes signed URLs and the store's answer, so only these parts of it
are ever shown. The codes are those of S3; see
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html.
"""

import os
import re
from collections.abc import Generator
from contextlib import contextmanager

# The parts of a message, the best first.
_REASONS = [
    re.compile(each)
    for each in (
        r"<Code>(\w+)",
        r"(redirect without LOCATION)",
        r"(169\.254\.169\.254)",  # where the role of a machine is asked for
        r"(Missing SecretAccessKey|Missing AccessKeyId)",
        r"status code: (\d+ [\w ]+)",
        r"HTTP error: ([\w ]+)",
    )
]
_REGION = "the bucket is in another region: correct AWS_REGION"
_CREDENTIALS = (
    "there are no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment "
    "of the process"
)
# Where one of these is set, no machine is asked for its role.
_CREDENTIAL_NAMES = (
    *("AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS"),
    *("GOOGLE_", "AZURE_"),
)
_EXPLAINED = {
    "InvalidAccessKeyId": "the store does not know this access key: correct AWS_ACCESS_KEY_ID",
    "SignatureDoesNotMatch": "the secret key does not belong to the access key: correct "
    "AWS_SECRET_ACCESS_KEY",
    "InvalidToken": "the session token is wrong: correct AWS_SESSION_TOKEN",
    "ExpiredToken": "the session token has expired: set a new AWS_SESSION_TOKEN",
    "AccessDenied": "these credentials do not have the right: let them read, write, list and "
    "delete objects there",
    "NoSuchBucket": "there is no such bucket: create it, or correct ASSETS_DIR",
    "InvalidBucketName": "no bucket can have this name: correct ASSETS_DIR",
    "AuthorizationHeaderMalformed": _REGION,
    "PermanentRedirect": _REGION,
    "IllegalLocationConstraintException": _REGION,
    "redirect without LOCATION": _REGION,
    "RequestTimeTooSkewed": "the clock of this machine differs from the store's: set it, and let "
    "it be kept right by NTP",
    "SlowDown": "the store gets too many requests: wait a moment",
    "169.254.169.254": _CREDENTIALS,
    "Missing SecretAccessKey": _CREDENTIALS,
    "Missing AccessKeyId": _CREDENTIALS,
    "builder error": "an endpoint with http:// needs AWS_ALLOW_HTTP=true, and any other must begin "
    "with https://",
    "error sending request": "nothing answers there: correct AWS_ENDPOINT_URL, or look at the "
    "network and at the server's certificate",
    "RustPanic": "AWS_ENDPOINT_URL is no URL: begin it with https://",
}


def store_problem(error: Exception) -> str:
    """What is wrong, what to do if that is known, and the store's own word for it."""
    explained = explanation(error)
    return f"{explained} ({_reason(error)})" if explained else _reason(error)


def explanation(error: Exception) -> str | None:
    """What is wrong and what to do; None where that is not known."""
    return _EXPLAINED.get(_reason(error))


def no_answer() -> str:
    """What is wrong where none came in time: perhaps a machine without a role asks for one."""
    if any(name.upper().startswith(_CREDENTIAL_NAMES) for name in os.environ):
        return "no answer in time"
    return f"no answer in time; perhaps {_CREDENTIALS}"


def _reason(error: Exception) -> str:
    found = (each.search(str(error)) for each in _REASONS)
    return next((match[1] for match in found if match), type(error).__name__)


def without_account(path: str) -> str:
    """The path or URL as it may be shown: without what stands before an `@`, perhaps a key.

    A secret key may hold slashes, so it may look like a folder. In a URL of Azure, the name of a
    container stands there.
    """
    scheme, mark, rest = path.partition("://")
    account, at, place = rest.rpartition("@")
    if not mark or not at or "/" not in place:
        return path
    if scheme in {"abfs", "abfss"} and not set(":/@") & set(account):
        return path
    return f"{scheme}://{place}"


@contextmanager
def plain_errors(what: str) -> Generator[None, None, None]:
    """Turns what obstore raises into an OSError of one line, without secrets."""
    try:
        yield
    except FileNotFoundError as error:
        raise FileNotFoundError(f"{what}: {store_problem(error)}") from None
    except TimeoutError:
        raise TimeoutError(f"{what}: {no_answer()}") from None
    except Exception as error:  # noqa: BLE001 - also RustPanic, where a setting is no URL
        raise OSError(f"{what}: {store_problem(error)}") from None
