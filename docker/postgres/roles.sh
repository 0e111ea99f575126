#!/bin/bash
# Runs once, when the database's volume is new: the three roles and what each may do.
# The launcher of run.py does the same in config/embedded/roles.py.
set -euo pipefail

GRANTS="${GRANTS_FILE:-/etc/clearchart/grants.sql}"

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname "$POSTGRES_DB" \
    --set database="$POSTGRES_DB" \
    --set owner_password="$OWNER_PASSWORD" \
    --set app_password="$APP_PASSWORD" \
    --set maint_password="$MAINT_PASSWORD" <<'SQL'
CREATE ROLE clearchart_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
    PASSWORD :'owner_password';
CREATE ROLE clearchart_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
    PASSWORD :'app_password';
CREATE ROLE clearchart_maint LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS
    PASSWORD :'maint_password';
ALTER DATABASE :"database" OWNER TO clearchart_owner;
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO clearchart_app, clearchart_maint;
SQL
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname "$POSTGRES_DB" --file "$GRANTS"
