# What ./try and ./test share. Sourced by bash; not a program.
# shellcheck shell=bash

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
die() { printf '\n%s\n' "$*" >&2; exit 1; }

# install_packages <what for> <package>...: installs through apt what is missing, and says so.
# Services that the packages bring are not started: ours run in directories of their own.
install_packages() {
    local purpose=$1 package missing=()
    shift
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q "ok installed" || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || die "Please install for $purpose: ${missing[*]}"
    say "Installing for $purpose, through apt: ${missing[*]}"
    local root=()
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || die "That needs root or sudo. As root: apt-get install ${missing[*]}"
        root=(sudo)
    fi
    # apt asks this file whether it may start a service; 101 means no.
    local policy=/usr/sbin/policy-rc.d made=
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' | "${root[@]}" tee "$policy" >/dev/null
        "${root[@]}" chmod 755 "$policy"
        made=1
    fi
    local status=0
    {
        "${root[@]}" apt-get -qq update &&
            "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
                -o Dpkg::Options::=--force-confold install --no-install-recommends "${missing[@]}"
    } >/dev/null || status=$?
    [ -z "$made" ] || "${root[@]}" rm -f "$policy"
    [ "$status" = 0 ] || die "apt could not install ${missing[*]}"
}

# A free port of 127.0.0.1, above those that Linux gives to outgoing connections.
free_port() {
    local port
    while :; do
        port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
        (: < "/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    echo "$port"
}

# until_answers <port> <path> <log>: waits until a server answers there, half a minute at most.
until_answers() {
    local _
    for _ in $(seq 300); do answers "$1" "$2" && return; sleep 0.1; done
    die "It does not answer: $(tail -n 3 "$3")"
}

# built [program]: the program to try, the optimised one unless another is named.
built() {
    local program
    [ -n "$1" ] || set -- target/release/restante target/debug/restante
    for program in "$@"; do
        if [ -x "$program" ]; then
            echo "$program"
            return
        fi
    done
    die "There is no program yet: cargo build --release"
}

# answers <port> <path>: does an HTTP server there answer 200?
answers() {
    local status=
    { exec 8<> "/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || return 1
    printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$2" >&8
    read -r -t 5 _ status _ <&8 || true
    exec 8>&-
    [ "$status" = 200 ]
}

# need_tools: Rust and Node, with words about where to get them.
need_tools() {
    command -v cargo >/dev/null || die "Rust is missing: https://rustup.rs"
    command -v node >/dev/null && command -v npm >/dev/null ||
        die "Node.js 20 or newer with npm is missing: https://nodejs.org (Debian 13: apt-get install nodejs npm)"
    [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] ||
        die "Node.js $(node --version) is too old; 20 or newer is needed"
    command -v cc >/dev/null || install_packages "linking" gcc libc6-dev
}
