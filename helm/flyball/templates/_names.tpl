{{- /* Names and labels. Selectors are name, instance and component, for ever: they are immutable. */}}

{{- define "flyball.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimAll "-." }}
{{- end }}

{{- /* At most 46 characters: a StatefulSet's name may have 52, and "-redis" is added; KEDA allows a ScaledObject 54. A name that is cut ends in its hash. A Service's name begins with a letter. */}}
{{- define "flyball.fullname" -}}
{{- $name := .Values.fullnameOverride }}
{{- if not $name }}
{{- $own := include "flyball.name" . }}
{{- $name = ternary .Release.Name (printf "%s-%s" .Release.Name $own) (contains $own .Release.Name) }}
{{- end }}
{{- /* A release may be called after a domain; the name of a Service may not. */}}
{{- $name = $name | replace "." "-" }}
{{- if regexMatch "^[0-9]" $name }}
{{- $name = printf "r-%s" $name }}
{{- end }}
{{- if gt (len $name) 46 }}
{{- $name = printf "%s-%s" ($name | trunc 40 | trimSuffix "-") ($name | sha256sum | trunc 5) }}
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
app.kubernetes.io/name: {{ include "flyball.name" .root | quote }}
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- /* Ours win over those of the object, and those over common.labels: a selector may lie among them. */}}
{{- define "flyball.labels" -}}
{{- $own := include "flyball.selectorLabels" . | fromYaml }}
{{- $more := dict "helm.sh/chart" (printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_") "app.kubernetes.io/version" .root.Chart.AppVersion "app.kubernetes.io/managed-by" .root.Release.Service "app.kubernetes.io/part-of" (include "flyball.name" .root) }}
{{- merge $own $more (default dict .labels) (default dict .root.Values.common.labels) | toYaml }}
{{- end }}

{{- /* metadata of an object: (dict "root" $ "component" "worker"), and where wanted "name" "labels" "annotations" */}}
{{- define "flyball.metadata" -}}
name: {{ default (include "flyball.componentName" .) .name }}
namespace: {{ .root.Release.Namespace | quote }}
labels:
  {{- include "flyball.labels" . | nindent 2 }}
{{- with merge (dict) (default dict .annotations) (default dict .root.Values.common.annotations) }}
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
