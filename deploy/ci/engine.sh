#!/usr/bin/env bash
# An engine, what images build on, and the image itself, for a run of CI. What cannot be had is told, and the exit code is 1; the tests
# of containers are skipped then, each saying so. Needs root, on Debian. Some three minutes on a fresh machine.
set -euo pipefail
cd "$(dirname "$0")"

[ "$(id -u)" = 0 ] || { echo 'engine: only root can install one' >&2; exit 1; }
./install-engine.sh
./base-images.sh debian node
# Most of both is waiting for packages.
./base-images.sh kafka &
kafka=$!
trap 'kill "$kafka" 2> /dev/null || true' EXIT
../image.sh
wait "$kafka"
