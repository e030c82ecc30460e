# What the private servers of dovecot.sh and exim.sh have in common. Sourced by bash; not a program.
# Whoever sources it has `start <dir> [more]` and `stop <dir>`.
# shellcheck shell=bash

# main start|stop|run <dir> [more]: what the head of the program says.
main() {
    local action=${1:-}
    dir=${2:-} # not local: the trap needs it
    if [ -z "$dir" ]; then
        sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0" >&2
        exit 2
    fi
    fresh= # not empty when the directory is ours to remove
    [ -e "$dir" ] || fresh=1
    mkdir -p "$dir"
    dir=$(cd "$dir" && pwd -P)
    PATH=$PATH:/usr/sbin:/sbin
    shift 2
    case $action in
        start) start "$dir" "$@" ;;
        stop) stop "$dir" ;;
        run)
            # Both ends: of standard input, and by a signal.
            trap 'stop "$dir"; [ -z "$fresh" ] || rm -rf "$dir"' EXIT
            start "$dir" "$@"
            cat "$dir/ports"
            echo ready
            exec 1>&-
            cat >/dev/null || true
            ;;
        *) exit 2 ;;
    esac
}

# stop_process <pid-file>: ends it and waits until it is gone.
stop_process() {
    local pid
    pid=$(cat "$1" 2>/dev/null) || return 0
    kill "$pid" 2>/dev/null || return 0
    while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
}

# choose_ports <dir> <name>...: free ports above the range that Linux hands out for outgoing
# connections, as lines of <dir>/ports.
choose_ports() {
    local file=$1/ports name port
    shift
    declare -A taken=()
    : > "$file"
    for name in "$@"; do
        while :; do
            port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
            [ -n "${taken[$port]:-}" ] && continue
            (: < "/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
        done
        taken[$port]=1
        echo "$name=$port" >> "$file"
    done
}

# greets <port> <words> [<pid-file>]: waits until a server there begins with these words; no longer
# when its process is gone.
greets() {
    local tries greeting
    for tries in $(seq 600); do
        if { exec 9<> "/dev/tcp/127.0.0.1/$1"; } 2>/dev/null; then
            greeting=
            read -r -t 5 greeting <&9 || true
            exec 9>&-
            case $greeting in "$2"*) return 0 ;; esac
        fi
        [ -z "${3:-}" ] || kill -0 "$(cat "$3" 2>/dev/null)" 2>/dev/null || return 1
        sleep 0.05
    done
    return 1
}
