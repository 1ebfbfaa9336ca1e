{{- define "flyball.pdb" -}}
{{- $pdb := (index .root.Values .component).pdb }}
{{- if $pdb.enabled -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "flyball.metadata" . | nindent 2 }}
spec:
  {{- /* Compared with "", for 0 is a number too. */}}
  {{- if ne (toString $pdb.minAvailable) "" }}
  minAvailable: {{ $pdb.minAvailable }}
  {{- else }}
  maxUnavailable: {{ $pdb.maxUnavailable }}
  {{- end }}
  unhealthyPodEvictionPolicy: {{ $pdb.unhealthyPodEvictionPolicy }}
  selector:
    matchLabels:
      {{- include "flyball.selectorLabels" . | nindent 6 }}
{{- end }}
{{- end }}
