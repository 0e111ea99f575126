# One image for every service; docker-compose.yml says what each one runs.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    STATIC_ROOT=/srv/static

RUN useradd --system --uid 10001 clearchart

WORKDIR /srv/app
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes --requirement requirements.txt

COPY . .
# Settings want a key and a database address; collecting files uses neither.
RUN SECRET_KEY=build DATABASE_URL=postgres://build@build/build python manage.py collectstatic --no-input

USER clearchart
EXPOSE 8000 2575
CMD ["gunicorn", "config.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
