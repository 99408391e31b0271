#!/usr/bin/env bash
# Gets what the chart is tested with: Helm, and the schemas of Kubernetes. Both come from package registries and are held against the
# sums below. Needs Go and pip; some two minutes, once. The tests of the chart find them by themselves.
set -euo pipefail

helm_version=v3.19.0
helm_sum=h1:krVyCGa8fa/wzTZgqw0DUiXuRT5BPdeqE/sQXujQ22k=
schemas_version=1.37.0
schemas_sum=sha256:85136d018a27b50ec7fc049d902bfa5193f5976807e6c0f408e3ab6fe078cad9
# The oldest that the chart is for, and the newest that there are schemas of.
kubernetes='1.27.0 1.37.0'

folder=${PODPIPE_CHART_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/podpipe/chart-tools}
mkdir -p "$folder"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ ! -x "$folder/helm" ]; then
  # Go checks what Helm itself is made of by Helm's own go.sum.
  module=$(cd "$work" && go mod download -json "helm.sh/helm/v3@$helm_version")
  sum=$(sed -n 's/^.*"Sum": "\(.*\)",*$/\1/p' <<< "$module")
  [ "$sum" = "$helm_sum" ] || { echo "chart-tools: Helm $helm_version has the sum $sum, not $helm_sum" >&2; exit 1; }
  source=$(sed -n 's/^.*"Dir": "\(.*\)",*$/\1/p' <<< "$module")
  CGO_ENABLED=0 go build -C "$source" -mod=readonly -trimpath -ldflags '-s -w' -o "$work/helm" ./cmd/helm
  mv "$work/helm" "$folder/helm"
fi
echo "chart-tools: Helm $("$folder/helm" version --short), $folder/helm"

if [ ! -d "$folder/schemas" ]; then
  echo "kubernetes-validate==$schemas_version --hash=$schemas_sum" > "$work/requirements"
  python3 -m pip download --quiet --no-deps --require-hashes --requirement "$work/requirements" --dest "$work"
  python3 -m zipfile --extract "$work"/kubernetes_validate-*.whl "$work/wheel"
  mkdir "$work/schemas"
  for version in $kubernetes; do
    mv "$work/wheel/kubernetes_validate/kubernetes-json-schema/v$version-local-strict" "$work/schemas/$version"
  done
  mv "$work/schemas" "$folder/schemas"
fi
echo "chart-tools: the schemas of Kubernetes $(ls -m "$folder/schemas")"
