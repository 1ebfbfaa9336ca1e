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
          {{- default (dict "k8s-app" "kube-dns") $dns.podLabels | toYaml | nindent 10 }}
    {{- with $dns.nodeLocalCIDR }}
    - ipBlock:
        cidr: {{ . }}
    {{- end }}
  ports:
    - port: {{ int $dns.port }}
      protocol: UDP
    - port: {{ int $dns.port }}
      protocol: TCP
{{- end }}

{{- /* Any pod, and any address but those where clouds hand out credentials: link-local, EKS, Google, Alibaba. Pods and addresses are both said, for to some networks a pod is no address. */}}
{{- define "flyball.anywhere" -}}
- namespaceSelector: {}
- ipBlock:
    cidr: 0.0.0.0/0
    except: [100.100.100.200/32, 169.254.0.0/16]
- ipBlock:
    cidr: ::/0
    except: ['fd00:ec2::/32', 'fd20:ce::/32', 'fe80::/10']
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
    {{- if $.Values.networkPolicy.peers.otlp }}
    {{- toYaml $.Values.networkPolicy.peers.otlp | nindent 4 }}
    {{- else }}
    {{- include "flyball.anywhere" $ | trim | nindent 4 }}
    {{- end }}
  {{- /* Without a port gRPC goes to 443 whatever the scheme. */}}
  ports:
    - port: {{ default (ternary "443" "80" (or (eq $url.scheme "https") (eq $.Values.otel.protocol "grpc"))) $port }}
      protocol: TCP
{{- end }}
{{- end }}

{{- /* TCP 443 of public addresses: none that is private, shared (CGNAT), loopback, link-local, multicast or reserved. Of IPv6 what is assigned (2000::/3), without addresses that stand for others. */}}
{{- define "flyball.webhookEgress" -}}
- to:
    - ipBlock:
        cidr: 0.0.0.0/0
        except: [0.0.0.0/8, 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, 192.0.0.0/24, 192.168.0.0/16, 198.18.0.0/15, 224.0.0.0/3]
    - ipBlock:
        cidr: 2000::/3
        except: ['2001::/23', '2001:db8::/32', '2002::/16']
  ports:
    - port: 443
      protocol: TCP
{{- end }}
