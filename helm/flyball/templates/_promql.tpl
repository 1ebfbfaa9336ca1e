{{- /* rules/ has the expressions, made by libs/dashboards; here a release's facts take the place of the tokens. No tpl: it would eat the alerts' own templates. */}}

{{- define "flyball.selector" -}}
{{- default (printf "namespace=%q,release=%q,queue=%q" .Release.Namespace .Release.Name (include "flyball.endpoint" .)) .Values.monitoring.selector }}
{{- end }}

{{- /* (dict "root" $ "file" "rules/release.yaml") */}}
{{- define "flyball.promql" -}}
{{- $values := .root.Values }}
{{- $bounds := include "flyball.bounds" .root | fromYaml }}
{{- .root.Files.Get .file
  | replace "__SELECTOR__" (include "flyball.selector" .root)
  | replace "__NAMESPACE__" .root.Release.Namespace
  | replace "__RELEASE__" .root.Release.Name
  | replace "__WORKER__" (include "flyball.componentName" (dict "root" .root "component" "worker"))
  | replace "__MIN__" (toString $bounds.min)
  | replace "__MAX__" (toString $values.autoscaling.maxReplicas)
  | replace "__ASSUMED__" (toString $values.autoscaling.assumedLimit)
  | replace "__WINDOW__" $values.autoscaling.capacityWindow
  | replace "__UTILIZATION__" (toString $values.autoscaling.targetUtilization)
}}
{{- end }}

{{- /* Bounds of the limit, from the values or from libs/config, whose defaults are in settings.json. */}}
{{- define "flyball.bounds" -}}
{{- $defaults := .Files.Get "settings.json" | fromJson }}
{{- $concurrency := .Values.worker.concurrency }}
{{- $min := int (default $defaults.CONCURRENCY_MIN $concurrency.min) }}
min: {{ $min }}
max: {{ int (default $defaults.CONCURRENCY_MAX $concurrency.max) }}
initial: {{ int (default $min $concurrency.initial) }}
{{- end }}

{{- /* Without an engine nothing scales, and nothing of it can go wrong; KEDA that goes by Redis alone reads no series. */}}
{{- define "flyball.scalingAlerts" -}}
{{- $scaling := .Values.autoscaling }}
{{- $alerts := list }}
{{- if ne $scaling.engine "none" }}
{{- $alerts = list "FlyballPodsPendingForGpu" "FlyballScaleOutWithoutThroughput" }}
{{- if not (and (eq $scaling.engine "keda") (eq $scaling.keda.mode "redis")) }}
{{- $alerts = concat $alerts (list "FlyballDesiredAboveMax" "FlyballScalerBlind") }}
{{- end }}
{{- end }}
{{- toJson $alerts }}
{{- end }}
