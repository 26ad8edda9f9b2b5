# Redis, PostgreSQL and Chromium for the tests, from Debian's packages. Source it as root: it installs what is missing,
# starts what is not running, and exports TEST_REDIS_URL and TEST_DATABASE_URL. Harmless to repeat. What cannot be had
# is said and left out; the tests that want it are then skipped and give the reason.
# shellcheck shell=bash

services_warn() { printf 'services: %s\n' "$*" >&2; }

services_install() {
  local missing=()
  command -v redis-server >/dev/null || missing+=(redis-server)
  command -v pg_lsclusters >/dev/null || missing+=(postgresql)
  command -v chromium >/dev/null || missing+=(chromium)
  [ ${#missing[@]} -eq 0 ] && return 0
  local apt=(apt-get -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
  local attempt
  for attempt in 1 2 3; do
    if "${apt[@]}" update >/dev/null &&
      DEBIAN_FRONTEND=noninteractive "${apt[@]}" install -y --no-install-recommends "${missing[@]}" >/dev/null; then
      return 0
    fi
    services_warn "attempt $attempt to install ${missing[*]} failed"
    sleep 5
  done
  return 1
}

services_redis() {
  redis-cli ping >/dev/null 2>&1 || redis-server --daemonize yes --save '' --appendonly no --dir /tmp >/dev/null
  local wait
  for wait in $(seq 50); do
    redis-cli ping >/dev/null 2>&1 && break
    [ "$wait" -lt 50 ] || return 1
    sleep 0.1
  done
  export TEST_REDIS_URL=redis://127.0.0.1:6379
}

services_postgres() {
  [ -n "$(pg_lsclusters -h)" ] || pg_createcluster "$(ls /usr/lib/postgresql | sort -V | tail -1)" main >/dev/null
  local version cluster port status rest
  read -r version cluster port status rest < <(pg_lsclusters -h)
  # Test files run side by side, each with several processes and pools.
  if [ "$(pg_conftool -s "$version" "$cluster" show max_connections)" != 300 ]; then
    pg_conftool "$version" "$cluster" set max_connections 300
    [ "$status" != online ] || pg_ctlcluster "$version" "$cluster" stop
    status=down
  fi
  [ "$status" = online ] || pg_ctlcluster "$version" "$cluster" start
  local wait
  for wait in $(seq 100); do
    pg_isready -q -h 127.0.0.1 -p "$port" && break
    [ "$wait" -lt 100 ] || return 1
    sleep 0.1
  done
  # The tests make a database for each of their files, hence the right to create some.
  (
    cd /
    runuser -u postgres -- psql -q -v ON_ERROR_STOP=1 -p "$port" postgres <<'SQL'
SELECT 'CREATE ROLE modelwright_test LOGIN CREATEDB' WHERE NOT EXISTS
  (SELECT FROM pg_roles WHERE rolname = 'modelwright_test') \gexec
ALTER ROLE modelwright_test LOGIN CREATEDB PASSWORD 'modelwright_test';
SELECT 'CREATE DATABASE modelwright_test OWNER modelwright_test' WHERE NOT EXISTS
  (SELECT FROM pg_database WHERE datname = 'modelwright_test') \gexec
SQL
  ) || return 1
  export TEST_DATABASE_URL="postgres://modelwright_test:modelwright_test@127.0.0.1:$port/modelwright_test"
}

services_install || services_warn 'going on without what could not be installed'
services_redis || services_warn 'Redis is not available'
services_postgres || services_warn 'PostgreSQL is not available'
