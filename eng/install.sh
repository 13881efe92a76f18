#!/usr/bin/env bash
# Installs what is missing: Debian packages by command name, npm packages from the lock files. Says nothing when nothing is missing.
# Usage: eng/install.sh [COMMAND…]   more commands that the caller needs, such as restic
set -euo pipefail
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/sbin:/sbin # where nft and the like are, also for who is not root

package_of() {
    case "$1" in
        node | npm) echo nodejs npm ;;
        mitmdump) echo mitmproxy ;;
        nft) echo nftables ;;
        ip) echo iproute2 ;;
        sysctl) echo procps ;;
        dig) echo bind9-dnsutils ;;
        javac) echo default-jdk-headless ;;
        kubectl) echo kubernetes-client ;;
        *) echo "$1" ;;
    esac
}

fail() { echo "install: $*" >&2; exit 1; }

install_packages() {
    local missing=() command
    for command in "$@"; do
        # shellcheck disable=SC2207  # one command may need two packages
        command -v "$command" > /dev/null || missing+=($(package_of "$command"))
    done
    [[ ${#missing[@]} -eq 0 ]] && return
    if [[ $(id -u) -ne 0 ]] || ! command -v apt-get > /dev/null; then
        fail "please install: ${missing[*]}"
    fi
    echo "install: apt-get install ${missing[*]}"
    local log
    log=$(mktemp)
    if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } > "$log" 2>&1; then
        tail -20 "$log" >&2
        rm -f "$log"
        fail "apt-get failed"
    fi
    rm -f "$log"
}

# node_modules is as its lock file says when it holds the lock's digest.
install_npm() {
    local folder=$1 stamp=$1/node_modules/.lock-digest digest
    digest=$(sha256sum "$folder/package-lock.json" | cut -d ' ' -f 1)
    [[ -f $stamp && $(< "$stamp") == "$digest" ]] && return
    echo "install: npm ci in $folder"
    (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error) > /dev/null
    echo "$digest" > "$stamp"
}

command -v dotnet > /dev/null || fail "the .NET SDK $(grep -o '[0-9]*\.[0-9]*\.[0-9]*' global.json | head -1) or a later patch is needed"
install_packages curl jq node npm openssl "$@"
for lock in examples/*/package-lock.json tests/node/package-lock.json; do
    [[ -f $lock ]] && install_npm "$(dirname "$lock")"
done
exit 0
