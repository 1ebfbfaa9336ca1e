{{- /* How fast pods come and go: slowly down, one by one, since each takes what it has learnt with it. */}}
{{- define "flyball.scalingBehavior" -}}
{{- range $direction := list "scaleUp" "scaleDown" }}
{{- $rule := index $.Values.autoscaling $direction }}
{{ $direction }}:
  stabilizationWindowSeconds: {{ int $rule.stabilizationWindowSeconds }}
  policies:
    - type: Pods
      value: {{ int $rule.pods }}
      periodSeconds: {{ int $rule.periodSeconds }}
  {{- if ne (toString $rule.tolerance) "" }}
  tolerance: {{ toString $rule.tolerance | quote }}
  {{- end }}
{{- end }}
{{- end }}

{{- /* A trigger of KEDA on one of the queue's lists: (dict "root" $ "name" … "list" … "target" …) */}}
{{- define "flyball.redisTrigger" -}}
- type: redis
  name: {{ .name }}
  metricType: AverageValue
  metadata:
    {{- /* KEDA runs in another namespace, where a short name is another host. */}}
    {{- $host := include "flyball.redisAddress" .root }}
    address: {{ printf "%s:%s" (ternary $host (printf "%s.%s" $host .root.Release.Namespace) (regexMatch "[.:]" $host)) (include "flyball.redisPort" .root) | quote }}
    databaseIndex: {{ ternary 0 .root.Values.redis.external.db (eq .root.Values.redis.mode "bundled") | int | quote }}
    listName: {{ include "flyball.redisList" (dict "root" .root "list" .list) | quote }}
    listLength: {{ .target | quote }}
    activationListLength: "0"
    {{- if include "flyball.redisTls" .root }}
    enableTLS: "true"
    {{- end }}
    {{- if eq .root.Values.redis.mode "external" }}
    {{- with .root.Values.redis.external.username }}
    username: {{ . | quote }}
    {{- end }}
    {{- end }}
  {{- if include "flyball.kedaSecrets" .root }}
  authenticationRef:
    name: {{ include "flyball.componentName" (dict "root" .root "component" "worker") }}
  {{- end }}
{{- end }}

{{- /* Whether KEDA reads Redis here. */}}
{{- define "flyball.kedaReadsRedis" -}}
{{- if and (eq .Values.autoscaling.engine "keda") (or (eq .Values.autoscaling.keda.mode "redis") (eq (int .Values.autoscaling.minReplicas) 0)) }}true{{ end }}
{{- end }}

{{- /* secretTargetRef of its TriggerAuthentication; empty: no secret is needed. */}}
{{- define "flyball.kedaSecrets" -}}
{{- with include "flyball.redisSecret" . }}
- parameter: password
  name: {{ . }}
  key: {{ include "flyball.redisPasswordKey" $ }}
{{- end }}
{{- with include "flyball.redisCaSecret" . }}
- parameter: ca
  name: {{ . }}
  key: ca.crt
{{- end }}
{{- end }}
