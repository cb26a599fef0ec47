"""What botocore raises, as evict's errors. Messages carry AWS's own words, never a credential."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from botocore import exceptions as aws
from botocore.parsers import ResponseParserError

from connectors.errors import (
    AmbiguousError,
    NotFoundError,
    RefusedError,
    RejectedError,
    SecretError,
    ThrottledError,
    UnreachableError,
    UnsupportedError,
    WorldError,
)

# The second line: another change runs; AWS asks to come back, as for a throttle.
THROTTLES = frozenset(
    {"Throttling", "ThrottlingException", "ThrottledException", "RequestLimitExceeded", "TooManyRequestsException",
     "RequestThrottled", "SlowDown", "PriorRequestNotComplete", "429",
     "ConcurrentModification", "ConcurrentModificationException", "ConflictException", "EntityTemporarilyUnmodifiable"}
)  # fmt: skip
REFUSALS = frozenset(
    {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "403", "Forbidden"}
)
BAD_CREDENTIALS = frozenset(
    {"InvalidClientTokenId", "InvalidAccessKeyId", "UnrecognizedClientException", "ExpiredToken", "ExpiredTokenException",  # noqa: E501
     "SignatureDoesNotMatch", "AuthFailure", "InvalidToken"}
)  # fmt: skip
ABSENT = frozenset(
    {"NoSuchEntity", "ResourceNotFoundException", "NotFoundException", "NoSuchBucket", "NoSuchBucketPolicy", "NoSuchKey",  # noqa: E501
     "404", "DoesNotExistException", "PolicyNotAttachedException", "ReportNotPresent",
     "CredentialReportNotPresentException", "ReportExpired", "NoSuchPublicAccessBlockConfiguration",
     "ReplicationConfigurationNotFoundError", "RepositoryPolicyNotFoundException", "NoSuchAccessPointPolicy"}
)  # fmt: skip
UNSUPPORTED = frozenset(
    {"NotImplemented", "UnsupportedOperation", "OptInRequired", "SubscriptionRequiredException", "501"}
)
SERVER_ERROR = 500
_ACTION = re.compile(r"perform: ([A-Za-z0-9-]+:[A-Za-z0-9]+)")


@contextmanager
def translated(service: str, operation: str, *, write: bool) -> Iterator[None]:
    """Raise evict's errors for botocore's.

    Raises:
        WorldError: the system's answer, or that there was none.
        SecretError: there is no usable credential.

    """
    what = f"aws {service}:{operation}"
    try:
        yield
    except aws.ClientError as error:
        raise _answered(error, what, write=write) from None
    except (aws.NoCredentialsError, aws.PartialCredentialsError, aws.CredentialRetrievalError, aws.ProfileNotFound):
        raise SecretError(f"{what}: there is no usable credential", fix="check the reference in estate.yaml") from None
    except aws.ParamValidationError as error:
        raise RejectedError(f"{what}: {str(error).splitlines()[0][:200]}") from None
    except (aws.ConnectTimeoutError, aws.EndpointConnectionError, aws.ProxyConnectionError, aws.SSLError):
        raise UnreachableError(f"{what}: no connection could be made") from None
    except ResponseParserError:
        raise UnsupportedError(f"{what}: the answer is not one of this API's") from None
    except (aws.ReadTimeoutError, aws.ConnectionClosedError, aws.HTTPClientError) as error:
        name = type(error).__name__
        if write:
            raise AmbiguousError(f"{what}: the reply was lost ({name}); whether it acted is unknown") from None
        raise UnreachableError(f"{what}: the reply was lost ({name})") from None
    except aws.BotoCoreError as error:
        raise RejectedError(f"{what}: {type(error).__name__}") from None


def _answered(error: aws.ClientError, what: str, *, write: bool) -> WorldError | SecretError:
    code = str(error.response.get("Error", {}).get("Code", ""))
    words = str(error.response.get("Error", {}).get("Message", ""))[:300]
    meta = error.response.get("ResponseMetadata", {})
    status = int(meta.get("HTTPStatusCode", 0) or 0)
    text = f"{what}: {code}: {words}" if words else f"{what}: {code}"
    if code in THROTTLES or status == 429:  # noqa: PLR2004 - RFC 6585, Too Many Requests
        return ThrottledError(text, retry_after=_seconds(meta.get("HTTPHeaders", {}).get("retry-after")))
    if code in BAD_CREDENTIALS:
        return RefusedError(text, fix="the credential itself is not accepted: check it, or wait for it to spread")
    if code in REFUSALS:
        found = _ACTION.search(words)
        permission = found[1] if found else ""
        return RefusedError(text, permission=permission, fix=f"grant {permission}" if permission else "")
    if code in ABSENT or code.endswith(".NotFound"):
        return NotFoundError(text)
    if code in UNSUPPORTED:
        return UnsupportedError(text)
    if status >= SERVER_ERROR and write:
        return AmbiguousError(f"{text}; whether it acted is unknown")
    if status >= SERVER_ERROR:
        return UnreachableError(text)
    return RejectedError(text)


def _seconds(text: object) -> float | None:
    try:
        return float(str(text))
    except ValueError:
        return None
