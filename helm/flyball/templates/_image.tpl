{{- /* What `image` and the component's own `image` say together. */}}
{{- define "flyball.imageFields" -}}
{{- $own := (index .root.Values .component).image }}
{{- $fields := mergeOverwrite (deepCopy .root.Values.image) $own }}
{{- /* Another repository or tag is another image, whose digest the common one is not. */}}
{{- if and (or $own.repository $own.tag) (not $own.digest) }}
{{- $fields = set $fields "digest" "" }}
{{- end }}
{{- $fields | toYaml }}
{{- end }}

{{- define "flyball.image" -}}
{{- $image := include "flyball.imageFields" . | fromYaml }}
{{- $version := ternary (printf "@%s" $image.digest) (printf ":%s" (default .root.Chart.AppVersion $image.tag)) (ne $image.digest "") }}
{{- include "flyball.mirrored" (dict "root" .root "reference" (printf "%s%s" $image.repository $version)) }}
{{- end }}

{{- /* (dict "root" $ "reference" "redis:7.2-alpine") */}}
{{- define "flyball.mirrored" -}}
{{- with .root.Values.global.imageRegistry }}{{ . | trimSuffix "/" }}/{{ end }}{{ .reference }}
{{- end }}
