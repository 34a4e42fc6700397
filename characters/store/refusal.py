"""Why a server can't be used at the start, as the end of a sentence for the operator."""

import ssl

from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    NoPermissionError,
    ResponseError,
)

from characters.store.faults import causes

_CERTIFICATE = (
    "shows a certificate that is not trusted here ({}): set ssl_ca_certs in the URL to the file of "
    "its authority."
)
_TLS = (
    "and this client do not agree on TLS ({}): correct the scheme, or the files of certificates in "
    "the URL."
)
_SENTENCES: dict[type[Exception], str] = {  # a class stands before those that it inherits from
    AuthenticationError: "refuses the password or user (ACL): correct them in the URL.",
    NoPermissionError: (
        "does not give this user (ACL) enough rights: docs/operating.md names them (+info, also "
        "+cluster|slots on a cluster, and more)."
    ),
    BusyLoadingError: "is still loading its data: try again in a moment.",
    ResponseError: (
        "refuses this client: correct the password, the user (ACL) or the database number in the "
        "URL."
    ),
}
_NO_CLUSTER = "is no node of a cluster: write redis:// in place of redis+cluster://."


def refusal(error: BaseException) -> str:
    """Never the text of the error itself, which may hold a password."""
    for each in causes(error):
        if isinstance(each, ssl.SSLCertVerificationError):
            return _CERTIFICATE.format(each.verify_message)
        if isinstance(each, ssl.SSLError):
            return _TLS.format(each.reason)
        if isinstance(each, ResponseError) and "cluster support disabled" in str(each):
            return _NO_CLUSTER
        for kind, sentence in _SENTENCES.items():
            if isinstance(each, kind):
                return sentence
    return f"does not answer ({type(error).__name__}): start it, or correct the URL."
