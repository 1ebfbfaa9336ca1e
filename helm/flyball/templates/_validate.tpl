{{- /* Values that are each allowed, and cannot work together: every problem there is, as a YAML list. */}}
{{- define "flyball.problems" -}}
{{- $problems := list }}
{{- range list "image" "redis" "auth" "handler" "concurrency" "owned" "autoscaling" "rollout" "pdb" "gpu" "memory" "network" }}
{{- $problems = concat $problems (include (printf "flyball.problems.%s" .) $ | fromJsonArray) }}
{{- end }}
{{- toYaml $problems }}
{{- end }}

{{- define "flyball.problems.image" -}}
{{- $problems := list }}
{{- $missing := false }}
{{- range $component := list "worker" "gateway" }}
{{- $image := include "flyball.imageFields" (dict "root" $ "component" $component) | fromYaml }}
{{- $path := ternary (printf "%s.image" $component) "image" (not (empty (index $.Values $component).image.tag)) }}
{{- if not $image.repository }}
{{- $missing = true }}
{{- end }}
{{- if and (eq (toString $image.tag) "latest") (not $image.digest) }}
{{- $problems = append $problems (printf "[IMAGE_LATEST] %s.tag=\"latest\" is not repeatable. Leave it empty (appVersion), name a version, or set image.digest." $path) }}
{{- end }}
{{- end }}
{{- if $missing }}
{{- $problems = append $problems "[IMAGE_MISSING] image.repository is empty. Build the image from the Dockerfile and name it here." }}
{{- end }}
{{- $server := .Values.worker.modelServer }}
{{- if $server.enabled }}
{{- if not $server.image }}
{{- $problems = append $problems "[IMAGE_MISSING] worker.modelServer.image is empty. Name the model server's image, with a tag or a digest." }}
{{- else if or (hasSuffix ":latest" $server.image) (not (regexMatch "(@sha256:[a-f0-9]{64}|:[^/:]+)$" $server.image)) }}
{{- $problems = append $problems (printf "[IMAGE_LATEST] worker.modelServer.image=%q is not repeatable. Name a version or a digest." $server.image) }}
{{- end }}
{{- end }}
{{- $redis := .Values.redis.bundled.image }}
{{- if and (eq .Values.redis.mode "bundled") (or (hasSuffix ":latest" $redis) (not (regexMatch "(@sha256:[a-f0-9]{64}|:[^/:]+)$" $redis))) }}
{{- $problems = append $problems (printf "[IMAGE_LATEST] redis.bundled.image=%q is not repeatable. Name a version or a digest." $redis) }}
{{- end }}
{{- uniq $problems | toJson }}
{{- end }}

{{- define "flyball.problems.redis" -}}
{{- $problems := list }}
{{- $redis := .Values.redis }}
{{- if eq $redis.mode "external" }}
{{- if not $redis.external.host }}
{{- $problems = append $problems "[REDIS_HOST_MISSING] redis.external.host is empty. Name your Redis, or set redis.mode=bundled for development." }}
{{- end }}
{{- if and $redis.external.tls.caSecret (not $redis.external.tls.enabled) }}
{{- $problems = append $problems (printf "[REDIS_TLS] redis.external.tls.caSecret=%q without redis.external.tls.enabled=true. Enable TLS, or leave the CA out." $redis.external.tls.caSecret) }}
{{- end }}
{{- else if and (not $redis.bundled.existingSecret) (not $redis.bundled.allowNoAuth) }}
{{- $problems = append $problems "[REDIS_AUTH_MISSING] redis.bundled.existingSecret is empty. Name a Secret, or set redis.bundled.allowNoAuth=true on a throw-away cluster." }}
{{- end }}
{{- toJson $problems }}
{{- end }}

{{- define "flyball.problems.auth" -}}
{{- $problems := list }}
{{- $auth := .Values.auth }}
{{- if and (not $auth.none) (not $auth.existingSecret) }}
{{- $problems = append $problems "[KEYS_MISSING] auth.existingSecret is empty. Name a Secret with api-keys and admin-keys, or set auth.none=true." }}
{{- end }}
{{- if and $auth.none $auth.existingSecret }}
{{- $problems = append $problems (printf "[KEYS_CONFLICT] auth.none=true and auth.existingSecret=%q exclude each other. Remove one." $auth.existingSecret) }}
{{- end }}
{{- if and $auth.none .Values.gateway.ingress.enabled }}
{{- $problems = append $problems "[OPEN_GATEWAY] auth.none=true with an ingress publishes an open endpoint. Set auth.existingSecret." }}
{{- else if and $auth.none (ne .Values.gateway.service.type "ClusterIP") }}
{{- $problems = append $problems (printf "[OPEN_GATEWAY] auth.none=true with gateway.service.type=%s publishes an open endpoint. Set auth.existingSecret." .Values.gateway.service.type) }}
{{- end }}
{{- if and .Values.gateway.ingress.enabled (not .Values.gateway.ingress.hosts) }}
{{- $problems = append $problems "[INGRESS_HOSTS] gateway.ingress.hosts is empty. Name a host: [{ host: flyball.example.com }]." }}
{{- end }}
{{- $accounts := list }}
{{- range $component := list "worker" "gateway" }}
{{- if (index $.Values $component).serviceAccount.create }}
{{- $accounts = append $accounts (include "flyball.serviceAccountName" (dict "root" $ "component" $component)) }}
{{- end }}
{{- end }}
{{- if lt (len (uniq $accounts)) (len $accounts) }}
{{- $problems = append $problems (printf "[SERVICE_ACCOUNT] worker.serviceAccount.name and gateway.serviceAccount.name are both %q, and both would be made. Set create=false at one." (first $accounts)) }}
{{- end }}
{{- toJson $problems }}
{{- end }}

{{- define "flyball.problems.handler" -}}
{{- $problems := list }}
{{- $worker := .Values.worker }}
{{- if and $worker.modelServer.enabled (eq (int $worker.modelServer.http.port) 8080) }}
{{- $problems = append $problems "[PORT] worker.modelServer.http.port=8080 is the worker's own. Let the model server listen on another one." }}
{{- end }}
{{- if not $worker.handler.path }}
{{- $problems = append $problems "[HANDLER_MISSING] worker.handler.path is empty. Set the module, Python file or URL that runs a job." }}
{{- else if and $worker.modelServer.enabled (not (regexMatch (printf "^https?://(127\\.0\\.0\\.1|localhost|\\[::1\\]):%d(/|$)" (int $worker.modelServer.http.port)) $worker.handler.path)) }}
{{- $problems = append $problems (printf "[HANDLER_NOT_HTTP] worker.handler.path=%q with worker.modelServer.enabled=true. Use http://127.0.0.1:%d/…." $worker.handler.path (int $worker.modelServer.http.port)) }}
{{- end }}
{{- toJson $problems }}
{{- end }}

{{- define "flyball.problems.concurrency" -}}
{{- $problems := list }}
{{- $bounds := include "flyball.bounds" . | fromYaml }}
{{- $min := int $bounds.min }}
{{- $max := int $bounds.max }}
{{- if gt $min $max }}
{{- $problems = append $problems (printf "[BOUNDS] worker.concurrency.min=%d is above max=%d. Lower min or raise max." $min $max) }}
{{- else if or (lt (int $bounds.initial) $min) (gt (int $bounds.initial) $max) }}
{{- $problems = append $problems (printf "[BOUNDS] worker.concurrency.initial=%d is outside %d..%d. Choose a value inside, or leave it empty." (int $bounds.initial) $min $max) }}
{{- end }}
{{- if and (le $min $max) (ne .Values.autoscaling.engine "none") (or (lt (int .Values.autoscaling.assumedLimit) $min) (gt (int .Values.autoscaling.assumedLimit) $max)) }}
{{- $problems = append $problems (printf "[ASSUMED_LIMIT] autoscaling.assumedLimit=%d is outside worker.concurrency %d..%d. Choose what one warm pod holds." (int .Values.autoscaling.assumedLimit) $min $max) }}
{{- end }}
{{- toJson $problems }}
{{- end }}

{{- /* Variables that another value sets, and that value; of worker and gateway each where it has a *. */}}
{{- define "flyball.owned" -}}
ENDPOINT_ID: endpoint
BIND_ADDRESS: bindAddress
PORT: gateway.service.port
QUEUE_URL: redis
QUEUE_USERNAME: redis.external.username
QUEUE_PASSWORD: redis.external.existingSecret
QUEUE_OUTBOX: worker.state.mountPath
NODE_EXTRA_CA_CERTS: redis.external.tls.caSecret
AUTH: auth.none
API_KEYS: auth.existingSecret
ADMIN_KEYS: auth.existingSecret
LATENCY_TARGET: worker.latencyTarget
DRAIN_TIMEOUT: "*.drain.timeoutSeconds"
HOME: worker.tmp
OTEL_EXPORTER_OTLP_ENDPOINT: otel.endpoint
OTEL_EXPORTER_OTLP_PROTOCOL: otel.protocol
OTEL_EXPORTER_OTLP_HEADERS: otel.headersSecret
OTEL_RESOURCE_ATTRIBUTES: otel.resourceAttributes
POD_NAME: otel.endpoint
HANDLER: worker.handler.path
CONCURRENCY_STRATEGY: worker.concurrency.strategy
CONCURRENCY_MIN: worker.concurrency.min
CONCURRENCY_MAX: worker.concurrency.max
CONCURRENCY_INITIAL: worker.concurrency.initial
CONCURRENCY_PERIOD: worker.concurrency.period
DECISION_LOG: worker.decisionLog
TELEMETRY_GPU: worker.telemetry.gpu
TELEMETRY_GPU_SHARED: worker.gpu.sharing
TELEMETRY_GPU_LOST: worker.gpu.onLost
TELEMETRY_INTERVAL: worker.telemetry.interval
NVIDIA_DRIVER_CAPABILITIES: worker.gpu.driverCapabilities
NVIDIA_VISIBLE_DEVICES: worker.gpu
{{- end }}

{{- define "flyball.problems.owned" -}}
{{- $problems := list }}
{{- $owned := include "flyball.owned" . | fromYaml }}
{{- /* These two only where the chart sets them. */}}
{{- if not (include "flyball.redisCaSecret" .) }}
{{- $owned = omit $owned "NODE_EXTRA_CA_CERTS" }}
{{- end }}
{{- if not .Values.otel.endpoint }}
{{- $owned = omit $owned "POD_NAME" }}
{{- end }}
{{- range $component := list "worker" "gateway" }}
{{- $values := index $.Values $component }}
{{- range $name, $_ := $values.settings }}
{{- if hasKey $owned $name }}
{{- $problems = append $problems (printf "[SETTING_OWNED] %s.settings.%s belongs to %s. Set it there." $component $name (get $owned $name | replace "*" $component)) }}
{{- else if and (eq $component "gateway") (hasPrefix "QUEUE_" $name) }}
{{- $problems = append $problems (printf "[SETTING_OWNED] gateway.settings.%s belongs to worker.settings.%s, which both get. Set it there." $name $name) }}
{{- end }}
{{- end }}
{{- range $values.extra.env }}
{{- $ruled := and (hasPrefix "QUEUE_" .name) (hasKey $.Values.worker.settings .name) }}
{{- if or (hasKey $owned .name) (hasKey $values.settings .name) $ruled }}
{{- $settings := ternary "worker.settings" (printf "%s.settings" $component) (not (empty $ruled)) }}
{{- $problems = append $problems (printf "[SETTING_OWNED] %s.extra.env has %s, which belongs to %s. Set it there." $component .name (default $settings (get $owned .name | replace "*" $component))) }}
{{- end }}
{{- end }}
{{- range $values.extra.containers }}
{{- range .env }}
{{- if eq .name "NVIDIA_VISIBLE_DEVICES" }}
{{- $problems = append $problems (printf "[GPU_OWNER] %s.extra.containers sets NVIDIA_VISIBLE_DEVICES. Remove it: a container that asks for no GPU sees none." $component) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- range .Values.worker.modelServer.container.env }}
{{- if eq .name "NVIDIA_DRIVER_CAPABILITIES" }}
{{- $problems = append $problems "[SETTING_OWNED] worker.modelServer.container.env has NVIDIA_DRIVER_CAPABILITIES, which belongs to worker.gpu.driverCapabilities. Set it there." }}
{{- end }}
{{- if eq .name "NVIDIA_VISIBLE_DEVICES" }}
{{- $problems = append $problems "[GPU_OWNER] worker.modelServer.container.env sets NVIDIA_VISIBLE_DEVICES. Remove it: the device plugin says which GPU is the container's." }}
{{- end }}
{{- end }}
{{- toJson $problems }}
{{- end }}

{{- define "flyball.problems.autoscaling" -}}
{{- $problems := list }}
{{- $scaling := .Values.autoscaling }}
{{- $min := int $scaling.minReplicas }}
{{- if ne $scaling.engine "none" }}
{{- if gt $min (int $scaling.maxReplicas) }}
{{- $problems = append $problems (printf "[REPLICAS] autoscaling.minReplicas=%d is above maxReplicas=%d. Lower one or raise the other." $min (int $scaling.maxReplicas)) }}
{{- end }}
{{- if and (eq $scaling.engine "hpa") (eq $min 0) }}
{{- $problems = append $problems "[HPA_ZERO] autoscaling.engine=hpa cannot reach minReplicas=0. Use 1 or more, or engine=keda." }}
{{- end }}
{{- if and (eq $scaling.engine "keda") (eq $scaling.keda.mode "prometheus") (not $scaling.prometheus.serverAddress) }}
{{- $problems = append $problems "[PROMETHEUS_MISSING] autoscaling.prometheus.serverAddress is empty. Set it, or autoscaling.keda.mode=redis." }}
{{- end }}
{{- end }}
{{- $gateway := .Values.gateway.autoscaling }}
{{- if and $gateway.enabled (gt (int $gateway.minReplicas) (int $gateway.maxReplicas)) }}
{{- $problems = append $problems (printf "[REPLICAS] gateway.autoscaling.minReplicas=%d is above maxReplicas=%d. Lower one or raise the other." (int $gateway.minReplicas) (int $gateway.maxReplicas)) }}
{{- end }}
{{- toJson $problems }}
{{- end }}

{{- define "flyball.problems.rollout" -}}
{{- $problems := list }}
{{- $rollout := .Values.worker.rollout }}
{{- if and (eq $rollout.type "RollingUpdate") (regexMatch "^0%?$" (toString $rollout.maxSurge)) (regexMatch "^0%?$" (toString $rollout.maxUnavailable)) }}
{{- $problems = append $problems "[ROLLOUT] worker.rollout: maxSurge and maxUnavailable are both 0, so no rollout can start. Raise one." }}
{{- end }}
{{- if and (gt (int $rollout.progressDeadlineSeconds) 0) (le (int $rollout.progressDeadlineSeconds) (int $rollout.minReadySeconds)) }}
{{- $problems = append $problems (printf "[ROLLOUT] worker.rollout.progressDeadlineSeconds=%d is not above minReadySeconds=%d. Raise it, or set 0." (int $rollout.progressDeadlineSeconds) (int $rollout.minReadySeconds)) }}
{{- end }}
{{- toJson $problems }}
{{- end }}

{{- define "flyball.problems.pdb" -}}
{{- $problems := list }}
{{- $replicas := dict "worker" .Values.worker.replicaCount "gateway" .Values.gateway.replicaCount }}
{{- if ne .Values.autoscaling.engine "none" }}
{{- $replicas = set $replicas "worker" .Values.autoscaling.minReplicas }}
{{- end }}
{{- if .Values.gateway.autoscaling.enabled }}
{{- $replicas = set $replicas "gateway" .Values.gateway.autoscaling.minReplicas }}
{{- end }}
{{- range $component := list "worker" "gateway" }}
{{- $pdb := (index $.Values $component).pdb }}
{{- $least := toString $pdb.minAvailable }}
{{- $most := toString $pdb.maxUnavailable }}
{{- $count := int (get $replicas $component) }}
{{- /* A share is rounded up. */}}
{{- $kept := ternary (divf (mul (trimSuffix "%" $least | int) $count) 100 | ceil | int) (int $least) (hasSuffix "%" $least) }}
{{- if and $pdb.enabled (ne $least "") (ne $most "") }}
{{- $problems = append $problems (printf "[PDB] %s.pdb: minAvailable=%s and maxUnavailable=%s exclude each other. Empty one." $component $least $most) }}
{{- else if and $pdb.enabled (eq $least "") (eq $most "") }}
{{- $problems = append $problems (printf "[PDB] %s.pdb: minAvailable and maxUnavailable are both empty. Set one." $component) }}
{{- else if and $pdb.enabled (ne $least "") (gt $count 0) (ge $kept $count) }}
{{- $problems = append $problems (printf "[PDB] %s.pdb.minAvailable=%s with %d replicas blocks every node drain. Use maxUnavailable." $component $least $count) }}
{{- end }}
{{- end }}
{{- toJson $problems }}
{{- end }}

{{- define "flyball.problems.gpu" -}}
{{- $problems := list }}
{{- $worker := .Values.worker }}
{{- if and (has $worker.gpu.sharing (list "time-slicing" "mps")) (gt (int $worker.gpu.count) 1) }}
{{- $problems = append $problems (printf "[GPU_SHARED] worker.gpu.sharing=%s with count=%d. A shared device is asked for once: set count=1." $worker.gpu.sharing (int $worker.gpu.count)) }}
{{- end }}
{{- if and $worker.modelServer.enabled (ne $worker.gpu.mode "none") }}
{{- range splitList "," $worker.telemetry.gpu }}
{{- if has (trim .) (list "nvml" "nvidia-smi" "auto") }}
{{- $problems = append $problems (printf "[TELEMETRY_OWNER] worker.telemetry.gpu=%q, but the model server owns the device. Use model-server:URL or dcgm:URL." $worker.telemetry.gpu) }}
{{- end }}
{{- end }}
{{- end }}
{{- $resources := dict "worker.resources" $worker.resources "gateway.resources" .Values.gateway.resources "redis.bundled.resources" .Values.redis.bundled.resources "worker.modelServer.container.resources" $worker.modelServer.container.resources }}
{{- range $component := list "worker" "gateway" }}
{{- range (index $.Values $component).extra.containers }}
{{- $resources = set $resources (printf "%s.extra.containers: %s" $component .name) (default dict .resources) }}
{{- end }}
{{- end }}
{{- range $path, $each := $resources }}
{{- range $name, $_ := merge dict (default dict $each.limits) (default dict $each.requests) }}
{{- if or (hasPrefix "nvidia.com/" $name) (eq $name $worker.gpu.resourceName) }}
{{- $problems = append $problems (printf "[GPU_OWNER] %s asks for %s. Remove it: worker.gpu says how many GPUs there are, and whose they are." $path $name) }}
{{- end }}
{{- end }}
{{- end }}
{{- toJson (uniq $problems) }}
{{- end }}

{{- define "flyball.problems.memory" -}}
{{- $problems := list }}
{{- $worker := .Values.worker }}
{{- $resources := dict "worker.resources" $worker.resources "gateway.resources" .Values.gateway.resources "redis.bundled.resources" .Values.redis.bundled.resources "worker.modelServer.container.resources" $worker.modelServer.container.resources }}
{{- range $path, $each := $resources }}
{{- $most := dig "limits" "memory" "" (default dict $each) }}
{{- $asked := dig "requests" "memory" "" (default dict $each) }}
{{- if and $most $asked (gt (include "flyball.bytes" $asked | int64) (include "flyball.bytes" $most | int64)) }}
{{- $problems = append $problems (printf "[MEMORY] %s: the request of %s is above the limit of %s. Lower one or raise the other." $path (toString $asked) (toString $most)) }}
{{- end }}
{{- end }}
{{- $cache := $worker.cache }}
{{- if and $cache.existingClaim (not $cache.mountPath) }}
{{- $problems = append $problems (printf "[CACHE] worker.cache.existingClaim=%q is mounted nowhere. Set worker.cache.mountPath, such as /models." $cache.existingClaim) }}
{{- end }}
{{- $mounts := list "/tmp" $worker.state.mountPath }}
{{- with $cache.mountPath }}
{{- $mounts = append $mounts . }}
{{- end }}
{{- if lt (len (uniq $mounts)) (len $mounts) }}
{{- $problems = append $problems "[MOUNT] worker.state.mountPath, worker.cache.mountPath and /tmp must be three folders. Choose others." }}
{{- end }}
{{- $limit := dig "limits" "memory" "" (ternary $worker.modelServer.container.resources $worker.resources $worker.modelServer.enabled) }}
{{- if and $worker.shm.enabled $limit (gt (include "flyball.bytes" $worker.shm.sizeLimit | int64) (include "flyball.bytes" $limit | int64)) }}
{{- $shown := ternary $limit (include "flyball.bytes" $limit) (kindIs "string" $limit) }}
{{- $problems = append $problems (printf "[SHM] worker.shm.sizeLimit=%s does not fit the memory limit %s it counts against. Lower it or raise the limit." $worker.shm.sizeLimit $shown) }}
{{- end }}
{{- if and (eq .Values.redis.mode "bundled") (eq (include "flyball.bytes" (dig "limits" "memory" "" .Values.redis.bundled.resources) | int64) 0) }}
{{- $problems = append $problems "[REDIS_MEMORY] redis.bundled.resources.limits.memory is empty, and Redis would grow until its node has no memory. Set it, such as 256Mi." }}
{{- end }}
{{- toJson $problems }}
{{- end }}

{{- define "flyball.problems.network" -}}
{{- $problems := list }}
{{- $network := .Values.networkPolicy }}
{{- if and $network.enabled $network.peers.gateway (not $network.peers.scrape) .Values.monitoring.monitors.enabled }}
{{- $problems = append $problems "[SCRAPE_PEERS] networkPolicy.peers.gateway is set and peers.scrape is empty, so no Prometheus reaches the gateway. Name it in peers.scrape." }}
{{- end }}
{{- toJson $problems }}
{{- end }}
