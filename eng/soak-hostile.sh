#!/usr/bin/env bash
# Runs the tests of tests/Integration/Hostile, and captured connections that idle, in full size against a published sidecar, one at a
# time; each siege prints one line.
# Usage: eng/soak-hostile.sh SIDECAR [NAME…]
set -euo pipefail
cd "$(dirname "$0")/.."
sidecar=$(realpath "$1")
shift
filter=
if [[ $# -eq 0 ]]; then set -- .Hostile. .Capture.IdleTests.; fi
for name in "$@"; do filter+="${filter:+|}FullyQualifiedName~$name"; done

work=$(mktemp -d "${TMPDIR:-/tmp}/recorder-hostile.XXXXXX")
trap 'kill "${tail:-}" 2> /dev/null || true; rm -rf "$work"' EXIT
dotnet build tests/Integration -c Release -v quiet > "$work/build" || { cat "$work/build"; exit 1; }

touch "$work/figures"
tail -f "$work/figures" &
tail=$!
status=0
RECORDER_HOSTILE=full RECORDER_HOSTILE_SIDECAR=$sidecar RECORDER_HOSTILE_FIGURES=$work/figures \
    dotnet test tests/Integration -c Release --no-build --filter "$filter" --logger 'console;verbosity=normal' -- xUnit.MaxParallelThreads=1 > "$work/log" || status=$?
sleep 1 # the last line
if [[ $status -ne 0 ]]; then grep -v '^\[xUnit' "$work/log" | cut -c 1-400; fi
grep -E '^ +(Passed|Failed): ' "$work/log" | tr -s ' \n' ' ' | sed 's/^/hostile:/; s/ $/\n/'
exit "$status"
