"""The headers with which the pages are served: what they may load, and who may show them."""

from collections.abc import Iterable
from typing import Final

CONTENT_SECURITY_POLICY: Final = "Content-Security-Policy"
TWO_YEARS: Final = 2 * 365 * 24 * 3600

UNRELATED: Final = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex",
}
"""The headers that CloudFront counts as custom headers."""


def content_security_policy(issuer_origins: Iterable[str]) -> str:
    """Everything from the pages' own origin, the API included; tokens from their issuer."""
    connect = " ".join(["'self'", *dict.fromkeys(issuer_origins)])
    return "; ".join(
        [
            "default-src 'self'",
            f"connect-src {connect}",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
        ]
    )


def page_headers(issuer_origins: Iterable[str]) -> dict[str, str]:
    """All of them, as a browser sees them."""
    return {
        CONTENT_SECURITY_POLICY: content_security_policy(issuer_origins),
        "Strict-Transport-Security": f"max-age={TWO_YEARS}",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        **UNRELATED,
    }
