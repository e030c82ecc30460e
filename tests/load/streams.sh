#!/usr/bin/env bash
# What open pages cost: so many streams of events (GET /events) on a program of its own, of people
# whose mail lives here. Prints memory on the way, octets for each stream, and what is left when all
# have gone. It fails when a stream was refused or broke, or a descriptor stayed.
#
#   tests/load/streams.sh [streams] [people] [program]
#
# Default: 1,000 streams of 100 people, target/release/restante or else target/debug/restante. An
# account has at most 100 streams. Each stream is a descriptor here and one of the clients'. Needs
# node; making a person takes some 100 ms of a core, for passwords are dear to guess.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/servers/common.sh

streams=${1:-1000}
people=${2:-100}
program=$(built "${3:-}")
[ "$streams" -le $((people * 100)) ] || die "That is more than 100 streams for each of $people people"
ulimit -n "$(ulimit -Hn)"
[ "$(ulimit -n)" -gt $((streams + 200)) ] || die "This machine allows $(ulimit -n) descriptors for a process"

folder=$(mktemp -d "${TMPDIR:-/tmp}/restante-streams.XXXXXX")
serving=
stop() {
    if [ -n "$serving" ]; then kill "$serving" 2>/dev/null || true; wait "$serving" || true; fi
    rm -rf "$folder"
}
trap stop EXIT

port=$(free_port)
cat > "$folder/restante.toml" <<END
listen = "127.0.0.1:$port"
public_url = "http://localhost:$port"
data_dir = "$folder/data"
END
say "$people people"
for number in $(seq "$people"); do
    echo restante | "$program" --config "$folder/restante.toml" user set-password "stream$number@example.org" >/dev/null 2>&1
done
"$program" --config "$folder/restante.toml" serve 2>"$folder/log" &
serving=$!
until_answers "$port" /healthz "$folder/log"
say "$streams streams, $program"
node tests/load/streams.mjs "$port" "$serving" "$streams" "$people"
