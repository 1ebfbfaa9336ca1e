{{- /* The environment of worker and gateway. What is empty is left out: Flyball's own default applies, written once, in libs/config. */}}

{{- define "flyball.variable" -}}
{{- if ne (toString .value) "" }}
- name: {{ .name }}
  value: {{ toString .value | quote }}
{{- end }}
{{- end }}

{{- define "flyball.secretVariable" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ .secret }}
      key: {{ .key }}
{{- end }}

{{- define "flyball.redisHost" -}}
{{- if eq .Values.redis.mode "bundled" }}
{{- include "flyball.componentName" (dict "root" . "component" "redis") }}
{{- else }}
{{- .Values.redis.external.host }}
{{- end }}
{{- end }}

{{- /* As it stands in an address. */}}
{{- define "flyball.redisAddress" -}}
{{- $host := include "flyball.redisHost" . }}
{{- ternary (printf "[%s]" $host) $host (contains ":" $host) }}
{{- end }}

{{- define "flyball.redisPort" -}}
{{- ternary 6379 .Values.redis.external.port (eq .Values.redis.mode "bundled") | int }}
{{- end }}

{{- define "flyball.redisSecret" -}}
{{- ternary .Values.redis.bundled.existingSecret .Values.redis.external.existingSecret (eq .Values.redis.mode "bundled") }}
{{- end }}

{{- define "flyball.redisPasswordKey" -}}
{{- ternary "redis-password" .Values.redis.external.passwordKey (eq .Values.redis.mode "bundled") }}
{{- end }}

{{- define "flyball.redisTls" -}}
{{- if and (eq .Values.redis.mode "external") .Values.redis.external.tls.enabled }}true{{ end }}
{{- end }}

{{- define "flyball.redisCaSecret" -}}
{{- if include "flyball.redisTls" . }}{{ .Values.redis.external.tls.caSecret }}{{ end }}
{{- end }}

{{- /* The lists that KEDA measures; libs/queue/redis has the same names. */}}
{{- define "flyball.redisList" -}}
{{- printf "{flyball:%s}:jobs:%s" (include "flyball.endpoint" .root) .list }}
{{- end }}

{{- define "flyball.queueUrl" -}}
{{- $scheme := ternary "rediss" "redis" (eq (include "flyball.redisTls" .) "true") }}
{{- $db := ternary 0 .Values.redis.external.db (eq .Values.redis.mode "bundled") | int }}
{{- printf "%s://%s:%s/%d" $scheme (include "flyball.redisAddress" .) (include "flyball.redisPort" .) $db }}
{{- end }}

{{- /* What worker and gateway share: (dict "root" $ "component" "worker") */}}
{{- define "flyball.commonEnv" -}}
{{- $values := .root.Values }}
{{- include "flyball.variable" (dict "name" "ENDPOINT_ID" "value" (include "flyball.endpoint" .root)) }}
{{- include "flyball.variable" (dict "name" "BIND_ADDRESS" "value" $values.bindAddress) }}
{{- include "flyball.variable" (dict "name" "PORT" "value" 8080) }}
{{- include "flyball.variable" (dict "name" "QUEUE_URL" "value" (include "flyball.queueUrl" .root)) }}
{{- if eq $values.redis.mode "external" }}
{{- include "flyball.variable" (dict "name" "QUEUE_USERNAME" "value" $values.redis.external.username) }}
{{- end }}
{{- with include "flyball.redisSecret" .root }}
{{ include "flyball.secretVariable" (dict "name" "QUEUE_PASSWORD" "secret" . "key" (include "flyball.redisPasswordKey" $.root)) }}
{{- end }}
{{- if include "flyball.redisCaSecret" .root }}
{{- include "flyball.variable" (dict "name" "NODE_EXTRA_CA_CERTS" "value" "/etc/flyball/redis-ca/ca.crt") }}
{{- end }}
{{- if $values.auth.none }}
{{- include "flyball.variable" (dict "name" "AUTH" "value" "none") }}
{{- else }}
{{ include "flyball.secretVariable" (dict "name" "API_KEYS" "secret" $values.auth.existingSecret "key" $values.auth.apiKeysKey) }}
{{ include "flyball.secretVariable" (dict "name" "ADMIN_KEYS" "secret" $values.auth.existingSecret "key" $values.auth.adminKeysKey) }}
{{- end }}
{{- include "flyball.variable" (dict "name" "LATENCY_TARGET" "value" $values.worker.latencyTarget) }}
{{- include "flyball.variable" (dict "name" "DRAIN_TIMEOUT" "value" (printf "%ds" (int (index $values .component).drain.timeoutSeconds))) }}
{{- include "flyball.variable" (dict "name" "HOME" "value" "/tmp") }}
{{- if $values.otel.endpoint }}
{{- include "flyball.variable" (dict "name" "OTEL_EXPORTER_OTLP_ENDPOINT" "value" $values.otel.endpoint) }}
{{- include "flyball.variable" (dict "name" "OTEL_EXPORTER_OTLP_PROTOCOL" "value" $values.otel.protocol) }}
{{- with $values.otel.headersSecret }}
{{ include "flyball.secretVariable" (dict "name" "OTEL_EXPORTER_OTLP_HEADERS" "secret" . "key" "headers") }}
{{- end }}
- name: POD_NAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
{{- $attributes := list (printf "k8s.namespace.name=%s" .root.Release.Namespace) "k8s.pod.name=$(POD_NAME)" }}
{{- range $name, $value := $values.otel.resourceAttributes }}
{{- $attributes = append $attributes (printf "%s=%v" $name $value) }}
{{- end }}
{{- include "flyball.variable" (dict "name" "OTEL_RESOURCE_ATTRIBUTES" "value" (join "," $attributes)) }}
{{- end }}
{{- end }}

{{- define "flyball.workerEnv" -}}
{{- $worker := .Values.worker }}
{{- include "flyball.commonEnv" (dict "root" . "component" "worker") }}
{{- include "flyball.variable" (dict "name" "HANDLER" "value" $worker.handler.path) }}
{{- include "flyball.variable" (dict "name" "CONCURRENCY_STRATEGY" "value" $worker.concurrency.strategy) }}
{{- include "flyball.variable" (dict "name" "CONCURRENCY_MIN" "value" $worker.concurrency.min) }}
{{- include "flyball.variable" (dict "name" "CONCURRENCY_MAX" "value" $worker.concurrency.max) }}
{{- include "flyball.variable" (dict "name" "CONCURRENCY_INITIAL" "value" $worker.concurrency.initial) }}
{{- include "flyball.variable" (dict "name" "CONCURRENCY_PERIOD" "value" $worker.concurrency.period) }}
{{- include "flyball.variable" (dict "name" "QUEUE_OUTBOX" "value" (printf "%s/outbox" $worker.state.mountPath)) }}
{{- if $worker.decisionLog }}
{{- include "flyball.variable" (dict "name" "DECISION_LOG" "value" (printf "%s/decisions.jsonl" $worker.state.mountPath)) }}
{{- end }}
{{- include "flyball.variable" (dict "name" "TELEMETRY_GPU" "value" (include "flyball.telemetryGpu" .)) }}
{{- include "flyball.variable" (dict "name" "TELEMETRY_GPU_SHARED" "value" (include "flyball.gpuShared" .)) }}
{{- if ne $worker.gpu.mode "none" }}
{{- include "flyball.variable" (dict "name" "TELEMETRY_GPU_LOST" "value" $worker.gpu.onLost) }}
{{- end }}
{{- include "flyball.variable" (dict "name" "TELEMETRY_INTERVAL" "value" $worker.telemetry.interval) }}
{{- include "flyball.gpuEnv" (dict "root" . "container" "worker") }}
{{- range $name, $value := $worker.settings }}
{{- include "flyball.variable" (dict "name" $name "value" $value) }}
{{- end }}
{{- with $worker.extra.env }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "flyball.gatewayEnv" -}}
{{- include "flyball.commonEnv" (dict "root" . "component" "gateway") }}
{{- include "flyball.gpuEnv" (dict "root" . "container" "gateway") }}
{{- /* The rules of the queue are the same for whoever fills it and whoever empties it. */}}
{{- range $name, $value := .Values.worker.settings }}
{{- if hasPrefix "QUEUE_" $name }}
{{- include "flyball.variable" (dict "name" $name "value" $value) }}
{{- end }}
{{- end }}
{{- range $name, $value := .Values.gateway.settings }}
{{- include "flyball.variable" (dict "name" $name "value" $value) }}
{{- end }}
{{- with .Values.gateway.extra.env }}
{{ toYaml . }}
{{- end }}
{{- end }}
