{{- /* A quantity of Kubernetes, such as 8Gi, as bytes; 0 for what is none. */}}
{{- define "flyball.bytes" -}}
{{- /* YAML takes a bare number for a float, which would be written 8.5e+09. */}}
{{- $text := ternary (toString .) (int64 . | toString) (kindIs "string" .) }}
{{- $number := regexFind "^[0-9]+(\\.[0-9]+)?" $text }}
{{- $unit := trimPrefix $number $text }}
{{- $units := dict "" 1 "k" 1000 "M" 1000000 "G" 1000000000 "T" 1000000000000 "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776 }}
{{- if and $number (hasKey $units $unit) }}
{{- mulf (float64 $number) (get $units $unit) | floor | int64 }}
{{- else -}}
0
{{- end }}
{{- end }}
