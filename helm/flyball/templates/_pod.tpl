{{- /* What every pod has in common. */}}

{{- /* Pod Security "restricted"; (dict "own" .Values.worker.securityContext.pod) */}}
{{- define "flyball.podSecurity" -}}
{{- $default := dict "runAsNonRoot" true "runAsUser" 10001 "runAsGroup" 10001 "fsGroup" 10001 "fsGroupChangePolicy" "OnRootMismatch" "seccompProfile" (dict "type" "RuntimeDefault") }}
{{- mergeOverwrite $default (deepCopy (default dict .own)) | toYaml }}
{{- end }}

{{- define "flyball.containerSecurity" -}}
{{- $default := dict "allowPrivilegeEscalation" false "readOnlyRootFilesystem" true "capabilities" (dict "drop" (list "ALL")) }}
{{- mergeOverwrite $default (deepCopy (default dict .own)) | toYaml }}
{{- end }}

{{- /* No token, since nothing here asks the API server; no service links, since a Service called "queue" would become QUEUE_PORT, a setting that is refused. */}}
{{- define "flyball.podBasics" -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .root.Values.global.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- /* metadata of a pod template: (dict "root" $ "component" "worker" "annotations" …) */}}
{{- define "flyball.podMetadata" -}}
{{- $pod := (index .root.Values .component).pod }}
labels:
  {{- mergeOverwrite (dict) (default dict .root.Values.common.labels) (default dict $pod.labels) (include "flyball.selectorLabels" . | fromYaml) | toYaml | nindent 2 }}
{{- with mergeOverwrite (dict) (default dict .root.Values.common.annotations) (default dict .annotations) (default dict $pod.annotations) }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- /* preStop counts too. */}}
{{- define "flyball.graceSeconds" -}}
{{- add (int .preStopSeconds) (int .timeoutSeconds) (int .marginSeconds) }}
{{- end }}

{{- define "flyball.preStop" -}}
{{- if gt (int .preStopSeconds) 0 }}
lifecycle:
  preStop:
    sleep:
      seconds: {{ int .preStopSeconds }}
{{- end }}
{{- end }}

{{- /* Spread constraints, each about the component's own pods where it does not say whose: (dict "root" $ "component" "worker" "constraints" …) */}}
{{- define "flyball.spread" -}}
{{- $own := dict "labelSelector" (dict "matchLabels" (include "flyball.selectorLabels" . | fromYaml)) }}
{{- $constraints := list }}
{{- range .constraints }}
{{- $constraints = append $constraints (merge (deepCopy .) $own) }}
{{- end }}
{{- toYaml $constraints }}
{{- end }}

{{- /* Where things are placed: (dict "values" .Values.worker "affinity" … "spread" …) */}}
{{- define "flyball.placement" -}}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .spread }}
topologySpreadConstraints:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- /* A container of the user's: it sees no GPU, and is restricted where it does not say otherwise. */}}
{{- define "flyball.extraContainer" -}}
{{- $hidden := dict "name" "NVIDIA_VISIBLE_DEVICES" "value" "void" }}
{{- $security := include "flyball.containerSecurity" (dict "own" (default dict .securityContext)) | fromYaml }}
{{- list (mergeOverwrite (deepCopy .) (dict "env" (prepend (default list .env) $hidden) "securityContext" $security)) | toYaml }}
{{- end }}
