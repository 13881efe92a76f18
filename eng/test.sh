#!/usr/bin/env bash
# Builds the solution once and runs its test projects, two at a time; the last line is the sum.
# Usage: eng/test.sh [CONFIGURATION] [PROJECT…]
set -euo pipefail
cd "$(dirname "$0")/.."
configuration=${1:-Release}
shift || true
projects=("$@")
if [[ ${#projects[@]} -eq 0 ]]; then
    # The longest first, so that none runs alone at the end.
    mapfile -t projects < <((printf '%s\n' Integration Recording.Tests Sidecar.Tests Masking.Tests Fuzz; cd tests && printf '%s\n' *.Tests) | awk '!seen[$0]++')
fi

results=TestResults
rm -rf "$results"
mkdir -p "$results"

dotnet build K8sRecorder.slnx -c "$configuration" -v quiet 2>&1 | tee "$results/build.log"
if grep -qE ': (warning|error) ' "$results/build.log"; then
    echo "test: the build has warnings" >&2
    exit 1
fi

run_one() {
    local configuration=$1 results=$2 project=$3 started=$SECONDS
    local dll=tests/$project/bin/$configuration/net10.0/K8sRecorder.$project.dll
    if timeout --kill-after=10 290 dotnet test "$dll" --nologo --results-directory "$results" \
        --logger "trx;LogFileName=$project.trx" > "$results/$project.log" 2>&1; then
        echo "test: $project, $((SECONDS - started)) s"
    else
        # Kept for the sum: a crash leaves no results file, and must not pass for "no tests".
        echo "$project" >> "$results/failed"
        echo "test: $project FAILED, $((SECONDS - started)) s"
        tail -60 "$results/$project.log"
    fi
}
export -f run_one
printf '%s\n' "${projects[@]}" | xargs -P 2 -I{} bash -euo pipefail -c 'run_one "$@"' _ "$configuration" "$results" {}

[[ -n ${KUBEBUILDER_ASSETS:-} ]] || echo "test: left out: Kube.Tests against a real kube-apiserver (KUBEBUILDER_ASSETS names no folder with one and etcd)"
node eng/results.mjs "$results"
