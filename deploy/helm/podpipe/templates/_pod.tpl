{{/* The pod of a component. Takes: root, name, args, and for what serves health and metrics port. */}}
{{- define "podpipe.pod" -}}
{{- $root := .root -}}
{{- $values := index .root.Values .name -}}
{{- $pods := $root.Values.pods -}}
{{- $secrets := include "podpipe.secrets" . | fromJsonArray -}}
metadata:
  labels:
    {{- include "podpipe.labels" . | nindent 4 }}
    {{- with $pods.labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    # Another text of the chart's own is another pod. A Secret or a ConfigMap of yours podpipe reads again by itself.
    checksum/config: {{ $root.Values.config.content | sha256sum }}
    {{- with $pods.annotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ .serviceAccount | default (include "podpipe.serviceAccount" $root) }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ $pods.terminationGracePeriodSeconds }}
  {{- with $root.Values.image.pullSecrets }}
  imagePullSecrets:
    {{- range . }}
    - name: {{ . }}
    {{- end }}
  {{- end }}
  {{- with $pods.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with $pods.runtimeClassName }}
  runtimeClassName: {{ . }}
  {{- end }}
  {{- with .restartPolicy }}
  restartPolicy: {{ . }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 1000
    runAsGroup: 1000
    # Secrets and volumes belong to root otherwise.
    fsGroup: 1000
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile: { type: RuntimeDefault }
  containers:
    - name: {{ .name }}
      image: "{{ $root.Values.image.repository }}:{{ $root.Values.image.tag | default $root.Chart.AppVersion }}"
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      args: {{ toJson .args }}
      # The last lines of the log, where `kubectl describe pod` shows why it ended.
      terminationMessagePolicy: FallbackToLogsOnError
      env:
        - name: CONFIG_FILE
          value: {{ $root.Values.config.file }}
        - name: PODPIPE_CONFIG_JSON
          value: {{ include "podpipe.settings" . | quote }}
        {{- if and $root.Values.console.exposed (has .name (list "console" "embedded")) }}
        - name: PODPIPE_CONSOLE_HOST
          value: 0.0.0.0
        {{- end }}
        {{- with .watches }}
        - name: PODPIPE_CONSOLE_SERVICES
          value: {{ . }}
        {{- end }}
        {{- range $secrets }}
        {{- if .variable }}
        - name: {{ .variable }}
          value: /run/secrets/podpipe/{{ .name }}/{{ .of.key }}
        {{- end }}
        {{- end }}
        {{- with $pods.extraEnv }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- with .ports }}
      ports:
        {{- range $name, $port := . }}
        - name: {{ $name }}
          containerPort: {{ $port }}
        {{- end }}
      {{- end }}
      {{- with .probes }}
      {{- . | nindent 6 }}
      {{- end }}
      resources:
        {{- toYaml $values.resources | nindent 8 }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: { drop: [ALL] }
      volumeMounts:
        - name: config
          mountPath: /devo-collector/config
          readOnly: true
        {{- if $root.Values.certs.existingSecret }}
        - name: certs
          mountPath: /devo-collector/certs
          readOnly: true
        {{- end }}
        {{- range $secrets }}
        - name: {{ .name }}
          mountPath: /run/secrets/podpipe/{{ .name }}
          readOnly: true
        {{- end }}
        {{- with .mounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
        {{- with $pods.extraVolumeMounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
  {{- with $pods.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $pods.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  affinity:
    {{- if $pods.affinity }}
    {{- toYaml $pods.affinity | nindent 4 }}
    {{- else }}
    podAntiAffinity:
      preferredDuringSchedulingIgnoredDuringExecution:
        - weight: 100
          podAffinityTerm:
            topologyKey: kubernetes.io/hostname
            labelSelector:
              matchLabels:
                {{- include "podpipe.selector" . | nindent 16 }}
    {{- end }}
  {{- with $pods.topologySpread }}
  topologySpreadConstraints:
    {{- range . }}
    - topologyKey: {{ . }}
      maxSkew: 1
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "podpipe.selector" $ | nindent 10 }}
    {{- end }}
  {{- end }}
  volumes:
    - name: config
      {{- if $root.Values.config.existingSecret }}
      secret:
        secretName: {{ $root.Values.config.existingSecret }}
        defaultMode: 0440
      {{- else }}
      configMap:
        name: {{ .configMap | default ($root.Values.config.existingConfigMap | default (include "podpipe.fullname" $root)) }}
      {{- end }}
    {{- if $root.Values.certs.existingSecret }}
    - name: certs
      secret:
        secretName: {{ $root.Values.certs.existingSecret }}
        defaultMode: 0440
    {{- end }}
    {{- range $secrets }}
    - name: {{ .name }}
      secret:
        secretName: {{ .of.existingSecret }}
        defaultMode: 0440
    {{- end }}
    {{- with $pods.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end -}}

{{/* /healthz is the process, /readyz its work: a Kafka that is away must not restart anything. The console is there to say that it is away,
     too: it is ready when its page answers. */}}
{{- define "podpipe.probes" -}}
startupProbe:
  httpGet: { path: /healthz, port: http }
  periodSeconds: 2
  failureThreshold: 60
livenessProbe:
  httpGet: { path: /healthz, port: http }
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  {{- if ne .name "console" }}
  httpGet: { path: /readyz, port: http }
  {{- else if .root.Values.console.exposed }}
  tcpSocket: { port: page }
  {{- else }}
  httpGet: { path: /healthz, port: http }
  {{- end }}
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: 3
{{- end -}}
