#!/usr/bin/env bash
# Slow and greedy clients against a program of its own on this machine, and what somebody else
# notices of them: the p95 of an ordinary page meanwhile, as a ratio to the p95 before. A ratio
# near 1 is good; the script fails above 2 (RESTANTE_RATIO names another bound, for a machine that
# is busy with other things), or when a page fails.
#
#   tests/load/slow.sh [program]     default: target/release/restante, else target/debug/restante
#
# Needs slowhttptest, curl and node. Takes about three minutes.
#
# Two rounds: clients that come directly (each may have so many connections), and the same through
# a proxy that is trusted, which are not counted.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/servers/common.sh
install_packages "this" slowhttptest curl

program=$(built "${1:-}")

folder=$(mktemp -d "${TMPDIR:-/tmp}/restante-slow.XXXXXX")
serving=
stop() {
    if [ -n "$serving" ]; then kill "$serving" 2>/dev/null || true; wait "$serving" || true; fi
    rm -rf "$folder"
}
trap stop EXIT

# p95: milliseconds of 300 pages, one after the other, each over a connection of its own.
cat > "$folder/p95.mjs" <<'JS'
import { get } from "node:http";
const page = () =>
  new Promise((done, failed) => {
    const begun = performance.now();
    // From another address than the attack.
    const options = { agent: false, localAddress: "127.0.0.2", timeout: 10_000 };
    get(process.argv[2], options, (answer) => {
      answer.resume();
      answer.on("end", () => (answer.statusCode === 200 ? done(performance.now() - begun) : failed(answer.statusCode)));
    }).on("error", failed).on("timeout", () => failed("no answer"));
  });
const times = [];
for (let i = 0; i < 300; i++) times.push(await page());
times.sort((a, b) => a - b);
console.log(times[Math.floor(times.length * 0.95)].toFixed(2));
JS

failed=0
most=${RESTANTE_RATIO:-2}
round() {
    local trusted=$1 port url before
    port=$(free_port)
    printf 'listen = "127.0.0.1:%s"\ndata_dir = "%s"\ntrusted_proxies = %s\n' \
        "$port" "$folder/data" "$trusted" > "$folder/restante.toml"
    "$program" --config "$folder/restante.toml" serve 2>"$folder/log" &
    serving=$!
    until_answers "$port" /healthz "$folder/log"
    url=http://127.0.0.1:$port/login
    node "$folder/p95.mjs" "$url" >/dev/null
    before=$(node "$folder/p95.mjs" "$url")
    printf '%-28s p95 %8s ms\n' "alone" "$before"
    attack "slow heads (-H)" -H -t GET -i 5
    attack "slow bodies (-B)" -B -t POST -i 5 -s 8192
    attack "ranges (-R)" -R -t HEAD -a 10 -b 3000
    attack "slow reading (-X)" -X -w 512 -y 1024 -n 5 -z 32 -k 3
    kill "$serving"
    wait "$serving" || true
    serving=
}

attack() {
    local name=$1 during attacker
    shift
    slowhttptest -c 900 -r 300 -l 20 -p 3 -u "$url" "$@" >"$folder/slow" 2>&1 &
    attacker=$!
    sleep 5
    if ! during=$(node "$folder/p95.mjs" "$url" 2>&1); then
        printf '%-28s a page failed: %s\n' "$name" "$(head -c 200 <<< "$during")"
        failed=1
        during=0
    fi
    wait "$attacker" || true
    awk -v most="$most" -v name="$name" -v during="$during" -v before="$before" -v open="$(ls "/proc/$serving/fd" | wc -l)" \
        'BEGIN { printf "%-28s p95 %8s ms   ratio %.2f   %d descriptors afterwards\n", name, during, during / before, open
                 exit during / before > most }' || failed=1
}

ulimit -n "$(ulimit -Hn)"
say "Clients that come directly"
round '[]'
say "Through a trusted proxy"
round '["127.0.0.1"]'
[ "$failed" = 0 ] || die "Too slow, or a page failed"
