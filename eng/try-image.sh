#!/usr/bin/env bash
# Tries an image as a node starts it: its bytes are what it says, then read-only, as its own user, without rights; the sidecar's also as the
# init step, in a network of its own.
# Usage: eng/try-image.sh NAME
set -euo pipefail
cd "$(dirname "$0")/.."
name=$1 image=$PWD/out/images/$1.tar
work=$(mktemp -d)
started=
trap '[[ -z $started ]] || kill "$started" 2> /dev/null; rm -rf "$work"' EXIT

fail() { echo "images: $name: $*" >&2; exit 1; }
blob() { tar -xOf "$image" "./blobs/sha256/${1#sha256:}"; }

mkdir "$work/layout" "$work/root" "$work/volume"
tar -xf "$image" -C "$work/layout"
for file in "$work"/layout/blobs/sha256/*; do
    [[ $(sha256sum "$file" | cut -d ' ' -f 1) == "${file##*/}" ]] || fail "a blob is not what its name says"
done
manifest=$(blob "$(jq -r '.manifests[0].digest' "$work/layout/index.json")")
config=$(blob "$(jq -r .config.digest <<< "$manifest")")
mapfile -t layers < <(jq -r '.layers[].digest' <<< "$manifest")
mapfile -t plain < <(jq -r '.rootfs.diff_ids[]' <<< "$config")
for i in "${!layers[@]}"; do
    [[ sha256:$(blob "${layers[i]}" | gunzip | sha256sum | cut -d ' ' -f 1) == "${plain[i]}" ]] || fail "a layer is not what its configuration says"
    blob "${layers[i]}" | gunzip | tar -x -C "$work/root" --numeric-owner
done
[[ $(jq -r .config.User <<< "$config") =~ ^[1-9][0-9]*:[1-9][0-9]*$ ]] || fail "its user is root, or a name that a node cannot judge"
found=$(cd "$work/root" && find . -type f -perm /0111 ! -name '*.so*' ! -name "k8srecorder-$name" ! -path ./usr/sbin/nft)
[[ -z $found ]] || fail "programs that nobody needs:" $found
found=$(cd "$work/root" && find . ! -type l \( -perm /6000 -o -perm /0022 \))
[[ -z $found ]] || fail "set-user-ID, or others may write:" $found

[[ $(id -u) -eq 0 ]] || { echo "images: $name: not started, that takes root"; exit 0; }
cat > "$work/volume/policy.yaml" << 'END'
apiVersion: k8srecorder.io/v1alpha1
kind: RecordingPolicy
metadata: { name: tried, namespace: default }
spec:
  targets:
    - { name: nobody, listen: "127.0.0.1:15432", protocol: TCP, upstream: { address: "127.0.0.1:1" } }
END
mkdir "$work/volume"/{spool,keys,store}
chown -R "$(jq -r .config.User <<< "$config")" "$work/volume"
chmod 700 "$work/volume/keys"
mapfile -t environment < <(jq -r '.config.Env[]' <<< "$config")
user=$(jq -r .config.User <<< "$config")

chroot=$(command -v chroot)

# One process from here to the program, for a subshell. What a node gives it: a root that nobody writes to, /proc, /dev, one volume at /tmp.
inside() {
    exec unshare -mn bash -euc '
        root=$1 volume=$2
        shift 2
        mount --bind "$root" "$root"
        mount --bind "$volume" "$root/tmp"
        mount -o remount,ro,bind "$root"
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        ip link set lo up
        ip link add eth0 type veth peer name node
        ip address add 10.77.0.2/24 dev eth0
        ip link set eth0 up
        ip link set node up
        ip route add default via 10.77.0.1
        exec env -i "$@"' inside "$work/root" "$work/volume" "${environment[@]}" "$chroot" "$@"
}

case $name in
sidecar)
    inside --userspec="$user" "$work/root" /usr/local/bin/k8srecorder-sidecar --policy /tmp/policy.yaml --store file:///tmp/store \
        --spool /tmp/spool --keys /tmp/keys > "$work/said" 2>&1 &
    started=$!
    deadline=$((SECONDS + 20))
    until grep -q ': ready ' "$work/said"; do
        kill -0 "$started" 2> /dev/null && ((SECONDS < deadline)) || fail "it does not start: $(tail -3 "$work/said")"
        sleep 0.05
    done
    kill -TERM "$started"
    wait "$started" || fail "it does not stop: $(tail -3 "$work/said")"
    started=
    (inside "$work/root" /usr/local/bin/k8srecorder-sidecar init) > "$work/said" 2>&1 || fail "init: $(tail -3 "$work/said")"
    grep -q '^installed' "$work/said" || fail "init: $(tail -3 "$work/said")"
    echo "images: sidecar: starts read-only as $user, and its init puts the rules in place"
    ;;
*)
    (inside --userspec="$user" "$work/root" "/usr/local/bin/k8srecorder-$name" --help) > "$work/said" 2>&1 || [[ $? -eq 3 ]] || fail "$(tail -3 "$work/said")"
    echo "images: $name: starts read-only as $user"
    ;;
esac
