# One image for all: crawls and commands, `nianbao serve`, Prefect server, workers. See docs/operate.md.
ARG PYTHON=3.13
FROM python:${PYTHON}-slim AS build
WORKDIR /app
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN python -m venv /app/.venv \
    && /app/.venv/bin/python -m pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY schema schema
COPY extractors extractors
COPY warehouse warehouse
COPY flows flows
RUN /app/.venv/bin/python -m pip install --no-cache-dir --no-deps --no-build-isolation -e .

FROM python:${PYTHON}-slim
RUN useradd --system --create-home --uid 10001 nianbao && mkdir /data && chown nianbao /data
WORKDIR /app
COPY --from=build /app /app
COPY data data
COPY prefect.yaml ./
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DO_NOT_TRACK=1 \
    PREFECT_SERVER_ANALYTICS_ENABLED=false \
    PREFECT_HOME=/data/prefect \
    PREFECT_LOGGING_SETTINGS_PATH=/app/flows/logging.yml \
    NIANBAO_DATA=/data \
    NIANBAO_LOG_LEVEL=info \
    NIANBAO_LOG_FORMAT=json
USER nianbao
VOLUME /data
ENTRYPOINT ["nianbao"]
CMD ["serve"]
