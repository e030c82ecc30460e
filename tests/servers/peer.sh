# What cyrus.sh, courier.sh and popa3d.sh share. Sourced by bash; not a program.
# shellcheck shell=bash
#
# These servers conflict with Dovecot in apt. So their packages are not installed: they are
# downloaded and unpacked, with the libraries that this machine lacks, into
# $RESTANTE_PEERS/<name> ("target/peers" unless set), and stay there for later runs.
#
# The script that sources this sets
#
#   name, packages    what it is called; the packages that are unpacked
#   services          what it serves, of IMAP and POP3; IMAP unless set
#
# and defines begin <dir>, end <dir>, and `answering <dir>`. It then calls `peer "$@"`:
#
#   install          downloads and unpacks what is missing
#   start <dir>      sets up and starts it; returns when it answers
#   stop  <dir>      stops it and waits until it is gone
#   run   <dir>      start, print <dir>/ports, stay until standard input closes, stop, and remove
#                    <dir> if it was not there before
#
# Exit status 3: it can't be had here (no apt, no network, not root), with a sentence that says so.

peer() {
    local action=${1:-}
    dir=${2:-} # not local: the trap needs it
    PATH=$PATH:/usr/sbin:/sbin
    if [ "$action" = install ]; then
        unpack
        return
    fi
    [ -n "$dir" ] || { sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2; }
    fresh= # not empty when the directory is ours to remove
    [ -e "$dir" ] || fresh=1
    mkdir -p "$dir"
    dir=$(cd "$dir" && pwd -P)
    case $action in
        start) start "$dir" ;;
        stop) end "$dir" ;;
        run)
            # Both ends: of standard input, and by a signal.
            trap 'end "$dir"; [ -z "$fresh" ] || rm -rf "$dir"' EXIT
            start "$dir"
            cat "$dir/ports"
            echo ready
            exec 1>&-
            cat >/dev/null || true
            ;;
        *) exit 2 ;;
    esac
}

start() {
    local dir=$1
    [ "$(id -u)" = 0 ] || unavailable "$name runs its processes as several users: needs root"
    unpack
    chmod 711 "$dir"
    # A port may be taken by someone else between the choice and the start.
    for _ in 1 2 3 4 5; do
        local service
        for service in ${services:-IMAP}; do echo "$service=$(free_port)"; done > "$dir/ports"
        if begin "$dir" > "$dir/start.log" 2>&1 && greets "$dir"; then
            return 0
        fi
        end "$dir"
    done
    cat "$dir/start.log" >&2
    echo "$name did not start" >&2
    exit 4
}

unavailable() {
    echo "$*" >&2
    exit 3
}

# unpack: fills $unpacked with the files of the packages, unless it is filled.
unpack() {
    local peers=${RESTANTE_PEERS:-$(dirname "${BASH_SOURCE[0]}")/../../target/peers} work
    mkdir -p "$peers"
    peers=$(cd "$peers" && pwd -P)
    unpacked=$peers/$name
    # Unpacked by an earlier version of the script, it may lack something.
    [ "$(cat "$unpacked/.packages" 2>/dev/null)" != "$packages" ] || return 0
    command -v apt-get >/dev/null || unavailable "$name is unpacked from Debian's packages: needs apt"
    work=$(mktemp -d "$peers/$name.XXXXXX")
    mkdir "$work/root" "$work/debs"
    # apt may fetch as a user of its own.
    chmod 755 "$work" "$work/debs"
    # shellcheck disable=SC2086
    if ! (with_libraries "$work" $packages) > "$work/log" 2>&1; then
        cat "$work/log" >&2
        rm -rf "$work"
        unavailable "The packages of $name can't be had here"
    fi
    (cd "$work/root" && echo "$packages" > .packages)
    # Whoever comes first; the other throws its own away.
    [ "$(cat "$unpacked/.packages" 2>/dev/null)" = "$packages" ] || rm -rf "$unpacked"
    mv -T "$work/root" "$unpacked" 2>/dev/null || true
    rm -rf "$work"
}

# with_libraries <work> <package>...: unpacks packages and, of what they depend on, the libraries
# that are not installed here.
with_libraries() {
    local work=$1 package deb known=" " wave
    shift
    wave=("$@")
    cd "$work/debs"
    apt-get -qq download "$@" || apt-get -qq update || sudo -n apt-get -qq update
    while [ ${#wave[@]} -gt 0 ]; do
        apt-get -qq download "${wave[@]}" || return 1
        known+="${wave[*]} "
        wave=()
        for deb in *.deb; do
            dpkg-deb -x "$deb" "$work/root" || return 1
            for package in $(libraries "$deb"); do
                case "$known${wave[*]} " in *" $package "*) continue ;; esac
                installed "$package" || wave+=("$package")
            done
            rm "$deb"
        done
    done
}

# The libraries that a package file depends on; of alternatives the first.
libraries() {
    dpkg-deb -f "$1" Depends | tr ',' '\n' | sed -E 's/^ *//; s/[ |:(].*//' | grep '^lib' | sort -u
}

installed() {
    dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q "ok installed"
}

# system_libraries <root>: copies there what its programs need of this machine's libraries.
system_libraries() {
    local root=$1 folders
    folders=$(find "$root" -name 'lib*.so*' -printf '%h\n' | sort -u)
    {
        # Loaded by name, so that nobody lists it.
        find /lib/*-linux-gnu -maxdepth 1 -name 'libnss_files.so.2'
        find "$root" -type f \( -perm -100 -o -name '*.so*' \) -print0 |
            LD_LIBRARY_PATH=$(paste -sd: <<< "$folders") xargs -0 -n 1 ldd 2>/dev/null |
            grep -oE '/[^ ]+' | grep -v "^$root" | grep -v ':$' | sort -u
    } | xargs cp -L --parents -t "$root"
    # Instead of a cache of libraries, which would be made inside.
    printf 'include /dev/null\n%s\n' "$(sed "s|^$root||" <<< "$folders")" > "$root/etc/ld.so.conf"
    ldconfig -r "$root"
}

# greets <dir>: do servers say hello there, on each port?
greets() {
    local service port
    while IFS== read -r service port; do
        hello "$1" "$port" || return 1
    done < "$1/ports"
}

hello() {
    local greeting
    for _ in $(seq 1200); do
        if { exec 9<> "/dev/tcp/127.0.0.1/$2"; } 2>/dev/null; then
            greeting=
            read -r -t 5 greeting <&9 || true
            exec 9>&-
            case $greeting in "* OK"* | +OK*) return 0 ;; esac
        fi
        alive "$1" || return 1
        sleep 0.05
    done
    return 1
}

# gone <pid file>: ends the process and waits until it is gone.
gone() {
    local pid
    pid=$(cat "$1" 2>/dev/null) && [ -n "$pid" ] || return 0
    kill "$pid" 2>/dev/null || return 0
    while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
}
