#!/bin/bash
# Starts a node of deploy/compose.cluster.yml: formats its folder with the users of the cluster, once, and goes on to the start of the
# official image, which finds the folder formatted. That image has no way of its own to give a new cluster its first users.
set -euo pipefail
if [ ! -e "$KAFKA_LOG_DIRS/meta.properties" ]; then
  properties=$(mktemp)
  # KAFKA_A_B__C___D=x is a.b_c-d=x, as the image has it.
  env | sed -n '/^KAFKA_/{/^KAFKA_\(HEAP_OPTS\|OPTS\|VERSION\)=/d; s/^KAFKA_//; p}' | while IFS='=' read -r name value; do
    name=${name,,}
    name=${name//___/-}
    name=${name//__/+}
    name=${name//_/.}
    echo "${name//+/_}=$value"
  done > "$properties"
  users=()
  while read -r user; do users+=(--add-scram "$user"); done < /run/secrets/users
  java -cp '/opt/kafka/libs/*' -XX:TieredStopAtLevel=1 kafka.tools.StorageTool format \
    --cluster-id "$CLUSTER_ID" --config "$properties" --ignore-formatted "${users[@]}"
  rm "$properties"
fi
exec /etc/kafka/docker/run
