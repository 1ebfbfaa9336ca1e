{{- /* Parts of the worker's pod. */}}

{{- /* While the old pod drains the new one may wait for its GPU, then for a node, then load: none of it is a failed rollout. */}}
{{- define "flyball.progressDeadline" -}}
{{- $worker := .Values.worker }}
{{- if gt (int $worker.rollout.progressDeadlineSeconds) 0 }}
{{- int $worker.rollout.progressDeadlineSeconds }}
{{- else }}
{{- $startup := mul (int $worker.probes.startup.periodSeconds) (int $worker.probes.startup.failureThreshold) }}
{{- $loading := ternary (int $worker.modelServer.http.startupSeconds) 0 $worker.modelServer.enabled }}
{{- add (include "flyball.graceSeconds" $worker.drain | int) $startup $loading (int $worker.rollout.minReadySeconds) 600 }}
{{- end }}
{{- end }}

{{- /* What worker and model server both get. */}}
{{- define "flyball.sharedMounts" -}}
- name: tmp
  mountPath: /tmp
{{- if .Values.worker.shm.enabled }}
- name: shm
  mountPath: /dev/shm
{{- end }}
{{- if .Values.worker.cache.mountPath }}
- name: cache
  mountPath: {{ .Values.worker.cache.mountPath }}
{{- end }}
{{- end }}

{{- /* A native sidecar: up before the worker, and stopped after it, so that running jobs find it until the drain is over. */}}
{{- define "flyball.modelServer" -}}
{{- $server := .Values.worker.modelServer }}
{{- $period := 5 }}
- name: model-server
  restartPolicy: Always
  image: {{ include "flyball.mirrored" (dict "root" . "reference" $server.image) }}
  imagePullPolicy: {{ .Values.image.pullPolicy }}
  {{- with $server.container.command }}
  command:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $server.container.args }}
  args:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  ports:
    - name: model
      containerPort: {{ int $server.http.port }}
      protocol: TCP
  env:
    {{- $named := list }}
    {{- range $server.container.env }}
    {{- $named = append $named .name }}
    {{- end }}
    {{- if not (has "HOME" $named) }}
    - name: HOME
      value: /tmp
    {{- end }}
    {{- include "flyball.gpuEnv" (dict "root" . "container" "model-server") | trim | nindent 4 }}
    {{- with $server.container.env }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  startupProbe:
    httpGet:
      path: {{ $server.http.healthPath }}
      port: model
    periodSeconds: {{ $period }}
    failureThreshold: {{ ceil (divf (int $server.http.startupSeconds) $period) | int }}
  livenessProbe:
    httpGet:
      path: {{ $server.http.healthPath }}
      port: model
    {{- toYaml .Values.worker.probes.liveness | nindent 4 }}
  resources:
    {{- include "flyball.resources" (dict "root" . "container" "model-server" "resources" $server.container.resources) | nindent 4 }}
  securityContext:
    {{- include "flyball.containerSecurity" (dict "own" $server.container.securityContext) | nindent 4 }}
  volumeMounts:
    {{- include "flyball.sharedMounts" . | trim | nindent 4 }}
    {{- with $server.container.volumeMounts }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}
