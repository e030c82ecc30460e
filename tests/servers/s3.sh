#!/usr/bin/env bash
# A private S3 server on 127.0.0.1 for tests: s3s-fs, whose objects are files in its directory. It
# checks signatures and checksums, and touches nothing outside its directory.
#
#   s3.sh install      builds it from crates.io into $RESTANTE_PEERS/s3 ("target/peers" unless set),
#                      once: about two minutes
#   s3.sh start <dir>  sets up and starts it; returns when it answers
#   s3.sh stop  <dir>  stops it and waits until it is gone
#   s3.sh run   <dir>  start, print the ports, stay until standard input closes, stop
#
# <dir>/ports holds `S3=<port>`, plain HTTP. The bucket "mail" is there and empty. The key is
# "restante", the secret "restante-secret". It ends with status 3 where it can't be had.
set -euo pipefail
. "$(dirname "$0")/private.sh"

version=0.14.1

install() {
    local peers=${RESTANTE_PEERS:-$(dirname "${BASH_SOURCE[0]}")/../../target/peers}
    mkdir -p "$peers"
    root=$(cd "$peers" && pwd -P)/s3
    local wanted=$root/s3s-fs-$version
    [ ! -e "$wanted" ] || return 0
    command -v cargo >/dev/null || { echo "s3s-fs is built by cargo, which is not here" >&2; exit 3; }
    # Whoever comes second waits, and finds it.
    exec 8> "$root.lock"
    flock 8
    [ ! -e "$wanted" ] || return 0
    # Without optimisation, which costs more than it would ever give back.
    if ! env -u CARGO_TARGET_DIR cargo install s3s-fs --version "$version" --locked \
        --features binary --debug --config profile.dev.debug=false --root "$root" --force \
        > "$root.log" 2>&1; then
        tail -n 20 "$root.log" >&2
        echo "s3s-fs can't be had here" >&2
        exit 3
    fi
    mv "$root/bin/s3s-fs" "$wanted"
    exec 8>&-
}

start() {
    local dir=$1 S3
    install
    mkdir -p "$dir/data/mail"
    choose_ports "$dir" S3
    # shellcheck source=/dev/null
    . "$dir/ports"
    RUST_LOG=warn nohup "$root/s3s-fs-$version" --host 127.0.0.1 --port "$S3" \
        --access-key restante --secret-key restante-secret "$dir/data" \
        < /dev/null > "$dir/log" 2>&1 &
    echo $! > "$dir/pid"
    for _ in $(seq 1200); do
        (: < "/dev/tcp/127.0.0.1/$S3") 2>/dev/null && return 0
        kill -0 "$(cat "$dir/pid")" 2>/dev/null || break
        sleep 0.05
    done
    cat "$dir/log" >&2
    echo "s3s-fs did not start" >&2
    exit 4
}

stop() { stop_process "$1/pid"; }

if [ "${1:-}" = install ]; then
    install
    exit
fi
main "$@"
