#!/bin/sh
# Runs once, on an empty data volume: the owner of the tables, and the role the platform runs as, which owns nothing.
set -eu
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  -v owner_password="$SUITEPOST_OWNER_PASSWORD" -v app_password="$SUITEPOST_APP_PASSWORD" <<'SQL'
CREATE ROLE suitepost_runtime NOLOGIN;
CREATE ROLE suitepost_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE suitepost_app LOGIN IN ROLE suitepost_runtime PASSWORD :'app_password';
CREATE DATABASE suitepost OWNER suitepost_owner;
SQL
