#!/usr/bin/env bash
# A private Dovecot on 127.0.0.1 for tests and for ./try. It touches nothing outside its directory.
#
#   dovecot.sh start <dir>   sets up and starts it; returns when it answers
#   dovecot.sh stop  <dir>   stops it and waits until it is gone
#   dovecot.sh run   <dir>   start, print the ports, stay until standard input closes, stop, and
#                            remove <dir> if it was not there before. A program that starts this
#                            with a pipe can't leave a server behind, however it ends.
#
# <dir> is made when missing and should be short (socket names have a limit of about 100 letters)
# and reachable by everyone (not below /root) when run as root.
#
# After the start <dir>/ports holds lines like `IMAP=40123`: IMAP, IMAPS, POP3, POP3S, LMTP, SIEVE,
# SUBMISSION, SUBMISSIONS; each plain one offers STARTTLS. <dir>/ca.pem is the certificate authority of its
# certificate for localhost and 127.0.0.1. Every user name exists, with the password
# $DOVECOT_PASSWORD ("restante" unless set). Mail lies in <dir>/mail/<user>/Maildir (Maildir++).
# $DOVECOT_RELAY (host:port) is where its submission service hands mail on. $DOVECOT_INTROSPECTION
# is the URL at which access tokens are looked up (RFC 7662); without it there are passwords alone.
#
# Works with Dovecot 2.3 (Debian 12, Ubuntu 24.04) and 2.4 (Debian 13), as root and as any user:
# without root all its processes run as that user and nothing is chrooted.
set -euo pipefail
# shellcheck source=private.sh
. "$(dirname "${BASH_SOURCE[0]}")/private.sh"

start() {
    local dir=$1 attempt
    command -v dovecot >/dev/null || { echo "dovecot is not installed" >&2; exit 3; }
    mkdir -p "$dir/mail" "$dir/run"
    identify
    if [ "$(id -u)" = 0 ]; then
        chmod 711 "$dir"
        chown -R "$mail_user:" "$dir/mail"
    fi
    [ -e "$dir/server.pem" ] || certificates "$dir"
    # A port may be taken by someone else between the choice and the start.
    for attempt in 1 2 3 4 5; do
        choose_ports "$dir" IMAP IMAPS POP3 POP3S LMTP SIEVE SUBMISSION SUBMISSIONS
        configure "$dir" > "$dir/dovecot.conf"
        if dovecot -c "$dir/dovecot.conf" 2> "$dir/start.log" && answers "$dir"; then
            return 0
        fi
        stop "$dir"
    done
    cat "$dir/start.log" "$dir/dovecot.log" >&2 2>/dev/null || true
    echo "Dovecot did not start" >&2
    exit 4
}

stop() { stop_process "$1/run/master.pid"; }

# Who runs what. Sets $major, $mail_user, $login_user, $internal_user, $internal_group.
identify() {
    case $(dovecot --version) in
        2.[0-3].*) major=2.3 ;;
        *) major=2.4 ;;
    esac
    if [ "$(id -u)" = 0 ]; then
        # Dovecot refuses to touch mail as root; "mail" exists on every Debian.
        mail_user=mail login_user=dovenull internal_user=dovecot internal_group=dovecot
    else
        mail_user=$(id -un) login_user=$mail_user internal_user=$mail_user
        internal_group=$(id -gn)
    fi
}

certificates() {
    local dir=$1
    (
        cd "$dir"
        umask 077
        openssl ecparam -name prime256v1 -genkey -noout -out ca.key
        openssl req -new -x509 -key ca.key -days 30 -subj "/CN=Restante test authority" -out ca.pem
        openssl ecparam -name prime256v1 -genkey -noout -out server.key
        openssl req -new -key server.key -subj "/CN=localhost" -out server.csr
        openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 \
            -extfile <(echo "subjectAltName=DNS:localhost,IP:127.0.0.1") -out server.pem
        chmod 644 ca.pem
    ) 2> "$dir/openssl.log" || { cat "$dir/openssl.log" >&2; exit 5; }
}

answers() {
    # shellcheck source=/dev/null
    . "$1/ports"
    greets "$IMAP" "* OK" "$1/run/master.pid"
}

installed() { [ -x "/usr/lib/dovecot/$1" ]; }

configure() {
    local dir=$1 protocols=imap
    # shellcheck source=/dev/null
    . "$dir/ports"
    if installed pop3; then protocols+=" pop3"; fi
    if installed lmtp; then protocols+=" lmtp"; fi
    if installed managesieve; then protocols+=" sieve"; fi
    if installed submission; then protocols+=" submission"; fi
    if [ "$major" = 2.4 ]; then head_2_4 "$dir" "$protocols"; else head_2_3 "$dir" "$protocols"; fi
    cat <<END
base_dir = $dir/run
state_dir = $dir/run
log_path = $dir/dovecot.log
listen = 127.0.0.1
default_login_user = $login_user
default_internal_user = $internal_user
default_internal_group = $internal_group
first_valid_uid = 1
first_valid_gid = 1
ssl = yes
# Tests sign in often, wrongly too, and all from one address.
auth_failure_delay = 0
mail_max_userip_connections = 200
# Nothing here outlives the machine.
mail_fsync = never
mailbox_idle_check_interval = 2 secs

namespace inbox {
  inbox = yes
  separator = /
$(for role in Drafts Sent Trash Junk Archive; do
    printf '  mailbox %s {\n    special_use = \\%s\n    auto = subscribe\n  }\n' "$role" "$role"
done)
}

service imap-login {
$(listener imap "$IMAP")
$(listener imaps "$IMAPS" yes)
  process_min_avail = 1
$(per_process 0)
$(unchrooted)
}
service imap {
  process_limit = 1024
}
service anvil {
$(unchrooted)
$(if [ "$major" = 2.3 ]; then
    # Without this socket nobody is slowed down for wrong passwords.
    printf '  unix_listener anvil-auth-penalty {\n    mode = 0\n  }\n'
fi)
}
service auth {
$(if [ "$(id -u)" != 0 ]; then echo "  user = $internal_user"; fi)
}
END
    if installed pop3; then
        printf 'service pop3-login {\n%s\n%s\n%s\n}\n' \
            "$(listener pop3 "$POP3")" "$(listener pop3s "$POP3S" yes)" "$(unchrooted)"
    fi
    if installed lmtp; then
        printf 'service lmtp {\n%s\n%s\n}\n' "$(listener lmtp "$LMTP")" \
            "$([ "$(id -u)" = 0 ] || echo "  user = $internal_user")"
    fi
    if installed managesieve; then
        printf 'service managesieve-login {\n%s\n%s\n}\n' "$(listener sieve "$SIEVE")" "$(unchrooted)"
    fi
    if installed submission; then
        printf 'service submission-login {\n%s\n%s\n%s\n}\n' "$(listener submission "$SUBMISSION")" \
            "$(listener submissions "$SUBMISSIONS" yes)" "$(unchrooted)"
        if [ -n "${DOVECOT_RELAY:-}" ]; then
            echo "submission_relay_host = ${DOVECOT_RELAY%%:*}"
            echo "submission_relay_port = ${DOVECOT_RELAY##*:}"
        fi
    fi
}

head_2_3() {
    cat <<END
protocols = $2
mail_location = maildir:~/Maildir
mail_uid = $mail_user
mail_gid = $(id -gn "$mail_user")
disable_plaintext_auth = no
ssl_cert = <$1/server.pem
ssl_key = <$1/server.key
$(tokens_2_3 "$1")
passdb {
  driver = static
  args = password=${DOVECOT_PASSWORD:-restante}
}
userdb {
  driver = static
  args = home=$1/mail/%u
}
plugin {
  sieve = file:~/sieve;active=~/.dovecot.sieve
}
END
    if [ -e /usr/lib/dovecot/modules/lib90_sieve_plugin.so ]; then
        printf 'protocol lmtp {\n  mail_plugins = $mail_plugins sieve\n}\n'
    fi
}

tokens_2_3() {
    if [ -z "${DOVECOT_INTROSPECTION:-}" ]; then return; fi
    cat > "$1/oauth2.conf" <<END
introspection_mode = post
introspection_url = $DOVECOT_INTROSPECTION
force_introspection = yes
username_attribute = username
active_attribute = active
active_value = true
END
    cat <<END
auth_mechanisms = plain xoauth2 oauthbearer
passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = $1/oauth2.conf
}
END
}

tokens_2_4() {
    if [ -z "${DOVECOT_INTROSPECTION:-}" ]; then return; fi
    cat <<END
auth_mechanisms = plain xoauth2 oauthbearer
oauth2 {
  introspection_mode = post
  introspection_url = $DOVECOT_INTROSPECTION
  force_introspection = yes
  username_attribute = username
  active_attribute = active
  active_value = true
}
passdb oauth2 {
  mechanisms_filter = xoauth2 oauthbearer
}
END
}

head_2_4() {
    local protocol
    cat <<END
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
protocols {
$(for protocol in $2; do echo "  $protocol = yes"; done)
}
mail_driver = maildir
mail_path = ~/Maildir
mail_uid = $mail_user
mail_gid = $(id -gn "$mail_user")
mail_home = $1/mail/%{user}
auth_allow_cleartext = yes
ssl_server_cert_file = $1/server.pem
ssl_server_key_file = $1/server.key
$(tokens_2_4)
passdb static {
  password = ${DOVECOT_PASSWORD:-restante}
}
userdb static {
  allow_all_users = yes
  fields {
    home = $1/mail/%{user}
  }
}
END
    if [ -e /usr/lib/dovecot/modules/lib90_sieve_plugin.so ]; then
        cat <<END
sieve_script personal {
  driver = file
  path = ~/sieve
  active_path = ~/.dovecot.sieve
}
protocol lmtp {
  mail_plugins {
    sieve = yes
  }
}
END
    fi
}

listener() {
    printf '  inet_listener %s {\n    port = %s\n%s  }' "$1" "$2" "${3:+    ssl = yes
}"
}

per_process() {
    if [ "$major" = 2.4 ]; then echo "  restart_request_count = unlimited"; else echo "  service_count = $1"; fi
}

# Only root can change the root directory.
unchrooted() { if [ "$(id -u)" != 0 ]; then echo "  chroot ="; fi; }

main "$@"
