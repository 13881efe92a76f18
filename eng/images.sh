#!/usr/bin/env bash
# Makes OCI images of what is in out/: the program, what it loads, the authorities' certificates. No shell, nobody's root, nothing to write to.
# The same program and the same Debian packages give the same bytes.
# Usage: eng/images.sh NAME…   sidecar, operator: out/images/NAME.tar each (docker load, podman load, kind load image-archive)
set -euo pipefail
cd "$(dirname "$0")/.."

readonly uid=64532
readonly runtime=(libc6 libgcc-s1 libstdc++6 libssl3 zlib1g ca-certificates)
readonly nft=(nftables libnftables1 libmnl0 libnftnl11 libxtables12 libjansson4 libgmp10 libedit2 libbsd0 libmd0 libtinfo6)
epoch=$(git log -1 --format=%ct 2> /dev/null || echo 0)
revision=$(git rev-parse HEAD 2> /dev/null || echo unknown)
version=$(grep -oPm1 '(?<=<Version>)[^<]+' Directory.Build.props)
architecture=$(dpkg --print-architecture)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() { echo "images: $*" >&2; exit 1; }

# The packages' files without what only a person reads; licences stay.
unpack() { # FOLDER PACKAGE…
    local folder=$1 package
    shift
    mkdir -p "$work/packages" "$folder"
    for package in "$@"; do
        ls "$work/packages/${package}_"*.deb > /dev/null 2>&1 && continue
        (cd "$work/packages" && apt-get download -q "$package" > "$work/download.log" 2>&1) || return 1
    done
    for package in "$@"; do
        dpkg-deb -x "$work/packages/${package}_"*.deb "$folder"
        dpkg-deb -f "$work/packages/${package}_"*.deb Package Version | paste -sd ' ' >> "$work/versions"
    done
}

# As base-files links them: what was in / is in /usr.
merge_usr() { # FOLDER
    local name
    for name in bin sbin lib lib64; do
        [[ -d $1/$name && ! -L $1/$name ]] || continue
        mkdir -p "$1/usr/$name"
        cp -a "$1/$name/." "$1/usr/$name/"
        rm -rf "${1:?}/$name"
    done
    for name in lib lib64; do
        [[ ! -d $1/usr/$name ]] || ln -s "usr/$name" "$1/$name"
    done
}

root_of() { # NAME
    local root=$work/$1.root
    mkdir -p "$root"
    : > "$work/versions"
    local packages=("${runtime[@]}")
    [[ $1 != sidecar ]] || packages+=("${nft[@]}")
    unpack "$root" "${packages[@]}" || { apt-get update -q > /dev/null 2>&1 && unpack "$root" "${packages[@]}"; } || fail "$(cat "$work/download.log")"
    merge_usr "$root"

    cat "$root"/usr/share/ca-certificates/mozilla/*.crt > "$work/authorities"
    find "$root/usr/bin" "$root/usr/sbin" -mindepth 1 ! -name nft -delete 2> /dev/null || true
    find "$root/usr/share" -type f ! -name copyright -delete
    rm -rf "$root"/etc "$root"/var "$root"/usr/lib/*/gconv "$root"/usr/lib/*/engines-3 "$root"/usr/lib/*/ossl-modules "$root"/usr/lib/systemd
    find "$root" -depth -type d -empty -delete

    mkdir -p "$root"/{etc/ssl/certs,usr/local/bin,proc,dev,sys,tmp}
    cp "$work/authorities" "$root/etc/ssl/certs/ca-certificates.crt"
    printf 'recorder:x:%s:%s::/:/none\n' $uid $uid > "$root/etc/passwd"
    printf 'recorder:x:%s:\n' $uid > "$root/etc/group"
    echo 'hosts: files dns' > "$root/etc/nsswitch.conf"
    sort "$work/versions" > "$root/etc/packages"
    chmod -R u=rwX,go=rX "$root"
    install -m 755 "out/k8srecorder-$1" "$root/usr/local/bin/k8srecorder-$1"
}

# A blob of the layout; prints its descriptor.
blob() { # FILE MEDIATYPE
    local digest
    digest=$(sha256sum "$1" | cut -d ' ' -f 1)
    mv "$1" "$layout/blobs/sha256/$digest"
    jq -nc --arg type "$2" --arg digest "sha256:$digest" --argjson size "$(stat -c %s "$layout/blobs/sha256/$digest")" \
        '{mediaType: $type, digest: $digest, size: $size}'
}

image_of() { # NAME
    local name=$1 root=$work/$1.root layout=$work/$1.layout layers='[]' plain='[]' layer tar created
    created=$(date -u -d "@$epoch" +%Y-%m-%dT%H:%M:%SZ)
    mkdir -p "$layout/blobs/sha256" out/images
    # What changes with the program stands by itself: nodes keep the other layer.
    for layer in system program; do
        tar=$work/$layer.tar
        local what=(.)
        [[ $layer == system ]] || what=("./usr/local/bin/k8srecorder-$name")
        tar -C "$root" --sort=name --mtime="@$epoch" --owner=0 --group=0 --numeric-owner --format=posix \
            --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime \
            $([[ $layer == program ]] || echo "--exclude=./usr/local/bin/k8srecorder-$name") -cf "$tar" "${what[@]}"
        plain=$(jq -c --arg digest "sha256:$(sha256sum "$tar" | cut -d ' ' -f 1)" '. + [$digest]' <<< "$plain")
        gzip -n6 "$tar"
        layers=$(jq -c --argjson layer "$(blob "$tar.gz" application/vnd.oci.image.layer.v1.tar+gzip)" '. + [$layer]' <<< "$layers")
    done

    # Diagnostics would write a socket, and on demand a dump with everything unmasked.
    jq -nc --arg created "$created" --arg architecture "$architecture" --arg name "$name" --arg user "$uid:$uid" --arg version "$version" \
        --arg revision "$revision" --argjson plain "$plain" '{
            created: $created, architecture: $architecture, os: "linux",
            config: {
                User: $user, WorkingDir: "/", Entrypoint: ["/usr/local/bin/k8srecorder-\($name)"], StopSignal: "SIGTERM",
                Env: ["PATH=/usr/local/bin", "DOTNET_EnableDiagnostics=0", "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt"],
                Labels: {
                    "org.opencontainers.image.title": "k8srecorder-\($name)", "org.opencontainers.image.version": $version,
                    "org.opencontainers.image.revision": $revision
                }
            },
            rootfs: { type: "layers", diff_ids: $plain },
            history: [{ created: $created, created_by: "system" }, { created: $created, created_by: "program" }]
        }' > "$work/config"
    local config manifest reference=k8srecorder/$name:$version
    config=$(blob "$work/config" application/vnd.oci.image.config.v1+json)
    jq -nc --argjson config "$config" --argjson layers "$layers" \
        '{schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json", config: $config, layers: $layers}' > "$work/manifest"
    manifest=$(blob "$work/manifest" application/vnd.oci.image.manifest.v1+json)
    jq -nc --argjson manifest "$manifest" --arg architecture "$architecture" --arg reference "$reference" --arg version "$version" \
        '{schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests: [$manifest + {platform: {architecture: $architecture, os: "linux"},
            annotations: {"org.opencontainers.image.ref.name": $version, "io.containerd.image.name": $reference}}]}' > "$layout/index.json"
    echo '{"imageLayoutVersion":"1.0.0"}' > "$layout/oci-layout"
    # For docker load before 25.
    jq -c --argjson config "$config" --arg reference "$reference" -n --argjson layers "$layers" \
        'def path: "blobs/sha256/" + (.digest | ltrimstr("sha256:")); [{Config: ($config | path), RepoTags: [$reference], Layers: [$layers[] | path]}]' \
        > "$layout/manifest.json"
    tar -C "$layout" --sort=name --mtime="@$epoch" --owner=0 --group=0 --numeric-owner -cf "out/images/$name.tar" .
    echo "images: out/images/$name.tar ($(du -h "out/images/$name.tar" | cut -f 1), $reference, $(jq -r .digest <<< "$manifest"))"
}

for name in "$@"; do
    [[ -x out/k8srecorder-$name ]] || fail "out/k8srecorder-$name is not there: make build"
    root_of "$name"
    image_of "$name"
done
