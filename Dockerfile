# One image for every process of Weft: `weft api`, `weft worker`, `weft migrate`. Built in stages, runs as nobody special.

FROM node:22-bookworm-slim AS frontend
WORKDIR /build/frontend
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci
COPY frontend/ ./
RUN npm run build

FROM python:3.11-slim-bookworm AS backend
WORKDIR /build
RUN python -m venv /opt/weft
ENV PATH=/opt/weft/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.lock ./
RUN pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY engine/ engine/
COPY backend/ backend/
COPY builtin_templates/ builtin_templates/
RUN pip install --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
RUN groupadd --gid 10001 weft && useradd --uid 10001 --gid weft --home-dir /var/lib/weft --create-home weft
COPY --from=backend /opt/weft /opt/weft
COPY --from=frontend /build/frontend/dist /opt/weft/frontend
ENV PATH=/opt/weft/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    WEFT_FRONTEND=/opt/weft/frontend \
    WEFT_HOME=/var/lib/weft \
    WEFT_HOST=0.0.0.0
USER weft
WORKDIR /var/lib/weft
EXPOSE 8000
CMD ["weft", "api"]
