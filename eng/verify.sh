#!/usr/bin/env bash
# What can be said about the tree without running it. Changes nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
failed=0
complain() { printf 'verify: %s\n' "$@" >&2; failed=1; }
tracked() { git ls-files -co --exclude-standard -- "$@"; }

# A path of somebody's machine works nowhere else.
paths=$(tracked | grep -v '^eng/verify.sh$' | xargs -r grep -nIE '(^|[^A-Za-z0-9._/-])/(work|root|home/[a-z]+|Users/[A-Za-z]+)/' || true)
[[ -z $paths ]] || complain "paths of one machine" "$paths"

suppressed=$(tracked '*.cs' | xargs -r grep -n '#pragma warning disable' || true)
[[ -z $suppressed || $(wc -l <<< "$suppressed") -le 10 ]] || complain "more than 10 suppressed warnings" "$suppressed"
unexplained=$(grep -vE 'disable +[A-Z0-9, ]+ *//' <<< "$suppressed" | grep . || true)
[[ -z $unexplained ]] || complain "suppressed without a reason on the line" "$unexplained"

long=$(tracked '*.cs' '*.mjs' '*.sh' | xargs -r wc -l | awk '$2 != "total" && $1 > 500')
[[ -z $long ]] || complain "files over 500 lines" "$long"

names=$(tracked '*.cs' | grep -E '(Utils?|Helpers?|Common|Manager)\.cs$' || true)
[[ -z $names ]] || complain "names that say nothing" "$names"

# A page that points at nothing.
while IFS=: read -r page link; do
    [[ -e $(dirname "$page")/${link%%#*} ]] || complain "$page points at $link, which is not there"
done < <(tracked '*.md' | xargs -r grep -oHP '\]\(\K(?!https?://|#)[^)]+' || true)

for script in $(tracked 'eng/*.sh' .ci/run); do
    [[ -x $script ]] || complain "$script is not executable"
    bash -n "$script" || complain "$script has a syntax error"
done

# Locked: a lock file that does not fit its project is an error here.
dotnet restore K8sRecorder.slnx --locked-mode -v quiet || complain "packages.lock.json out of step: run dotnet restore and commit"
# White space only: the rest of .editorconfig is held by every build, and a full run compiles everything once more.
dotnet format whitespace K8sRecorder.slnx --verify-no-changes --no-restore -v quiet || complain "run: dotnet format whitespace K8sRecorder.slnx"

dotnet build eng/Crds -c Release --no-restore -v quiet > /dev/null && dotnet eng/Crds/bin/Release/net10.0/K8sRecorder.Crds.dll --check >&2 || complain "run: make crds"

[[ $failed -eq 0 ]] && echo "verify: fine"
exit "$failed"
