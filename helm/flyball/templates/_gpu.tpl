{{- /* Who owns the GPU, how much of it, and who measures. */}}

{{- define "flyball.gpuOwner" -}}
{{- if eq .Values.worker.gpu.mode "none" -}}
none
{{- else if .Values.worker.modelServer.enabled -}}
model-server
{{- else -}}
worker
{{- end }}
{{- end }}

{{- /* Resources of a container; the GPU is added for its owner: (dict "root" $ "container" "worker" "resources" …) */}}
{{- define "flyball.resources" -}}
{{- $resources := deepCopy (default dict .resources) }}
{{- if eq (include "flyball.gpuOwner" .root) .container }}
{{- $gpu := .root.Values.worker.gpu }}
{{- /* An extended resource is a whole number, and its request is its limit. */}}
{{- $limits := set (default dict $resources.limits) $gpu.resourceName (int $gpu.count) }}
{{- $resources = set $resources "limits" $limits }}
{{- end }}
{{- toYaml $resources }}
{{- end }}

{{- /* An image may say NVIDIA_VISIBLE_DEVICES=all, and would see every GPU of the node: whoever owns none says void. */}}
{{- define "flyball.gpuEnv" -}}
{{- if eq (include "flyball.gpuOwner" .root) .container }}
- name: NVIDIA_DRIVER_CAPABILITIES
  value: {{ .root.Values.worker.gpu.driverCapabilities | quote }}
{{- else }}
- name: NVIDIA_VISIBLE_DEVICES
  value: void
{{- end }}
{{- end }}

{{- /* TELEMETRY_GPU, where it is not what is found. */}}
{{- define "flyball.telemetryGpu" -}}
{{- $worker := .Values.worker }}
{{- if $worker.telemetry.gpu }}
{{- $worker.telemetry.gpu }}
{{- else if $worker.modelServer.enabled }}
{{- printf "model-server:http://127.0.0.1:%d%s" (int $worker.modelServer.http.port) $worker.modelServer.http.metricsPath }}
{{- else if eq $worker.gpu.mode "none" -}}
none
{{- end }}
{{- end }}

{{- /* Others hold the same device, and its numbers are theirs too. */}}
{{- define "flyball.gpuShared" -}}
{{- if has .Values.worker.gpu.sharing (list "time-slicing" "mps") }}true{{ end }}
{{- end }}

{{- /* worker.affinity with gpu.nodes added to each of its required terms, for terms are alternatives. */}}
{{- define "flyball.workerAffinity" -}}
{{- $affinity := deepCopy (default dict .Values.worker.affinity) }}
{{- $nodes := .Values.worker.gpu.nodes }}
{{- $wanted := list }}
{{- with $nodes.products }}
{{- $wanted = append $wanted (dict "key" "nvidia.com/gpu.product" "operator" "In" "values" .) }}
{{- end }}
{{- if gt (int $nodes.minMemoryMiB) 0 }}
{{- $wanted = append $wanted (dict "key" "nvidia.com/gpu.memory" "operator" "Gt" "values" (list (sub (int $nodes.minMemoryMiB) 1 | toString))) }}
{{- end }}
{{- if and $wanted (ne .Values.worker.gpu.mode "none") }}
{{- $node := default dict $affinity.nodeAffinity }}
{{- $required := default dict $node.requiredDuringSchedulingIgnoredDuringExecution }}
{{- $terms := list }}
{{- range (default (list dict) $required.nodeSelectorTerms) }}
{{- $terms = append $terms (set . "matchExpressions" (concat (default list .matchExpressions) $wanted)) }}
{{- end }}
{{- $node = set $node "requiredDuringSchedulingIgnoredDuringExecution" (set $required "nodeSelectorTerms" $terms) }}
{{- $affinity = set $affinity "nodeAffinity" $node }}
{{- end }}
{{- toYaml $affinity }}
{{- end }}
