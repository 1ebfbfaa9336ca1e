{{- /* Names and labels. Selectors are name, instance and component, for ever: they are immutable. */}}

{{- define "flyball.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- /* At most 47 characters: KEDA allows the name of a ScaledObject 54, and "-worker" is added. A name that is cut ends in its hash. */}}
{{- define "flyball.fullname" -}}
{{- $name := .Values.fullnameOverride }}
{{- if not $name }}
{{- $own := include "flyball.name" . }}
{{- $name = ternary .Release.Name (printf "%s-%s" .Release.Name $own) (contains $own .Release.Name) }}
{{- end }}
{{- /* A release may be called after a domain; the name of a Service may not. */}}
{{- $name = $name | replace "." "-" }}
{{- if gt (len $name) 47 }}
{{- $name = printf "%s-%s" ($name | trunc 41 | trimSuffix "-") ($name | sha256sum | trunc 5) }}
{{- end }}
{{- $name }}
{{- end }}

{{- define "flyball.endpoint" -}}
{{- default (.Release.Name | replace "." "-") .Values.endpoint }}
{{- end }}

{{- /* (dict "root" $ "component" "worker") */}}
{{- define "flyball.componentName" -}}
{{- printf "%s-%s" (include "flyball.fullname" .root) .component }}
{{- end }}

{{- define "flyball.selectorLabels" -}}
app.kubernetes.io/name: {{ include "flyball.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- /* Ours win over common.labels: a selector may lie among them. */}}
{{- define "flyball.labels" -}}
{{- $own := include "flyball.selectorLabels" . | fromYaml }}
{{- $more := dict "helm.sh/chart" (printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_") "app.kubernetes.io/version" .root.Chart.AppVersion "app.kubernetes.io/managed-by" .root.Release.Service "app.kubernetes.io/part-of" (include "flyball.name" .root) }}
{{- merge $own $more .root.Values.common.labels | toYaml }}
{{- end }}

{{- /* metadata of an object: (dict "root" $ "component" "worker"), and where wanted "name" "labels" "annotations" */}}
{{- define "flyball.metadata" -}}
name: {{ default (include "flyball.componentName" .) .name }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- merge (include "flyball.labels" . | fromYaml) (default dict .labels) | toYaml | nindent 2 }}
{{- with merge (dict) (default dict .annotations) .root.Values.common.annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "flyball.serviceAccountName" -}}
{{- $account := (index .root.Values .component).serviceAccount }}
{{- if $account.create }}
{{- default (include "flyball.componentName" .) $account.name }}
{{- else }}
{{- default "default" $account.name }}
{{- end }}
{{- end }}
