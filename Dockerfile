# The web and worker processes; PostgreSQL is elsewhere, at DATABASE_URL.
FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE CHANGELOG.md ./
COPY rustrak ./rustrak
COPY sql ./sql
RUN python -m venv /opt/rustrak && /opt/rustrak/bin/pip install --no-cache-dir '.[speed]'

FROM python:3.13-slim
LABEL org.opencontainers.image.title="Rustrak" org.opencontainers.image.licenses="MIT"
COPY --from=build /opt/rustrak /opt/rustrak
ENV PATH=/opt/rustrak/bin:$PATH PYTHONUNBUFFERED=1
USER 10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ.get(\"PORT\", 8000)}/health', timeout=3)"]
CMD ["rustrak", "web"]
