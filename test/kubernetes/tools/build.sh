#!/usr/bin/env bash
# kubeconform, and the schemas that it holds the chart's objects to, for test/kubernetes/chart/schemas.spec.ts: those of Kubernetes
# from its own OpenAPI document, those of KEDA and of the Prometheus operator from their CustomResourceDefinitions, all taken from
# the published Go modules. Needs Go and Python 3. Prints the folder; a second run builds nothing.
set -euo pipefail
cd "$(dirname "$0")"

# Modules that are only read, and what the checksum database says of them.
modules=(
  'k8s.io/kubernetes@v1.36.3 h1:qDQdoMiluAE2Eab6Fa52YV+WjiGz9mZFFoagEA6cI+o='
  'github.com/kedacore/keda/v2@v2.21.0 h1:R6z2HZvstK4RLUMxroNACzBj74xGxt3kG59b5Xc+Xps='
  'github.com/prometheus-operator/prometheus-operator@v0.85.0 h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s='
)

version=$(cat build.sh requirements.txt lint/go.mod lint/go.sum | sha256sum | cut -c1-16)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/flyball/tools
out=$cache/$version
if [ -e "$out/done" ]; then
  echo "$out"
  exit
fi
command -v go >/dev/null || { echo 'there is no go: kubeconform and the schemas are not built' >&2; exit 1; }
mkdir -p "$cache"
work=$(mktemp -d "$cache/building.XXXXXX")
trap 'rm -rf "$work"' EXIT
export GOTOOLCHAIN=local GOFLAGS=-mod=readonly

(cd lint && CGO_ENABLED=0 go build -trimpath -o "$work/kubeconform" github.com/yannh/kubeconform/cmd/kubeconform) >&2
converter=$(cd lint && go list -m -f '{{.Dir}}' github.com/yannh/kubeconform)/scripts/openapi2jsonschema.py

folder() { # of a module; fails where its content is not what it was
  local wanted=$1 sum=$2 answer
  answer=$(go mod download -json "$wanted")
  [ "$(sed -n 's/.*"Sum": "\(.*\)".*/\1/p' <<<"$answer")" = "$sum" ] || { echo "$wanted is not what it was" >&2; return 1; }
  sed -n 's/.*"Dir": "\(.*\)".*/\1/p' <<<"$answer"
}
read -r kubernetes keda operator <<<"$(for each in "${modules[@]}"; do folder ${each% *} "${each#* }"; done | paste -sd' ')"

python3 -m venv "$work/python" >&2
"$work/python/bin/pip" install --quiet --disable-pip-version-check --no-deps -r requirements.txt >&2
"$work/python/bin/openapi2jsonschema" --kubernetes --strict --expanded -o "$work/schemas" \
  "file://$kubernetes/api/openapi-spec/swagger.json" >"$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; exit 1; }
(
  cd "$work/schemas"
  FILENAME_FORMAT='{kind}-{fullgroup}-{version}' DENY_ROOT_ADDITIONAL_PROPERTIES=1 "$work/python/bin/python" "$converter" \
    "$keda"/config/crd/bases/keda.sh_{scaledobjects,triggerauthentications}.yaml \
    "$operator"/example/prometheus-operator-crd/monitoring.coreos.com_{podmonitors,servicemonitors,prometheusrules}.yaml >&2
)
# What a trigger's metadata may hold, which no schema says: the names that KEDA's scalers read.
for scaler in redis prometheus; do
  grep -ohE 'keda:"name=[^,"]+' "$keda/pkg/scalers/${scaler}_scaler.go" "$keda"/pkg/scalers/authentication/*.go |
    sed 's/.*name=//' | tr ';' '\n' >"$work/$scaler-trigger.txt"
done

rm -rf "$work/python" "$work/log"
touch "$work/done"
mv -T "$work" "$out" 2>/dev/null || [ -e "$out/done" ]
echo "$out"
