#!/usr/bin/env bash
# A private Exim on 127.0.0.1 for tests: a submission server that delivers by LMTP into the
# Dovecot of dovecot.sh. It touches nothing outside its directory and sends nothing elsewhere.
#
#   exim.sh start <dir> <dovecot-dir>   sets up and starts it; returns when it answers
#   exim.sh stop  <dir>                 stops it and waits until it is gone
#   exim.sh run   <dir> <dovecot-dir>   start, print the ports, stay until standard input closes,
#                                       stop, and remove <dir> if it was not there before
#
# <dir> is made when missing and must be reachable by everyone (not below /root) when run as root;
# <dovecot-dir> is that of a Dovecot that is running. Certificate and authority are Dovecot's:
# <dovecot-dir>/ca.pem.
#
# After the start <dir>/ports holds lines like `SMTP_TLS=40123`:
#   SMTP_STARTTLS   STARTTLS; signing in only under TLS
#   SMTP_TLS        TLS from the first byte; no CHUNKING, so that DATA is tried as well
#   SMTP_PLAIN      plain text, where signing in is offered too
#
# Whoever knows the password $EXIM_PASSWORD ("restante" unless set) may send as anybody, by PLAIN
# or LOGIN; every address of ASCII letters is a mailbox in Dovecot. What differs:
#   nobody@…   is refused (550)              later@…    is deferred (451)
#   refused@…  as sender is refused (550)    X-Refuse:  in the header: the message is refused (554)
# A recipient with letters beyond ASCII gets what is for international@<domain>, as Dovecot's LMTP
# has no SMTPUTF8. The limit is $EXIM_SIZE octets (20M). <dir>/mainlog is what has happened.
#
# Works with Exim 4.96 (Debian 12) and later, as root and as any user.
set -euo pipefail
# shellcheck source=private.sh
. "$(dirname "${BASH_SOURCE[0]}")/private.sh"

start() {
    local dir=$1 dovecot=${2:?where is Dovecot?} attempt
    exim=$(command -v exim4 || command -v exim) || { echo "exim is not installed" >&2; exit 3; }
    # As root it becomes the user that it was built for.
    user=$(id -un) group=$(id -gn)
    if [ "$(id -u)" = 0 ]; then
        user=$("$exim" -C /dev/null -bP exim_user 2>/dev/null | sed 's/.*= *//')
        group=$(id -gn "$user")
        chmod 711 "$dir"
    fi
    mkdir -p "$dir/spool"
    cp "$dovecot/server.pem" "$dovecot/server.key" "$dir"
    chmod 644 "$dir/server.pem"
    chmod 600 "$dir/server.key"
    # A port may be taken by someone else between the choice and the start.
    for attempt in 1 2 3 4 5; do
        choose_ports "$dir" SMTP_STARTTLS SMTP_TLS SMTP_PLAIN
        configure "$dir" "$dovecot" > "$dir/exim.conf"
        chmod 644 "$dir/exim.conf"
        if [ "$(id -u)" = 0 ]; then
            chown -R "$user:$group" "$dir/spool" "$dir/server.key"
            touch "$dir/mainlog" "$dir/paniclog" "$dir/rejectlog"
            chown "$user:$group" "$dir/mainlog" "$dir/paniclog" "$dir/rejectlog"
        fi
        if "$exim" -C "$dir/exim.conf" -bd -oP "$dir/pid" 2> "$dir/start.log" && answers "$dir"; then
            return 0
        fi
        stop "$dir"
    done
    cat "$dir/start.log" "$dir/paniclog" >&2 2>/dev/null || true
    echo "Exim did not start" >&2
    exit 4
}

stop() { stop_process "$1/pid"; }

answers() {
    # shellcheck source=/dev/null
    . "$1/ports"
    greets "$SMTP_PLAIN" "220 "
}

configure() {
    local dir=$1 dovecot=$2
    # shellcheck source=/dev/null
    . "$dir/ports"
    cat <<END
exim_user = $user
exim_group = $group
never_users =
spool_directory = $dir/spool
log_file_path = $dir/%slog
primary_hostname = localhost
keep_environment =
local_interfaces = 127.0.0.1
daemon_smtp_ports = $SMTP_STARTTLS : $SMTP_TLS : $SMTP_PLAIN
tls_on_connect_ports = $SMTP_TLS
tls_certificate = $dir/server.pem
tls_privatekey = $dir/server.key
tls_advertise_hosts = \${if ={\$received_port}{$SMTP_PLAIN}{}{*}}
auth_advertise_hosts = \${if or{{def:tls_in_cipher}{={\$received_port}{$SMTP_PLAIN}}}{*}{}}
chunking_advertise_hosts = \${if ={\$received_port}{$SMTP_TLS}{}{*}}
dsn_advertise_hosts = *
smtputf8_advertise_hosts = *
message_size_limit = ${EXIM_SIZE:-20M}
smtp_accept_max = 0
smtp_accept_queue_per_connection = 0
# Nothing is looked up anywhere.
host_lookup =
rfc1413_hosts =
# Names like [127.0.0.1] and recipients beyond ASCII are taken as they are.
deliver_drop_privilege
delay_warning =
acl_smtp_mail = mail
acl_smtp_rcpt = rcpt
acl_smtp_data = data

begin acl
mail:
  deny senders = refused@*
       message = 5.7.1 This sender is refused
  accept
rcpt:
  deny !authenticated = *
       message = 5.7.1 Sign in first
  deny local_parts = nobody
       message = 5.1.1 There is nobody of that name
  defer local_parts = later
        message = 4.2.1 Not now
  accept
data:
  deny condition = \${if def:h_X-Refuse:}
       message = 5.6.0 This message is refused
  accept

begin routers
international:
  driver = redirect
  condition = \${if match{\$local_part}{[^\\\\x00-\\\\x7f]}}
  data = international@\$domain
all:
  driver = accept
  transport = dovecot

begin transports
dovecot:
  driver = lmtp
  socket = $dovecot/run/lmtp
  user = $user

begin retry
* * F,5m,1s

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if eq{\$auth3}{${EXIM_PASSWORD:-restante}}}
  server_set_id = \$auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = <| Username: | Password:
  server_condition = \${if eq{\$auth2}{${EXIM_PASSWORD:-restante}}}
  server_set_id = \$auth1
END
}

main "$@"
