#!/usr/bin/env bash
# Makes the image, podpipe:VERSION, and says how large it is. With --tgz it is also written as an archive with its SHA-256,
# for machines that reach no registry of images:
#
#   deploy/image.sh --tgz        dist/podpipe-VERSION.tgz and dist/podpipe-VERSION.tgz.sha256
#   sha256sum --check podpipe-VERSION.tgz.sha256 && docker load --input podpipe-VERSION.tgz
set -euo pipefail
cd "$(dirname "$0")/.."

case ${1:-} in
  '' | --tgz) ;;
  *) echo 'usage: deploy/image.sh [--tgz]' >&2; exit 78 ;;
esac
docker version > /dev/null 2>&1 || {
  echo 'image: no container engine answers; install Docker, or on Debian run deploy/ci/install-engine.sh as root' >&2
  exit 78
}

version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' package.json)
image=podpipe:$version
# Not the time of the build: the same sources make the same labels.
revision=$(git rev-parse HEAD 2> /dev/null || echo unknown)
created=$(TZ=UTC git log -1 --date=format-local:%Y-%m-%dT%H:%M:%SZ --format=%cd 2> /dev/null || echo 1970-01-01T00:00:00Z)
docker build --quiet --file deploy/Dockerfile --tag "$image" \
  --build-arg VERSION="$version" --build-arg REVISION="$revision" --build-arg CREATED="$created" . > /dev/null
docker tag "$image" podpipe:latest
bytes=$(docker image inspect --format '{{.Size}}' "$image")
echo "image: $image, $((bytes / 1000000)) MB"

if [ "${1:-}" = --tgz ]; then
  mkdir -p dist
  # Without name and time in it, the archive depends on its content alone.
  docker save "$image" | gzip --no-name > "dist/podpipe-$version.tgz"
  (cd dist && sha256sum "podpipe-$version.tgz" > "podpipe-$version.tgz.sha256")
  echo "image: dist/podpipe-$version.tgz, $(($(stat --format %s "dist/podpipe-$version.tgz") / 1000000)) MB"
  cat "dist/podpipe-$version.tgz.sha256"
fi
