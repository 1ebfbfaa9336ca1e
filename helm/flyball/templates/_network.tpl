{{- /* Parts of the NetworkPolicies. No rule is open to every address on every port, and none leads to the metadata service of a cloud (169.254.169.254). */}}

{{- define "flyball.networkPolicyHead" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "flyball.metadata" . | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "flyball.selectorLabels" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
{{- end }}

{{- define "flyball.dnsEgress" -}}
{{- $dns := .Values.networkPolicy.dns }}
- to:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: {{ $dns.namespace }}
      podSelector:
        matchLabels:
          {{- toYaml $dns.podLabels | nindent 10 }}
    {{- with $dns.nodeLocalCIDR }}
    - ipBlock:
        cidr: {{ . }}
    {{- end }}
  ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
{{- end }}

{{- /* Any pod, and any address but link-local ones. Both are said, for to some networks a pod is no address. */}}
{{- define "flyball.anywhere" -}}
- namespaceSelector: {}
- ipBlock:
    cidr: 0.0.0.0/0
    except: [169.254.0.0/16]
- ipBlock:
    cidr: ::/0
    except: ['fe80::/10', 'fd00:ec2::254/128']
{{- end }}

{{- define "flyball.redisEgress" -}}
- to:
    {{- if eq .Values.redis.mode "bundled" }}
    - podSelector:
        matchLabels:
          {{- include "flyball.selectorLabels" (dict "root" . "component" "redis") | nindent 10 }}
    {{- else if .Values.networkPolicy.peers.redis }}
    {{- toYaml .Values.networkPolicy.peers.redis | nindent 4 }}
    {{- else }}
    {{- include "flyball.anywhere" . | trim | nindent 4 }}
    {{- end }}
  ports:
    - port: {{ include "flyball.redisPort" . }}
      protocol: TCP
{{- end }}

{{- define "flyball.otlpEgress" -}}
{{- with .Values.otel.endpoint }}
{{- $url := urlParse . }}
{{- $port := regexFind ":[0-9]+$" $url.host | trimPrefix ":" }}
- to:
    {{- include "flyball.anywhere" $ | trim | nindent 4 }}
  ports:
    - port: {{ default (ternary "443" "80" (eq $url.scheme "https")) $port }}
      protocol: TCP
{{- end }}
{{- end }}

{{- /* TCP 443 of public addresses: none that is private, shared (CGNAT), loopback, link-local, multicast or reserved. */}}
{{- define "flyball.webhookEgress" -}}
- to:
    - ipBlock:
        cidr: 0.0.0.0/0
        except: [0.0.0.0/8, 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, 192.0.0.0/24, 192.168.0.0/16, 198.18.0.0/15, 224.0.0.0/3]
    - ipBlock:
        cidr: ::/0
        except: ['::/96', '::ffff:0:0/96', '64:ff9b::/96', '64:ff9b:1::/48', 'fc00::/7', 'fe80::/10', 'ff00::/8']
  ports:
    - port: 443
      protocol: TCP
{{- end }}
