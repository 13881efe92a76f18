#!/usr/bin/env bash
# The try-out (make run): a model server, the sidecar and a Tree-of-Thoughts agent on free loopback ports; then the recording is
# read, verified, tampered with and verified again. Ends with 0 only if everything was as promised.
# KEEP=1 keeps the store and says how to look at it.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d "${TMPDIR:-/tmp}/recorder-run.XXXXXX")
store=$work/store
children=()

cleanup() {
    local status=$? pid
    trap - EXIT INT TERM
    for pid in "${children[@]}"; do kill "$pid" 2> /dev/null || true; done
    for pid in "${children[@]}"; do wait "$pid" 2> /dev/null || true; done
    if [[ ${KEEP:-} == 1 && -d $store ]]; then
        rm -rf "$work/copy" "$work/spool" "$work/keys"
        heading "kept"
        echo "  out/kubectl-recorder --store file://$store list"
        echo "  rm -rf $work"
    else
        rm -rf "$work"
    fi
    exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if [[ -t 1 && -z ${NO_COLOR:-} ]]; then strong=$'\e[1;36m' plain=$'\e[0m'; else strong='' plain=''; fi
heading() { printf '\n%s== %s%s\n' "$strong" "$*" "$plain"; }
promise() { printf '   %s\n' "$*"; }
fail() {
    printf 'run: %s\n' "$1" >&2
    [[ -f ${2:-} ]] && tail -20 "$2" >&2
    exit 1
}
# Waits, at most 10 s, until a command succeeds or the process ends.
await() {
    local pid=$1 deadline=$((SECONDS + 10))
    shift
    until "$@"; do
        kill -0 "$pid" 2> /dev/null && ((SECONDS < deadline)) || return 1
        sleep 0.02
    done
}
free_ports() { node -e '
    const net = require("node:net");
    const servers = Array.from({ length: +process.argv[1] }, () => net.createServer().listen(0, "127.0.0.1"));
    setTimeout(() => { for (const s of servers) { console.log(s.address().port); s.close(); } }, 20);' "$1"; }
recorder() { out/kubectl-recorder --store "file://$store" "$@"; }
now_ms() { date +%s%3N; }

heading "the parts"
mapfile -t ports < <(free_ports 2)
node examples/tot/model/server.mjs --seed "${SEED:-24}" > "$work/model.log" 2>&1 &
model=$!
children+=("$model")
await "$model" grep -q listening "$work/model.log" || fail "the model server did not start" "$work/model.log"
upstream=$(sed -n 's|^listening on http://||p' "$work/model.log")
sed -e "s/127\.0\.0\.1:4010/127.0.0.1:${ports[0]}/g" -e "s/127\.0\.0\.1:4011/$upstream/g" examples/policy.yaml > "$work/policy.yaml"

started=$(now_ms)
mkdir -p "$store" "$work/keys"
out/k8srecorder-sidecar --policy "$work/policy.yaml" --store "file://$store" --spool "$work/spool" --keys "$work/keys" \
    --admin "127.0.0.1:${ports[1]}" > "$work/sidecar.log" 2>&1 &
sidecar=$!
children+=("$sidecar")
ready() { curl -fs -o /dev/null "http://127.0.0.1:${ports[1]}/readyz"; }
await "$sidecar" ready || fail "the sidecar did not get ready" "$work/sidecar.log"
ready_after=$(($(now_ms) - started))
fingerprint=$(grep -oE 'SHA256:[A-Za-z0-9+/]{43}' "$work/sidecar.log" | head -1)
[[ -n $fingerprint ]] || fail "the sidecar printed no fingerprint" "$work/sidecar.log"
promise "model server   http://$upstream (OpenAI and Anthropic)"
promise "sidecar        http://127.0.0.1:${ports[0]}, ready after $ready_after ms"
promise "session key    $fingerprint"

heading "the agent thinks, and only knows OPENAI_BASE_URL=http://127.0.0.1:${ports[0]}/v1"
OPENAI_BASE_URL="http://127.0.0.1:${ports[0]}/v1" OPENAI_API_KEY=sk-try-out-not-a-real-key \
    node examples/tot/agent/agent.mjs "${PUZZLE:-4 5 6 10}" || fail "the agent failed" "$work/sidecar.log"

kill -TERM "$sidecar"
stopped=$(now_ms)
wait "$sidecar" || fail "the sidecar ended with $?" "$work/sidecar.log"
stop_took=$(($(now_ms) - stopped))

heading "kubectl recorder list --sessions"
recorder list --sessions

heading "kubectl recorder list --limit 8"
recorder list --limit 8 | cut -c -118

heading "kubectl recorder show latest"
recorder show latest

heading "kubectl recorder log latest (its first and last lines)"
recorder log latest > "$work/log.txt"
head -24 "$work/log.txt"
promise "… $(wc -l < "$work/log.txt") lines in all …"
tail -14 "$work/log.txt"

heading "what must not be there"
secret=$(grep -oE "'tZ9mQ2x[A-Za-z0-9]+'" examples/tot/agent/prompts.mjs | tr -d "'")
everything() { find "$store" -type f -print0 | while IFS= read -r -d '' file; do zcat "$file" 2> /dev/null || cat "$file"; done; }
everything > "$work/everything.txt"
for hidden in "$secret" sk-try-out-not-a-real-key; do
    ! grep -qF "$hidden" "$work/everything.txt" || fail "a secret is in the store"
done
grep -qF '[MASKED:' "$work/everything.txt" || fail "nothing was masked"
promise "neither the token of the prompt nor the API key; instead: $(grep -oE '\[MASKED:[a-z0-9-]+\]' "$work/everything.txt" | sort | uniq -c | awk '{ printf "%s%s ×%s", sep, $2, $1; sep = ", " }')"

heading "kubectl recorder verify --trust $fingerprint"
recorder verify --trust "$fingerprint" || fail "verify should have said sound, complete and ended with 0, not $?"
promise "exit code 0"

heading "one bit of one chunk is flipped"
cp -r "$store" "$work/copy"
chunk=$(find "$work/copy/sessions" -path '*/sha256/*' -type f -printf '%s %p\n' | sort -n | tail -1 | cut -d ' ' -f 2-)
node -e '
    const fs = require("node:fs"), [, file] = process.argv, bytes = fs.readFileSync(file), at = bytes.length >> 1;
    fs.chmodSync(file, 0o600);
    bytes[at] ^= 1;
    fs.writeFileSync(file, bytes);
    console.log(`   byte ${at} of ${file.split("/sessions/")[1]}`);' "$chunk"
status=0
out/kubectl-recorder --store "file://$work/copy" verify --trust "$fingerprint" || status=$?
[[ $status -eq 1 ]] || fail "verify should have said tampered and ended with 1, not $status"
promise "exit code 1"

heading "as promised"
promise "store: $(find "$store" -type f | wc -l) objects, $(find "$store" -type f -printf '%s\n' | awk '{ n += $1 } END { print n }') bytes; the sidecar was ready after $ready_after ms and stopped within $stop_took ms"
