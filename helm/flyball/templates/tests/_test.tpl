{{- /* A pod of `helm test`: (dict "root" $ "name" "gateway-health" "script" "…" "env" "…") */}}
{{- define "flyball.testPod" -}}
{{- $gateway := dict "root" .root "component" "gateway" }}
apiVersion: v1
kind: Pod
metadata:
  {{- include "flyball.metadata" (dict "root" .root "component" "test" "name" (printf "%s-%s" (include "flyball.fullname" .root) .name) "annotations" (dict "helm.sh/hook" "test" "helm.sh/hook-delete-policy" "before-hook-creation,hook-succeeded")) | nindent 2 }}
spec:
  {{- include "flyball.podBasics" $gateway | nindent 2 }}
  restartPolicy: Never
  {{- with include "flyball.placement" (dict "values" .root.Values.gateway) | trim }}
  {{- . | nindent 2 }}
  {{- end }}
  serviceAccountName: {{ include "flyball.serviceAccountName" $gateway }}
  securityContext:
    {{- include "flyball.podSecurity" (dict "own" dict) | nindent 4 }}
  containers:
    - name: test
      image: {{ include "flyball.image" $gateway }}
      imagePullPolicy: {{ (include "flyball.imageFields" $gateway | fromYaml).pullPolicy }}
      command: [node, --input-type=module, -e]
      args:
        - |
          {{- .script | trim | nindent 10 }}
      env:
        - name: NVIDIA_VISIBLE_DEVICES
          value: void
        - name: GATEWAY
          value: http://{{ include "flyball.componentName" $gateway }}:{{ int .root.Values.gateway.service.port }}
        {{- with .env }}
        {{- . | nindent 8 }}
        {{- end }}
      resources:
        requests:
          cpu: 50m
          memory: 64Mi
        limits:
          memory: 128Mi
      securityContext:
        {{- include "flyball.containerSecurity" (dict "own" dict) | nindent 8 }}
{{- end }}
