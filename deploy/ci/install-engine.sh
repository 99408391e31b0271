#!/usr/bin/env bash
# Installs a container engine with compose and buildx on a Debian machine, and starts it where no init system does.
# Where an engine with compose answers already, nothing is done. Needs root; some 20 seconds.
set -euo pipefail

answers() { docker info > /dev/null 2>&1 && docker compose version > /dev/null 2>&1 && docker buildx version > /dev/null 2>&1; }
if answers; then
  echo "install-engine: engine $(docker version --format '{{.Server.Version}}') is there"
  exit 0
fi

# Debian 12 has an engine of 2022 and a compose that knows no --wait. The packages of Debian 13 need nothing newer than
# Debian 12 has; all others stay those of Debian 12, which the pins see to.
# shellcheck disable=SC1091
. /etc/os-release
if [ "${VERSION_CODENAME:-}" = bookworm ] && [ ! -f /etc/apt/sources.list.d/engine.sources ]; then
  # The first source of the machine, for the newer release: with its mirror and its key.
  sed -n '/^#/d; /^$/q; s/^Suites:.*/Suites: trixie/; p' /etc/apt/sources.list.d/debian.sources \
    > /etc/apt/sources.list.d/engine.sources
  cat > /etc/apt/preferences.d/engine << 'PINS'
Package: *
Pin: release n=trixie
Pin-Priority: 1

Package: docker.io docker-compose docker-buildx
Pin: release n=trixie
Pin-Priority: 600
PINS
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
  docker.io docker-compose docker-buildx iptables > /dev/null

if ! docker info > /dev/null 2>&1; then
  setsid nohup dockerd > /var/log/dockerd.log 2>&1 < /dev/null &
  dockerd=$!
  echo "$dockerd" > /run/podpipe-dockerd.pid
  for _ in $(seq 300); do
    docker info > /dev/null 2>&1 && break
    kill -0 "$dockerd" 2> /dev/null || break
    sleep 0.2
  done
fi
answers || {
  echo 'install-engine: no engine answers; the end of /var/log/dockerd.log says why:' >&2
  tail -n 20 /var/log/dockerd.log >&2
  exit 1
}
echo "install-engine: engine $(docker version --format '{{.Server.Version}}'), compose $(docker compose version --short)"
