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

{{/* What runs here: each a deployment, a service, a budget. A further service is one more name here, its values beside those of the
     others, and its port in podpipe.ports. */}}
{{- define "podpipe.components" -}}
{{- $names := list "ingest" "dedup" "forwarder" -}}
{{- if .Values.console.enabled -}}{{- $names = append $names "console" -}}{{- end -}}
{{- ternary (list) $names (eq (include "podpipe.isEmbedded" .) "true") | toJson -}}
{{- end -}}

{{/* http.ingest_port and its like of the configuration, of what runs here. */}}
{{- define "podpipe.ports" -}}
{{- $ports := dict "ingest" 8101 "dedup" 8102 "forwarder" 8103 "console" 8104 -}}
{{- ternary $ports (omit $ports "console") .Values.console.enabled | toJson -}}
{{- end -}}

{{/* console.port of the configuration, where others than the pod itself reach it. */}}
{{- define "podpipe.pagePort" -}}
{{- ternary (dict "page" 8100) dict (and .Values.console.enabled .Values.console.exposed) | toJson -}}
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
{{- if eq .name "embedded" -}}{{- $own = .root.Values.console.settings -}}{{- end -}}
{{- $settings := mustMergeOverwrite (deepCopy .root.Values.settings) (deepCopy $own) -}}
{{- if has .name (list "console" "embedded") -}}
{{- $page := mustMergeOverwrite (include "podpipe.page" .root | fromJson) (default dict $settings.console) -}}
{{- $_ := set $settings "console" $page -}}
{{- end -}}
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

{{/* What the chart knows of the page of the console: the way to it. */}}
{{- define "podpipe.page" -}}
{{- $page := dict -}}
{{- with .Values.console.ingress -}}
{{- $path := printf "/%s/" (trimAll "/" .path) | replace "//" "/" -}}
{{- if and .enabled (ne $path "/") -}}{{- $_ := set $page "base_path" $path -}}{{- end -}}
{{- if and .enabled .host .tls.existingSecret -}}
{{- $_ := set $page "public_url" (printf "https://%s%s" .host $path) -}}
{{- end -}}
{{- end -}}
{{- if not .Values.console.enabled -}}{{- $_ := set $page "enabled" false -}}{{- end -}}
{{- toJson $page -}}
{{- end -}}

{{/* The secrets of a component: each a volume; where podpipe is told of it by a variable, that, and the key that is its file. */}}
{{- define "podpipe.secrets" -}}
{{- $values := .root.Values -}}
{{- $own := default dict (index $values .name).kafkaPassword -}}
{{- $secrets := list
  (dict "name" "api-key" "of" $values.apiKey "variable" "PODPIPE_API_KEY_FILE")
  (dict "name" "backfill-api-key" "of" $values.backfillApiKey "variable" "PODPIPE_BACKFILL_API_KEY_FILE")
  (dict "name" "kafka" "of" (ternary $own $values.kafkaPassword (not (empty $own.existingSecret))) "variable" "PODPIPE_KAFKA_PASSWORD_FILE")
-}}
{{- /* ingest reads the collectors of the console, whose keys are sealed with it. */}}
{{- if has .name (list "ingest" "console" "embedded") -}}
{{- $secrets = append $secrets (dict "name" "console-key" "of" $values.console.secretKey "variable" "PODPIPE_CONSOLE_SECRET_KEY_FILE") -}}
{{- end -}}
{{- if has .name (list "console" "embedded") -}}
{{- $secrets = append $secrets (dict "name" "oidc" "of" $values.console.oidcSecret "variable" "PODPIPE_CONSOLE_OIDC_CLIENT_SECRET_FILE") -}}
{{- $secrets = append $secrets (dict "name" "users" "of" $values.console.users) -}}
{{- end -}}
{{- $named := list -}}
{{- range $secrets -}}{{- if .of.existingSecret -}}{{- $named = append $named . -}}{{- end -}}{{- end -}}
{{- toJson $named -}}
{{- end -}}

{{/* What does not go together is refused here, before anything is installed. */}}
{{- define "podpipe.check" -}}
{{- $config := .Values.config -}}
{{- $named := compact (list $config.existingSecret $config.existingConfigMap $config.content) -}}
{{- if ne (len $named) 1 -}}
{{- fail "name the configuration in exactly one of config.existingSecret, config.existingConfigMap and config.content; for the vendor's file: --set-file config.content=config/config.yaml" -}}
{{- end -}}
{{- if or (regexMatch "(?m)^[^#\n]*\\b(api_key|backfill_api_key|password|secret_key|client_secret)[\"']?:[ \\t]*[\"']?[^\\s\"'$#}]" $config.content) (regexMatch "(?m)^[^#\n]*\\bproxy[\"']?:[ \\t]*[\"']?[a-z]+://[^/@\\s$]+@" $config.content) (regexMatch "(?m)^[^#\n]*\\bpassword_hash[\"']?:[ \\t]*[\"']?[$]scrypt" $config.content) -}}
{{- fail "config.content holds an API key, a password or the hash of one (api_key, password, secret_key, client_secret, password_hash, or a proxy's), which would lie open in a ConfigMap; put the whole file into a Secret (config.existingSecret), or take the key out of it (apiKey, console.secretKey, console.users and the like name Secrets)" -}}
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
{{- with .Values.console -}}
{{- if and .ingress.enabled (not .exposed) -}}
{{- fail "console.ingress.enabled leads to a console that nothing but kubectl port-forward reaches; set console.exposed: true, and say in console.settings who may sign in" -}}
{{- end -}}
{{- if and (gt (int .replicas) 1) (not .secretKey.existingSecret) -}}
{{- fail (printf "console.replicas is %v, and without console.secretKey each would seal its sessions with a key of its own: whom one lets in the next one asks to sign in; name a Secret there, or take one replica" .replicas) -}}
{{- end -}}
{{- end -}}
{{- end -}}
