#!/usr/bin/env bash
# Builds the image of the Dockerfile with buildah and uses it as an operator would: who it runs as,
# what is in it, a read-only root, the health check, a backup. Needs root. Takes as long as a
# release build.
#
#   tests/container.sh                base images from their registry
#   tests/container.sh --local-base   where no registry is to be had: base images of the same names,
#                                     made of Debian (debootstrap) and this machine's Rust and Node
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/servers/common.sh
[ "$(id -u)" = 0 ] || die "This needs root"

image=localhost/restante-test
folder=$(mktemp -d "${TMPDIR:-/tmp}/restante-container.XXXXXX")
container= serving=
stop() {
    if [ -n "$serving" ]; then kill "$serving" 2>/dev/null || true; wait "$serving" 2>/dev/null || true; fi
    if [ -n "$container" ]; then buildah umount "$container" >/dev/null; buildah rm "$container" >/dev/null; fi
    rm -rf "$folder"
}
trap stop EXIT
export BUILDAH_ISOLATION=chroot

# local_base <name> <from> <to>...: an image of this name from Debian and copies of these.
local_base() {
    local name=$1 working
    shift
    working=$(buildah from scratch)
    buildah copy -q "$working" "$folder/debian" / >/dev/null
    while [ $# -gt 0 ]; do buildah copy -q "$working" "$1" "$2" >/dev/null; shift 2; done
    buildah config --env "PATH=/usr/local/rust/bin:/usr/local/bin:/usr/bin:/bin" \
        --env NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt "$working"
    buildah commit -q "$working" "docker.io/library/$name" >/dev/null
    buildah rm "$working" >/dev/null
}

install_packages "this" buildah curl
pull=--pull
if [ "${1:-}" = --local-base ]; then
    install_packages "this" debootstrap
    say "Base images"
    debootstrap --variant=minbase --include=ca-certificates,tzdata,gcc,libc6-dev,libstdc++6 bookworm "$folder/debian" >/dev/null
    # Where a machine trusts more than Debian does, so does what is built on it.
    cp -L /etc/ssl/certs/ca-certificates.crt "$folder/debian/etc/ssl/certs/"
    rust=$(rustc --print sysroot)
    npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
    printf '#!/bin/sh\nexec node /usr/local/lib/npm/bin/npm-cli.js "$@"\n' > "$folder/npm"
    chmod 755 "$folder/npm"
    local_base rust:1.95-bookworm "$rust/bin" /usr/local/rust/bin "$rust/lib" /usr/local/rust/lib
    local_base node:22-bookworm-slim "$(readlink -f "$(command -v node)")" /usr/local/bin/node \
        "$npm" /usr/local/lib/npm "$folder/npm" /usr/local/bin/npm
    pull=--pull-never
fi

say "Building"
# The health check is of Docker's format alone.
buildah build --format docker "$pull" --tag "$image" .

say "Looking"
container=$(buildah from --pull-never "$image")
root=$(buildah mount "$container")
config() { buildah inspect --type image --format "{{.Docker.Config.$1}}" "$image"; }
[ "$(config User)" = 10001:10001 ] || die "It runs as $(config User)"
[[ $(config Healthcheck.Test) == *healthcheck* ]] || die "No health check"
if find "$root" -name 'sh' -o -name 'bash' -o -name 'busybox' -o -name 'apt*' -type f | grep -q .; then die "There is a shell"; fi
size=$(stat -c %s "$root/usr/bin/restante")
echo "program: $size octets; image: $(du -sb --apparent-size "$root" | cut -f 1) octets"
[ "$size" -le $((40 << 20)) ] || die "The program is larger than 40 MiB"
[ "$(stat -c '%u %a' "$root/data")" = "10001 700" ] || die "/data is not its user's"

# The program in its image, read-only but for /data.
mkdir "$folder/data"
chown 10001:10001 "$folder/data"
port=$(free_port)
inside=(unshare --mount sh -c '
    mount --bind "$1" "$1" && mount --bind "$2" "$1/data" && mount -o remount,bind,ro "$1" && shift 2 && exec "$@"
    ' - "$root" "$folder/data" env -i "RESTANTE_LISTEN=127.0.0.1:$port" RESTANTE_DATA_DIR=/data
    RESTANTE_LOG_FORMAT=json RESTANTE_TIME_ZONE=Europe/Paris
    RESTANTE_SERVERS__0__DOMAINS='["*"]' RESTANTE_SERVERS__0__IMAP=imaps://localhost:1
    chroot --userspec=10001:10001 "$root" /usr/bin/restante)
say "Running, read-only and as user 10001"
if "${inside[@]}" healthcheck 2>/dev/null; then die "Healthy before it runs"; fi
echo "a long enough password" | "${inside[@]}" user set-password anna@example.org
"${inside[@]}" serve 2>"$folder/log" &
serving=$!
for _ in $(seq 100); do answers "$port" /healthz && break; sleep 0.1; done
"${inside[@]}" healthcheck || die "Not healthy"
status=$(curl -s -o /dev/null -w '%{http_code}' -H "Origin: http://localhost:8080" \
    --data-urlencode address=anna@example.org --data-urlencode "password=a long enough password" \
    "http://127.0.0.1:$port/login")
[ "$status" = 303 ] || die "Signing in: $status"
"${inside[@]}" backup /data/backup
"${inside[@]}" verify
# Zones of time and names of machines need files of the image.
inside_check=$("${inside[@]}" check || true)
[[ $inside_check == *"database    ok"* ]] || die "$inside_check"
grep -q '"message":"Restante is ready"' "$folder/log" || die "The log is no JSON"
kill "$serving"
wait "$serving" || true
serving=
say "The image works"
