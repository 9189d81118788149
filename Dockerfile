# syntax=docker/dockerfile:1
#
# docker build --target munim -t munim:0.1.0 .
# docker build --target munim-browser -t munim-browser:0.1.0 .    # with Chromium, for what only a browser can ask
#
# The base is named by its exact tag; to pin the bytes, give its digest too:
#   --build-arg BASE=python:3.11.14-slim-bookworm@sha256:…
ARG BASE=python:3.11.14-slim-bookworm

# --- the wheel ----------------------------------------------------------------------------------------------------------
FROM ${BASE} AS wheel
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
COPY requirements/build.txt requirements/
RUN pip install --require-hashes --only-binary :all: -r requirements/build.txt
COPY pyproject.toml README.md LICENSE ./
COPY munim munim
COPY scrapers scrapers
COPY pipelines pipelines
COPY loaders loaders
COPY schedules schedules
RUN pip wheel --no-deps --no-index --no-build-isolation --wheel-dir /wheel .

# --- what it runs on ----------------------------------------------------------------------------------------------------
FROM ${BASE} AS environment
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
COPY requirements/run.txt requirements/
RUN python -m venv /opt/munim \
    && /opt/munim/bin/pip install --require-hashes --only-binary :all: -r requirements/run.txt
COPY --from=wheel /wheel /wheel
# pip compiles what it installs: in a pod the root is read-only.
RUN /opt/munim/bin/pip install --no-deps --no-index /wheel/*.whl

# --- munim --------------------------------------------------------------------------------------------------------------
FROM ${BASE} AS munim
RUN groupadd --gid 10001 munim \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin munim
COPY --from=environment /opt/munim /opt/munim
ENV PATH=/opt/munim/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /tmp
# By number: Kubernetes can't tell of a name that it is not root's.
USER 10001:10001
ENTRYPOINT ["munim"]
CMD ["--help"]

# --- munim with Chromium --------------------------------------------------------------------------------------------------
FROM munim AS munim-browser
USER 0:0
# Debian keeps only the newest Chromium of a release: a version named here would be gone with the next security update.
# tini ends what a browser leaves behind: as the first process munim would have to.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends chromium chromium-driver fonts-liberation tini \
    && rm -rf /var/lib/apt/lists/*
# Chromium's own sandbox needs user namespaces or setuid, and a pod that keeps to `restricted` has neither: it would not
# start. There the pod is the sandbox: no root, no capabilities, nothing writable but /tmp. Debian's chromium reads this.
# hadolint ignore=SC2016
RUN echo 'export CHROMIUM_FLAGS="$CHROMIUM_FLAGS --no-sandbox"' > /etc/chromium.d/munim
ENV MUNIM_CHROMIUM=/usr/bin/chromium MUNIM_CHROMEDRIVER=/usr/bin/chromedriver
USER 10001:10001
ENTRYPOINT ["tini", "--", "munim"]
CMD ["--help"]
