"""Bearer tokens: JWTs whose signature, issuer, audience and expiry hold; what they say of who asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jwt

from munim.core.errors import RequestWrong

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from munim.core.settings import Settings

SHORTEST_SECRET_BYTES = 32
"""RFC 7518, 3.2: a key of HS256 is as long as its hash, or longer."""

PUBLIC_KEY_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")

LONGEST_NAME = 200


class TokenRefused(Exception):
    """The token is none of ours: forged, expired, or made out for somebody else."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who asks, by a token that holds: its subject, when it ends, and its scopes. The token itself is not kept."""

    subject: str
    expires_at: int
    scopes: tuple[str, ...]


@dataclass(frozen=True)
class Tokens:
    """Reads tokens: signed with one of `keys` (by key id; None: the one there is) by one of `algorithms`."""

    keys: Mapping[str | None, Any]
    algorithms: Sequence[str]
    issuer: str
    audience: str

    def read(self, token: str) -> Bearer:
        """Return who asks. Raises `TokenRefused`, which says why and nothing of the token."""
        try:
            key = self._key(jwt.get_unverified_header(token).get("kid"))
            claims = jwt.decode(
                token, key, algorithms=list(self.algorithms), audience=self.audience, issuer=self.issuer,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )  # fmt: skip
        except jwt.PyJWTError as error:
            raise TokenRefused(_why(error)) from None
        scopes = claims.get("scope")
        subject = "".join(one if one.isprintable() else "?" for one in str(claims["sub"]))[:LONGEST_NAME]
        return Bearer(subject, int(claims["exp"]), tuple(scopes.split()) if isinstance(scopes, str) else ())

    def _key(self, key_id: str | None) -> Any:  # noqa: ANN401 - a key is what the algorithm says
        if key_id in self.keys:
            return self.keys[key_id]
        if len(self.keys) == 1 and (key_id is None or None in self.keys):
            return next(iter(self.keys.values()))
        raise TokenRefused("it names no key that is known")


def open_tokens(settings: Settings) -> Tokens | None:
    """Return what reads tokens by the settings, None where they name no secret and no keys.

    Raises `RequestWrong` for half of what is needed; the message has nothing of the secret.
    """
    secret, path = settings.token_secret, settings.token_jwks
    if secret is None and path is None:
        return None
    if secret is not None and path is not None:
        raise RequestWrong("MUNIM_TOKEN_SECRET and MUNIM_TOKEN_JWKS are both set", advice="set one of them")
    if settings.token_issuer is None or not settings.token_issuer.startswith(("https://", "http://")):
        raise RequestWrong(
            "MUNIM_TOKEN_ISSUER is no URL",
            advice="set it to the `iss` of the tokens, such as https://login.example.com",
        )
    if secret is not None:
        value = secret.get_secret_value()
        if len(value.encode()) < SHORTEST_SECRET_BYTES:
            raise RequestWrong(
                f"MUNIM_TOKEN_SECRET is shorter than {SHORTEST_SECRET_BYTES} bytes",
                advice="make one: openssl rand -base64 48",
            )
        return Tokens({None: value}, ("HS256",), settings.token_issuer, settings.token_audience)
    return Tokens(_public_keys(settings), PUBLIC_KEY_ALGORITHMS, settings.token_issuer, settings.token_audience)


def _public_keys(settings: Settings) -> dict[str | None, Any]:
    path = settings.token_jwks
    try:
        keys = jwt.PyJWKSet.from_json(path.read_text(encoding="utf-8") if path is not None else "").keys
    except (OSError, ValueError, jwt.PyJWTError) as error:
        raise RequestWrong(
            f"MUNIM_TOKEN_JWKS can't be read: {error}", advice='it is a JSON file: {"keys": [...]}'
        ) from error
    if any(key.key_type == "oct" for key in keys):
        raise RequestWrong("MUNIM_TOKEN_JWKS has a secret among its keys", advice="it holds public keys alone")
    return {key.key_id: key.key for key in keys}


def _why(error: jwt.PyJWTError) -> str:
    for kind, reason in _REASONS.items():
        if isinstance(error, kind):
            return reason
    return "it is no token that holds"


_REASONS: dict[type[jwt.PyJWTError], str] = {
    jwt.ExpiredSignatureError: "it has expired",
    jwt.InvalidAudienceError: "it is made out for another audience",
    jwt.InvalidIssuerError: "it is of another issuer",
    jwt.MissingRequiredClaimError: "it lacks one of exp, iss, aud and sub",
    jwt.InvalidSignatureError: "its signature does not hold",
}
