#!/usr/bin/env bash
# Makes the images that the Dockerfile and docker-compose.yml build on, under their public names, on a machine that reaches
# package registries but no registry of images. Where images can be pulled nobody needs this. An image that is there is
# left alone. Arguments name those that are to be made, of debian, node and kafka; without any all of them. Never push these.
# Remove them: docker image prune --all --filter label=podpipe.stand-in=true
#
# Needs an engine (install-engine.sh), root, and on the machine: npm, mvn and apt. Some 60 seconds.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)

# The versions that the project names; tests hold these three lines against the files that use them.
debian=debian:bookworm-slim
node=node:24-bookworm-slim
kafka=apache/kafka:4.3.1

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
is_there() { docker image inspect "$1" > /dev/null 2>&1; }

# Prints the output of a command only when it fails.
quietly() {
  "$@" > "$work/log" 2>&1 || {
    cat "$work/log" >&2
    echo "base-images: this failed: $*" >&2
    exit 1
  }
}

make_debian() {
  command -v mmdebstrap > /dev/null || {
    quietly apt-get update -qq
    quietly env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends mmdebstrap
  }
  # The authorities that this machine trusts go along: it may reach its registries through a proxy that has one of its own.
  # shellcheck disable=SC2016 # mmdebstrap expands them
  quietly mmdebstrap --variant=apt --include=ca-certificates \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --customize-hook='copy-in /usr/local/share/ca-certificates /usr/local/share' \
    --customize-hook='chroot "$1" update-ca-certificates' \
    --customize-hook='rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/*.bin' \
    bookworm "$work/debian.tar" /etc/apt/sources.list.d/debian.sources
  quietly docker import --change 'CMD ["bash"]' --change 'LABEL podpipe.stand-in=true' "$work/debian.tar" "$debian"
}

make_node() {
  local arch
  case $(uname -m) in
    x86_64) arch=x64 ;;
    aarch64) arch=arm64 ;;
    *) echo "base-images: there is no Node for $(uname -m) among the npm packages" >&2; exit 1 ;;
  esac
  cp -r stand-ins/node "$work/node"
  quietly npm install --prefix "$work/npm" --ignore-scripts --no-audit --no-fund "node-linux-$arch@24" npm@11
  cp "$work/npm/node_modules/node-linux-$arch/bin/node" "$work/node/node"
  cp -r "$work/npm/node_modules/npm" "$work/node/npm"
  quietly docker build --tag "$node" "$work/node"
}

make_kafka() {
  cp -r stand-ins/kafka "$work/kafka"
  # The jars of the embedded broker: they are a whole broker, and hold the start script of the official image.
  quietly mvn -B -q -f "$root/deploy/kafka/pom.xml" dependency:copy-dependencies -DoutputDirectory="$work/kafka/libs"
  quietly docker build --tag "$kafka" "$work/kafka"
}

[ "$#" -gt 0 ] || set -- debian node kafka
for name in "$@"; do
  image=${!name}
  started=$SECONDS
  if is_there "$image"; then
    echo "base-images: $image is there"
  else
    "make_$name"
    echo "base-images: $image made in $((SECONDS - started)) s"
  fi
done
