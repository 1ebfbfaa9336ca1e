{{- /* Workers have no Service, so their pods are watched. `release` is what rules and dashboards tell releases apart by. */}}
{{- define "flyball.monitor" -}}
{{- $monitors := .root.Values.monitoring.monitors }}
{{- if $monitors.enabled -}}
apiVersion: monitoring.coreos.com/v1
kind: {{ .kind }}
metadata:
  {{- include "flyball.metadata" (dict "root" .root "component" .component "labels" $monitors.labels) | nindent 2 }}
spec:
  {{ .endpoints }}:
    - port: http
      path: /metrics
      interval: {{ $monitors.interval }}
      relabelings:
        - sourceLabels: [__meta_kubernetes_pod_label_app_kubernetes_io_instance]
          targetLabel: release
  selector:
    matchLabels:
      {{- include "flyball.selectorLabels" . | nindent 6 }}
{{- end }}
{{- end }}
