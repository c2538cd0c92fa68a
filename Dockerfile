# One image for every process of the platform; docker-compose.yml says which one a container is.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONPATH=/app
WORKDIR /app

COPY requirements.lock .
RUN pip install --require-hashes --no-deps --compile -r requirements.lock

RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin cpanet \
    && install --directory --owner cpanet --group cpanet --mode 0750 /data

COPY . .
# Needs settings but no secret and no server: the key below signs nothing and stays in this layer's shell.
RUN CPANET_SECRET_KEY=collecting-static-files python manage.py collectstatic --no-input --verbosity 0 \
    && python -m compileall -q cpanet offers tracking payouts reconciliation

USER cpanet
VOLUME /data
EXPOSE 8000 8001
CMD ["python", "-m", "cpanet.embedded", "run", "web"]
