#!/usr/bin/env bash
# One node and two behind nginx, set up as docs/deployment.md has it: lists by the API, a second, and
# how long each takes. Mail lives here, so that nothing but the nodes, PostgreSQL, nginx and the
# clients is at work.
#
#   tests/load/nodes.sh [seconds] [people] [program]
#
# Default: 10 seconds for each of the rounds, 32 people, target/release/restante or else
# target/debug/restante. RESTANTE_TEST_POSTGRES names a PostgreSQL server where a schema may be made.
# Needs nginx, psql and node.
#
# Everything shares this machine: where it has no core to spare, a second node has nothing to run on.
# So there is a second pair of rounds in which each node may have a quarter of a core and no more (as
# root, where the kernel's cpu controller can be used): then it is the nodes that are short, and what
# two of them bring beyond one is what they would bring on machines of their own.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/servers/common.sh
command -v nginx >/dev/null || install_packages "this" nginx-light
command -v psql >/dev/null || install_packages "this" postgresql-client

seconds=${1:-10}
people=${2:-32}
program=$(built "${3:-}")
server=${RESTANTE_TEST_POSTGRES:-}
[ -n "$server" ] || die "RESTANTE_TEST_POSTGRES names no PostgreSQL server"

folder=$(mktemp -d "${TMPDIR:-/tmp}/restante-nodes.XXXXXX")
schema=load$$
group=/sys/fs/cgroup/cpu/restante-load-$$
running=()
stop() {
    if [ -e "$folder/pid" ]; then nginx -p "$folder" -c "$folder/nginx.conf" -s stop 2>/dev/null || true; fi
    for id in "${running[@]}"; do kill "$id" 2>/dev/null || true; done
    for id in "${running[@]}"; do wait "$id" 2>/dev/null || true; done
    psql -q "$server" -c "DROP SCHEMA IF EXISTS $schema CASCADE" >/dev/null 2>&1 || true
    for number in 1 2; do rmdir "$group-$number" 2>/dev/null || true; done
    rm -rf "$folder"
}
trap stop EXIT

psql -q "$server" -c "CREATE SCHEMA $schema"
mark='?'
[[ $server != *\?* ]] || mark='&'
database="$server${mark}options=-c%20search_path%3D$schema"
front=$(free_port)
# config <number> <port>: of one node.
config() {
    cat > "$folder/$1.toml" <<END
listen = "127.0.0.1:$2"
public_url = "http://localhost:$front"
data_dir = "$folder/data"
database_url = "$database"
END
}
ports=("$(free_port)" "$(free_port)")
config 1 "${ports[0]}"
config 2 "${ports[1]}"

say "$people people with 100 messages each"
for number in $(seq 100); do
    printf 'From - \nFrom: Ada <ada@example.org>\nSubject: Letter %s\nMessage-ID: <l%s@example.org>\n\n' "$number" "$number"
    for _ in $(seq 20); do echo "Some words of a letter that somebody wrote."; done
    echo
done > "$folder/mail.mbox"
for number in $(seq "$people"); do
    echo restante | "$program" --config "$folder/1.toml" user set-password "node$number@example.org" >/dev/null 2>&1
    "$program" --config "$folder/1.toml" import "node$number@example.org" "$folder/mail.mbox" --folder INBOX >/dev/null 2>&1 ||
        die "The messages could not be imported"
done

declare -A node
# start <number>
start() {
    "$program" --config "$folder/$1.toml" serve 2>"$folder/log$1" &
    node[$1]=$!
    running+=("$!")
    until_answers "${ports[$(($1 - 1))]}" /readyz "$folder/log$1"
}
start 1
start 2

# What the handbook has, but for names, places and TLS. nginx is told anew before each round.
several() { awk '/^## Several nodes/ { there = 1 } there && /^```nginx/ { on = 1; next } on && /^```/ { exit } on' docs/deployment.md; }
behind() {
    {
        echo "pid $folder/pid; error_log $folder/nginx.log error; worker_processes 1;"
        echo "events { worker_connections 1024; }"
        echo "http { access_log off;"
        for kind in client_body proxy fastcgi uwsgi scgi; do echo "${kind}_temp_path $folder/$kind;"; done
        if [ "$1" = 2 ]; then
            several | sed -e "s/10.0.0.11:8080/127.0.0.1:${ports[0]}/" -e "s/10.0.0.12:8080/127.0.0.1:${ports[1]}/"
        else
            several | sed -e "s/10.0.0.11:8080/127.0.0.1:${ports[0]}/" -e '/10.0.0.12:8080/d'
        fi
        echo "server { listen 127.0.0.1:$front; location / { proxy_pass http://restante; proxy_http_version 1.1;"
        echo "proxy_set_header Host \$host:$front; proxy_set_header Connection \"\";"
        echo "proxy_set_header X-Forwarded-For \$proxy_add_x_forwarded_for; proxy_buffering off; } } }"
    } > "$folder/nginx.conf"
    if [ -e "$folder/pid" ]; then nginx -p "$folder" -c "$folder/nginx.conf" -s quit 2>/dev/null; while [ -e "$folder/pid" ]; do sleep 0.1; done; fi
    nginx -p "$folder" -c "$folder/nginx.conf"
    until_answers "$front" /readyz "$folder/nginx.log"
}

round() {
    behind "$1"
    node tests/load/nodes.mjs "$front" "$seconds" "$people" "$2"
}
say "Lists of 50 by the API, $(nproc) cores for everything, $program"
for _ in 1 2; do
    round 1 "one node"
    round 2 "two nodes"
done
held=
for number in 1 2; do
    if mkdir "$group-$number" 2>/dev/null && [ -e "$group-$number/cpu.cfs_quota_us" ] &&
        echo 25000 > "$group-$number/cpu.cfs_quota_us" && echo "${node[$number]}" > "$group-$number/cgroup.procs"; then
        held=yes
    else
        held=
        break
    fi
done
if [ -n "$held" ]; then
    say "The same, a quarter of a core for each node"
    for _ in 1 2; do
        round 1 "one node"
        round 2 "two nodes"
    done
else
    say "Nodes can't be held to a part of a core here: that takes root and the kernel's cpu controller"
fi
