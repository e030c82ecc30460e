#!/usr/bin/env bash
# Builds the image of the Dockerfile with buildah and uses it as an operator would: who it runs as,
# what is in it, a read-only root, the health check, the settings of compose.example.yaml and of
# docs/deployment.md, a stop and a start, a backup that is restored, the unit of systemd. Needs root.
# Takes as long as a release build.
#
#   tests/container.sh                base images from their registry
#   tests/container.sh --local-base   where no registry is to be had: base images of the same names,
#                                     made of Debian (debootstrap) and this machine's Rust and Node
#   tests/container.sh --program target/release/restante
#                                     no image: what the Dockerfile puts around a program, around this
#                                     one, with this machine's libraries, in seconds. Not looked at
#                                     then are the build itself, the base images, and the size
#
# What it can't look at here: a registry, Docker and Podman themselves (networks, volumes, restarts,
# their reading of the health check), and Caddy's certificate.
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

# From the Dockerfile: one of the words that its last stage says.
said() { awk -v word="$1" '/^FROM scratch/ { on = 1 } on && $1 == word { sub(/^[A-Z]+ +/, ""); print }' Dockerfile; }

program=
if [ "${1:-}" = --program ]; then
    program=$(realpath "${2:?which program?}")
    install_packages "this" curl python3-yaml
    say "What the Dockerfile puts around $program"
    root=$folder/root
    # Its own steps, in other places.
    awk '/^RUN set -eu/ { on = 1 } on { print } on && !/\\$/ { exit }' Dockerfile |
        sed -e '1s/^RUN //' -e "s#/image#$root#" -e "s#target/dist/restante#$program#g" -e "s#/owned#$folder/owned#g" > "$folder/steps"
    sh "$folder/steps"
    chown -R 10001:10001 "$folder/owned/data"
    cp -a "$folder/owned/." "$root"
    user=$(said USER)
    healthcheck=$(awk '/^HEALTHCHECK/ { on = 1 } on && /CMD/ { print; exit }' Dockerfile)
    command=$(said CMD)
    # A continued line: its names and values.
    environment=$(awk '/^FROM scratch/ { on = 1 } on && $1 == "ENV" { env = 1 } env { print } env && !/\\$/ { exit }' Dockerfile |
        sed -e 's/^ENV//' -e 's/\\$//' | xargs -n 1)
else
    install_packages "this" buildah curl python3-yaml
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

    container=$(buildah from --pull-never "$image")
    root=$(buildah mount "$container")
    config() { buildah inspect --type image --format "{{.Docker.Config.$1}}" "$image"; }
    user=$(config User)
    healthcheck=$(config Healthcheck.Test)
    command=$(config Cmd)
    environment=$(buildah inspect --type image --format '{{range .Docker.Config.Env}}{{println .}}{{end}}' "$image" | grep -v '^PATH=')
fi

say "Looking"
[ "$user" = 10001:10001 ] || die "It runs as $user"
[[ $healthcheck == *healthcheck* ]] || die "No health check"
[[ $command == *serve* ]] || die "It does not serve by itself: $command"
if find "$root" \( -name sh -o -name bash -o -name busybox -o -name 'apt*' \) -type f | grep -q .; then die "There is a shell"; fi
odd=$(find "$root" -xdev \( -perm /6000 -o -perm -o+w ! -type l -o -user 10001 ! -path "$root/data" \) | head -n 5)
[ -z "$odd" ] || die "More rights than it needs: $odd"
size=$(stat -c %s "$root/usr/bin/restante")
echo "program: $size octets; image: $(du -sb --apparent-size "$root" | cut -f 1) octets"
[ -n "$program" ] || [ "$size" -le $((40 << 20)) ] || die "The program is larger than 40 MiB"
[ "$(stat -c '%u %a' "$root/data")" = "10001 700" ] || die "/data is not its user's"

# line_for <data> <variable>... -- <argument>...: in `line` what runs the program in its image,
# read-only but for /data, with the image's variables and these. inside: runs it.
line_for() {
    local data=$1 variables=()
    shift
    while [ "$1" != -- ]; do variables+=("$1"); shift; done
    shift
    line=(unshare --mount sh -c '
        mount --bind "$1" "$1" && mount --bind "$2" "$1/data" && mount -o remount,bind,ro "$1" && shift 2 && exec "$@"
        ' - "$root" "$data" env -i "${own[@]}" "${variables[@]}" \
        "$(command -v chroot)" --userspec=10001:10001 "$root" /usr/bin/restante "$@")
}
inside() { line_for "$@"; "${line[@]}"; }
mapfile -t own <<< "$environment"
# private <folder>: one of its user's.
private() { mkdir "$1"; chown 10001:10001 "$1"; chmod 700 "$1"; }

# checked <where> <variable>...: settings as somebody copies them. A name that is none is refused.
checked() {
    local where=$1 checked
    shift
    rm -rf "$folder/empty"
    private "$folder/empty"
    [ $# -ge 3 ] || die "$where names no settings any more"
    checked=$(inside "$folder/empty" "$@" -- check 2>&1 || true)
    [[ $checked == *"database    ok"* ]] || die "$where: $checked"
}
say "Settings of the examples"
mapfile -t variables < <(python3 -c '
import yaml
for name, value in yaml.safe_load(open("compose.example.yaml"))["services"]["restante"]["environment"].items():
    print(f"{name}={value}")')
checked compose.example.yaml "${variables[@]}"
mapfile -t variables < <(awk '/^docker run/ { on = 1 } on { print } on && !/\\$/ { exit }' docs/deployment.md |
    tr -d '\\\n' | xargs -n 1 | grep '^RESTANTE_')
checked docs/deployment.md "${variables[@]}"
unknown=$(inside "$folder/empty" RESTANTE_NO_SUCH_THING=1 -- check 2>&1 || true)
[[ ${unknown,,} == *no_such_thing* ]] || die "A setting that there is not goes unnoticed: $unknown"

data=$folder/data
private "$data"
port=$(free_port)
settings=("RESTANTE_LISTEN=127.0.0.1:$port" RESTANTE_TIME_ZONE=Europe/Paris
    'RESTANTE_SERVERS__0__DOMAINS=["*"]' RESTANTE_SERVERS__0__IMAP=imaps://localhost:1)
# start <data>: serves until finish.
start() {
    line_for "$1" "${settings[@]}" -- serve
    "${line[@]}" 2>"$folder/log" &
    serving=$!
    until_answers "$port" /healthz "$folder/log"
}
# finish: asks it to stop, as a container's end does, and takes no longer than compose.example.yaml allows.
finish() {
    local begun=$SECONDS status=0
    kill -TERM "$serving"
    wait "$serving" || status=$?
    serving=
    [ "$status" = 0 ] || die "It ends with $status"
    [ $((SECONDS - begun)) -le 20 ] || die "It takes $((SECONDS - begun)) s to end"
}
# asks <path> [curl's arguments]: the status of an answer.
asks() {
    local path=$1
    shift
    curl -s -o /dev/null -w '%{http_code}' -H "Origin: http://localhost:8080" -b "$folder/cookies" -c "$folder/cookies" "$@" "http://127.0.0.1:$port$path"
}
say "Running, read-only and as user 10001"
if inside "$data" "${settings[@]}" -- healthcheck 2>/dev/null; then die "Healthy before it runs"; fi
echo "a long enough password" | inside "$data" "${settings[@]}" -- user set-password anna@example.org
start "$data"
inside "$data" "${settings[@]}" -- healthcheck || die "Not healthy"
password=(--data-urlencode address=anna@example.org --data-urlencode "password=a long enough password")
status=$(asks /login "${password[@]}")
[ "$status" = 303 ] || die "Signing in: $status"
printf 'From: Ada <ada@example.org>\nSubject: Held\n\nAt the post office.\n' > "$data/held.eml"
inside "$data" "${settings[@]}" -- import anna@example.org /data/held.eml
inside "$data" "${settings[@]}" -- backup /data/backup
inside "$data" "${settings[@]}" -- verify
# Zones of time and names of machines need files of the image.
checked=$(inside "$data" "${settings[@]}" -- check || true)
[[ $checked == *"database    ok"* ]] || die "$checked"
grep -q '"message":"Restante is ready"' "$folder/log" || die "The log is no JSON"
finish

say "Again on the same data"
start "$data"
status=$(asks /settings/sessions)
[ "$status" = 200 ] || die "The session is gone: $status"
finish

say "From the backup"
[ ! -e "$data/backup/secret.key" ] || die "The key lies beside the backup"
restored=$folder/restored
private "$restored"
cp -a "$data/backup/." "$restored"
cp -a "$data/secret.key" "$restored"
verified=$(inside "$restored" "${settings[@]}" -- verify)
[[ $verified == *"1 stored file"* ]] || die "$verified"
start "$restored"
rm "$folder/cookies"
status=$(asks /login "${password[@]}")
[ "$status" = 303 ] || die "Signing in after the restore: $status"
finish

if command -v systemd-analyze >/dev/null; then
    say "The unit of docs/deployment.md"
    awk '/^# \/etc\/systemd\/system\/restante.service/ { on = 1 } on && /^```/ { exit } on' docs/deployment.md |
        sed "s#/usr/local/bin/restante#$root/usr/bin/restante#" > "$folder/restante.service"
    complaints=$(systemd-analyze verify --man=no "$folder/restante.service" 2>&1 | grep -F "$folder/restante.service" || true)
    [ -z "$complaints" ] || die "$complaints"
    systemd-analyze security --offline=yes --no-pager "$folder/restante.service" 2>/dev/null | tail -n 1 || true
fi
[ -n "$program" ] && say "What the Dockerfile makes works" || say "The image works"
