FROM python:3.13-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 VAR_DIR=/var/lib/asiaunbound
WORKDIR /srv/asiaunbound

COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt

COPY manage.py ./
COPY asiaunbound asiaunbound
COPY blog blog
COPY comments comments
COPY templates templates

RUN useradd --system --home-dir /var/lib/asiaunbound --create-home asiaunbound \
    && chown asiaunbound /var/lib/asiaunbound
USER asiaunbound
VOLUME /var/lib/asiaunbound
EXPOSE 8000

# The database first, then the files of this release, then the web server and the worker together.
CMD ["sh", "-c", "python manage.py migrate --verbosity 0 && python manage.py collectstatic --no-input --verbosity 0 && exec python manage.py serve --host 0.0.0.0 --port 8000"]
