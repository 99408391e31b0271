#!/usr/bin/env bash
# Builds what the chart is installed into by its tests: the API server of Kubernetes and the etcd that it keeps its objects in, without
# machines to run anything on. Both come from the Go module proxy, and Go holds them against its checksum database. Needs Go; some
# ten minutes on two cores and 2 GB of room, once.
set -euo pipefail

version=1.36.3
module_sum=h1:qDQdoMiluAE2Eab6Fa52YV+WjiGz9mZFFoagEA6cI+o=

folder=${PODPIPE_CHART_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/podpipe/chart-tools}
mkdir -p "$folder"
if [ -x "$folder/kube-apiserver" ] && [ -x "$folder/etcd" ]; then
  echo "kube-apiserver: $folder has it already"
  exit
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

module=$(go mod download -json "k8s.io/kubernetes@v$version")
sum=$(sed -n 's/^.*"Sum": "\(.*\)",*$/\1/p' <<< "$module")
[ "$sum" = "$module_sum" ] || { echo "kube-apiserver: Kubernetes $version has the sum $sum, not $module_sum" >&2; exit 1; }
source=$(sed -n 's/^.*"Dir": "\(.*\)",*$/\1/p' <<< "$module")

# Parts of Kubernetes lie in folders of its repository and are modules of their own, published as v0 where it is v1.
sed -E -e 's#^module .*#module cluster#' \
  -e "s#^(\s+)(k8s.io/[a-z-]+) => \./staging.*#\1\2 => \2 v0.${version#1.}#" \
  -e "0,/^require \(/s##require (\n\tk8s.io/kubernetes v$version#" "$source/go.mod" > go.mod
cp "$source/go.sum" .
export CGO_ENABLED=0 GOFLAGS=-mod=mod
build() {
  go build -trimpath -ldflags "-s -w -X k8s.io/component-base/version.gitVersion=v$version" -o "$1" "$2"
  mv "$1" "$folder/$1"
}
build etcd go.etcd.io/etcd/server/v3
build kube-apiserver k8s.io/kubernetes/cmd/kube-apiserver
echo "kube-apiserver: $("$folder/kube-apiserver" --version), $folder/kube-apiserver"
