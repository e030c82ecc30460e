#!/usr/bin/env bash
# People at work for a long while, and what that leaves behind: memory, descriptors and connections
# to the mail server each minute, and at the end whether memory grew after the warm-up and whether
# any connection stayed. It fails when one of these is so, or when pages failed.
#
#   tests/load/soak.sh [minutes] [people] [program]
#
# Default: 30 minutes, 100 people, target/release/restante or else target/debug/restante, on SQLite.
# RESTANTE_DATABASE_URL names another database. Needs Dovecot and Exim (which are started on this
# machine, in a folder of their own) and node; takes three minutes more than it is told to.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/servers/common.sh
install_packages "this" dovecot-imapd dovecot-lmtpd exim4-daemon-light

minutes=${1:-30}
people=${2:-100}
program=$(built "${3:-}")

ulimit -n "$(ulimit -Hn)"
folder=$(mktemp -d "${TMPDIR:-/tmp}/soak.XXXXXX")
chmod 711 "$folder"
serving=
stop() {
    if [ -n "$serving" ]; then kill "$serving" 2>/dev/null || true; wait "$serving" || true; fi
    tests/servers/exim.sh stop "$folder/exim" 2>/dev/null || true
    tests/servers/dovecot.sh stop "$folder/dovecot" 2>/dev/null || true
    rm -rf "$folder"
}
trap stop EXIT

tests/servers/dovecot.sh start "$folder/dovecot"
tests/servers/exim.sh start "$folder/exim" "$folder/dovecot"
# shellcheck source=/dev/null
. "$folder/dovecot/ports"
# shellcheck source=/dev/null
. "$folder/exim/ports"
port=$(free_port)
cat > "$folder/restante.toml" <<END
listen = "127.0.0.1:$port"
public_url = "http://localhost:$port"
data_dir = "$folder/data"
# A connection that is not used goes soon, so that one that stays is seen.
limits.imap_idle_minutes = 1
[[servers]]
domains = ["*"]
imap = "imap+insecure://127.0.0.1:$IMAP"
smtp = "smtp+insecure://127.0.0.1:$SMTP_PLAIN"
END
"$program" --config "$folder/restante.toml" serve 2>"$folder/log" &
serving=$!
until_answers "$port" /healthz "$folder/log"

say "$people people for $minutes minutes, $program"
status=0
node tests/load/soak.mjs "$port" "$serving" "$IMAP" "$minutes" "$people" || status=$?
grep -cE ' (WARN|ERROR) ' "$folder/log" | sed 's/$/ lines of warnings or errors in the log/' || true
grep -E ' (WARN|ERROR) ' "$folder/log" | sed -E 's/^[^ ]+ +//; s/request\{[^}]*\}: //' | sort | uniq -c | sort -rn | head -n 5 || true
[ "$status" = 0 ] || die "Not as it should be"
