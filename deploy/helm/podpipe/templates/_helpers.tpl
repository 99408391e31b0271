{{/* Names and labels. */}}
{{- define "podpipe.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "podpipe.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .name }}
{{- end -}}

{{- define "podpipe.labels" -}}
{{ include "podpipe.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: podpipe
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{- define "podpipe.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "podpipe.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "podpipe.isEmbedded" -}}
{{- if empty .Values.settings.kafka.brokers -}}true{{- end -}}
{{- end -}}

{{/* What runs here: each a deployment, a service, a budget. A further service, such as a console, is one more name here, its
     values beside those of the others, and its port in podpipe.ports. */}}
{{- define "podpipe.components" -}}
{{- if include "podpipe.isEmbedded" . -}}[]{{- else -}}["ingest", "dedup", "forwarder"]{{- end -}}
{{- end -}}

{{/* http.ingest_port and its like of the configuration. */}}
{{- define "podpipe.ports" -}}
{"ingest": 8101, "dedup": 8102, "forwarder": 8103}
{{- end -}}

{{/* Seconds of a duration of the configuration, such as 20s or 1m; 250ms is 0. */}}
{{- define "podpipe.seconds" -}}
{{- $text := toString . -}}
{{- if hasSuffix "ms" $text -}}{{ div (trimSuffix "ms" $text | int) 1000 }}
{{- else if hasSuffix "s" $text -}}{{ trimSuffix "s" $text | int }}
{{- else if hasSuffix "m" $text -}}{{ mul (trimSuffix "m" $text | int) 60 }}
{{- else -}}{{ fail (printf "settings.stop_budget is %s; write it in seconds or minutes, such as 20s" $text) }}{{- end -}}
{{- end -}}

{{/* MiB of a size, of Kubernetes (1536Mi) or of the configuration (1GiB). */}}
{{- define "podpipe.mebibytes" -}}
{{- $text := trimSuffix "B" (toString .) -}}
{{- if hasSuffix "Gi" $text -}}{{ mul (trimSuffix "Gi" $text | int) 1024 }}
{{- else if hasSuffix "Mi" $text -}}{{ trimSuffix "Mi" $text | int }}
{{- else -}}{{ fail (printf "the size %s is not understood here; write it in MiB or GiB" $text) }}{{- end -}}
{{- end -}}

{{/* podpipe's own parts of the configuration, for one component, as PODPIPE_CONFIG_JSON has them. */}}
{{- define "podpipe.settings" -}}
{{- $own := default dict (index .root.Values .name).settings -}}
{{- $settings := mustMergeOverwrite (deepCopy .root.Values.settings) (deepCopy $own) -}}
{{- $http := dict "bind" "0.0.0.0" -}}
{{- range $name, $port := fromJson (include "podpipe.ports" .root) -}}
{{- $_ := set $http (printf "%s_port" $name) $port -}}
{{- end -}}
{{- $_ := set $settings "http" $http -}}
{{- if include "podpipe.isEmbedded" .root -}}
{{- $_ := unset $settings.kafka "brokers" -}}
{{- end -}}
{{- range $key := keys $settings -}}
{{- if eq (toJson (index $settings $key)) "{}" -}}{{- $_ := unset $settings $key -}}{{- end -}}
{{- end -}}
{{- toJson $settings -}}
{{- end -}}

{{/* What does not go together is refused here, before anything is installed. */}}
{{- define "podpipe.check" -}}
{{- $config := .Values.config -}}
{{- $named := compact (list $config.existingSecret $config.existingConfigMap $config.content) -}}
{{- if ne (len $named) 1 -}}
{{- fail "name the configuration in exactly one of config.existingSecret, config.existingConfigMap and config.content; for the vendor's file: --set-file config.content=config/config.yaml" -}}
{{- end -}}
{{- if or (regexMatch "(?m)^[^#\n]*\\b(api_key|backfill_api_key|password)[\"']?:[ \\t]*[\"']?[^\\s\"'$#}]" $config.content) (regexMatch "(?m)^[^#\n]*\\bproxy[\"']?:[ \\t]*[\"']?[a-z]+://[^/@\\s$]+@" $config.content) -}}
{{- fail "config.content holds an API key or a password (api_key, password, or a proxy's), which would lie open in a ConfigMap; put the whole file into a Secret (config.existingSecret), or take the key out of it (apiKey.existingSecret)" -}}
{{- end -}}
{{- $budget := include "podpipe.seconds" .Values.settings.stop_budget | int -}}
{{- if lt (int .Values.pods.terminationGracePeriodSeconds) (add $budget 10 | int) -}}
{{- fail (printf "pods.terminationGracePeriodSeconds is %v, and podpipe may take %d s to stop; give it 10 s more, or lower settings.stop_budget" .Values.pods.terminationGracePeriodSeconds $budget) -}}
{{- end -}}
{{- $dedup := mustMergeOverwrite (deepCopy .Values.settings) (deepCopy .Values.dedup.settings) -}}
{{- $limit := dig "resources" "limits" "memory" "" .Values.dedup -}}
{{- if and $limit $dedup.dedup.max_memory (not (include "podpipe.isEmbedded" .)) -}}
{{- if lt (include "podpipe.mebibytes" $limit | int) (add (include "podpipe.mebibytes" $dedup.dedup.max_memory | int) 256 | int) -}}
{{- fail (printf "dedup.resources.limits.memory is %s, and dedup may take %s for its ids; give it 256Mi more, else it is killed where it would have paused" $limit $dedup.dedup.max_memory) -}}
{{- end -}}
{{- end -}}
{{- end -}}
