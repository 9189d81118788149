"""Bearer tokens: which hold, which don't, and settings that can't be worked with."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr

from munim.api.tokens import TokenRefused, open_tokens
from munim.core.errors import RequestWrong
from munim.core.settings import Settings
from tests.commands import munim_here
from tests.integration.made_answers import ISSUER, SECRET, TOKENS, bad_tokens, token


def test_a_token_that_holds_says_who_asks_and_until_when() -> None:
    expires = datetime(2100, 1, 1, tzinfo=UTC)
    bearer = TOKENS.read(token(subject="an agent\nof mine", exp=expires, scope="read more"))

    assert bearer.subject == "an agent?of mine"
    assert bearer.expires_at == int(expires.timestamp())
    assert bearer.scopes == ("read", "more")


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("another audience", "made out for another audience"),
        ("another issuer", "of another issuer"),
        ("expired", "has expired"),
        ("no expiry", "lacks one of exp, iss, aud and sub"),
        ("no subject", "lacks one of exp, iss, aud and sub"),
        ("another secret", "its signature does not hold"),
        ("no signature", "it is no token that holds"),
        ("no token at all", "it is no token that holds"),
    ],
)
def test_a_token_that_does_not_hold_is_refused_with_why(why: str, said: str) -> None:
    with pytest.raises(TokenRefused, match=said):
        TOKENS.read(bad_tokens()[why])


def key_set(tmp_path: Path, *keys: tuple[str, ec.EllipticCurvePrivateKey]) -> Path:
    path = tmp_path / "keys.json"
    found: list[dict[str, Any]] = [
        {**jwt.algorithms.ECAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": name} for name, key in keys
    ]
    path.write_text(json.dumps({"keys": found}), encoding="utf-8")
    return path


def signed(key: ec.EllipticCurvePrivateKey, key_id: str | None) -> str:
    claims = {"sub": "x", "iss": ISSUER, "aud": "munim", "exp": datetime.now(UTC) + timedelta(hours=1)}
    return jwt.encode(claims, key, "ES256", headers={} if key_id is None else {"kid": key_id})


def test_public_keys_are_found_by_their_id(tmp_path: Path) -> None:
    one, two, other = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
    path = key_set(tmp_path, ("one", one), ("two", two))
    tokens = open_tokens(Settings(token_jwks=path, token_issuer=ISSUER))
    assert tokens is not None

    assert tokens.read(signed(two, "two")).subject == "x"
    for key, key_id in ((one, "two"), (other, "other"), (one, None)):
        with pytest.raises(TokenRefused):
            tokens.read(signed(key, key_id))
    # One that is signed with a secret is nobody's: a public key must never be taken for one.
    with pytest.raises(TokenRefused):
        tokens.read(token())


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"token_secret": SecretStr("short"), "token_issuer": ISSUER}, "shorter than 32 bytes"),
        ({"token_secret": SecretStr(SECRET)}, "MUNIM_TOKEN_ISSUER is no URL"),
        ({"token_secret": SecretStr(SECRET), "token_issuer": "me"}, "MUNIM_TOKEN_ISSUER is no URL"),
        ({"token_secret": SecretStr(SECRET), "token_jwks": Path("x"), "token_issuer": ISSUER}, "both set"),
        ({"token_jwks": Path("/nowhere"), "token_issuer": ISSUER}, "MUNIM_TOKEN_JWKS can't be read"),
    ],
)
def test_settings_that_are_half_of_it_are_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(RequestWrong, match=said) as refused:
        open_tokens(Settings(**settings))

    assert SECRET not in str(refused.value)


def test_a_secret_among_public_keys_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "one", "alg": "HS256"}]}), "utf-8")

    with pytest.raises(RequestWrong, match="has a secret among its keys"):
        open_tokens(Settings(token_jwks=path, token_issuer=ISSUER))


def test_without_tokens_it_listens_to_this_machine_alone() -> None:
    assert open_tokens(Settings()) is None
    ended = munim_here("api", "serve", "--host", "0.0.0.0", settings={})  # noqa: S104 - it is refused

    assert ended.code == 2
    assert ended.err.startswith("munim: 0.0.0.0 is not this machine alone, and no tokens are asked for; set MUNIM_")
