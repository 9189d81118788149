"""Settings from the environment (prefix `MUNIM_`), and from mounted secret files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from munim.core.errors import RequestWrong

if TYPE_CHECKING:
    from munim.core.payload import World

SECRETS_FOLDER = Path("/run/secrets/munim")
WEB = ("http", "https")


class Settings(BaseSettings):
    """What a door needs to know; rooms behind it take a connection, an archive or a client instead."""

    model_config = SettingsConfigDict(
        env_prefix="MUNIM_",
        extra="ignore",
        secrets_dir=SECRETS_FOLDER if SECRETS_FOLDER.is_dir() else None,
    )

    home: Path = Field(
        default=Path.home() / ".munim",
        description="Folder of the embedded PostgreSQL and of the default archive.",
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="postgresql://… of your own server (14 or later); unset means the embedded one under MUNIM_HOME.",
    )
    archive: str | None = Field(
        default=None,
        description="Path or object-store URL (s3://, gs://, az://) of the raw archive; unset: MUNIM_HOME/archive.",
    )
    require_external: bool = Field(
        default=False,
        description="1 turns an unset MUNIM_DATABASE_URL or MUNIM_ARCHIVE into exit code 2, for Kubernetes.",
    )
    replica: str | None = Field(
        default=None,
        description="Base URL of a stand-in that serves made data in place of every site.",
    )
    user_agent: str = Field(
        default="munim/0.1 (market data for personal use)",
        description="How munim names itself to the sites.",
    )
    contact: str | None = Field(
        default=None,
        description="Who runs this (an address); appended to the User-Agent, and recorded as the asker of runs.",
    )
    chromedriver: Path = Field(
        default=Path("/usr/bin/chromedriver"),
        description="Driver of Chromium, for what only a browser can ask; nothing is downloaded in its place.",
    )
    chromium: Path = Field(
        default=Path("/usr/bin/chromium"),
        description="Chromium itself; where it or its driver is missing, feeds that need a browser say so.",
    )
    alert_urls: SecretStr | None = Field(
        default=None,
        description="Who is told of what is late, refused or blocked: URLs of apprise, with blanks between them.",
    )
    alert_quarantine_rows: int = Field(
        default=50,
        ge=0,
        description="How many refused rows of a feed's newest file are nothing to tell of.",
    )
    answers_database_url: SecretStr | None = Field(
        default=None,
        description="postgresql://… of a role that may only read, for answers to MCP and HTTP; unset: the database's.",
    )
    answer_rows: int = Field(default=1000, ge=1, description="How many rows an answer to MCP or HTTP has at most.")
    answer_seconds: float = Field(default=10, gt=0, le=600, description="How long a statement of an answer may take.")
    answer_connections: int = Field(default=4, ge=1, le=100, description="Connections that answers share.")
    token_secret: SecretStr | None = Field(
        default=None,
        description="Secret that bearer tokens (JWT, HS256) are signed with, 32 bytes or more; or MUNIM_TOKEN_JWKS.",
    )
    token_jwks: Path | None = Field(
        default=None,
        description="File with the public keys (JWKS) of who issues bearer tokens; or MUNIM_TOKEN_SECRET.",
    )
    token_issuer: str | None = Field(
        default=None,
        description="Who issues bearer tokens (their `iss`): an https:// URL; needed with a secret or keys.",
    )
    token_audience: str = Field(
        default="munim", description="For whom bearer tokens have to be made out (their `aud`)."
    )
    public_url: str | None = Field(
        default=None, description="URL under which MCP and HTTP are reached from outside; unset: host and port."
    )
    agent_password: SecretStr | None = Field(
        default=None,
        description="Password of the role agent_ro of `munim db grant-agent`; unset: one is made and told once.",
    )
    log_format: str = Field(default="auto", description="auto, json or console.")

    @field_validator("home", mode="before")
    @classmethod
    def _refuse_empty(cls, home: object) -> object:
        # An empty path is the folder that one happens to be in: a variable that was never filled would put a database
        # there.
        if home == "":
            raise ValueError("it is empty; name a folder, or unset it")
        return home

    @field_validator("home")
    @classmethod
    def _expand(cls, home: Path) -> Path:
        return home.expanduser()

    @field_validator("replica")
    @classmethod
    def _check_replica(cls, replica: str | None) -> str | None:
        # Looked at before anything is opened: what is opened for made data is stamped for good.
        parts = urlsplit(replica or "")
        if replica and (parts.scheme not in WEB or not parts.hostname):
            raise ValueError("it is no web address, such as http://127.0.0.1:8650")
        return replica or None

    @property
    def world(self) -> World:
        """Whether data that comes in is real or made."""
        return "replica" if self.replica else "live"

    @property
    def archive_url(self) -> str:
        """Where the raw archive is."""
        return self.archive or str(self.home / "archive")


def load_settings() -> Settings:
    """Read the settings; raise `RequestWrong` that names each bad variable, never its value."""
    try:
        settings = Settings()
    except ValidationError as error:
        problems = ", ".join(f"MUNIM_{str(part['loc'][0]).upper()}: {part['msg']}" for part in error.errors())
        raise RequestWrong(f"bad settings: {problems}") from error
    if settings.require_external:
        missing = [
            name
            for name, value in (("MUNIM_DATABASE_URL", settings.database_url), ("MUNIM_ARCHIVE", settings.archive))
            if not value
        ]
        if missing:
            raise RequestWrong(
                f"MUNIM_REQUIRE_EXTERNAL is set and {' and '.join(missing)} is not",
                advice="set it: an embedded database inside a pod would be lost with the pod",
            )
    return settings
