#!/usr/bin/env bash
# A private Cyrus on 127.0.0.1 for tests. It touches nothing outside its directory.
#
#   cyrus.sh install      downloads and unpacks it (see peer.sh)
#   cyrus.sh start <dir>  sets up and starts it; returns when it answers
#   cyrus.sh stop  <dir>  stops it and waits until it is gone
#   cyrus.sh run   <dir>  start, print the ports, stay until standard input closes, stop
#
# <dir>/ports holds `IMAP=<port>`, plain text. The users user1 … user40 exist, with the password
# "restante"; a mailbox is made at the first sign-in and has an inbox and nothing else.
# CYRUS_PREFIX=yes puts all folders below "INBOX." as Debian's packages do, instead of beside
# the inbox as Cyrus itself has done since 3.0.
set -euo pipefail
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/peer.sh"

name=cyrus
packages="cyrus-common cyrus-imapd sasl2-bin"

begin() {
    local dir=$1 IMAP bin number
    # shellcheck source=/dev/null
    . "$dir/ports"
    mkdir -p "$dir"/{lib/db,lib/proc,lib/lock,lib/socket,spool,log}
    LD_LIBRARY_PATH=$(find "$unpacked" -name 'lib*.so*' -printf '%h\n' | sort -u | paste -sd:)
    export LD_LIBRARY_PATH
    bin=$unpacked/usr/lib/cyrus/bin
    configuration "$dir" > "$dir/imapd.conf"
    services "$bin" "$dir" "$IMAP" > "$dir/cyrus.conf"
    for number in $(seq 40); do
        printf restante | "$unpacked/usr/sbin/saslpasswd2" -p -c -f "$dir/sasldb" -u localhost "user$number"
    done
    # "mail" exists on every Debian.
    chown -R mail:mail "$dir"/{lib,spool,log,sasldb}
    "$bin/master" -C "$dir/imapd.conf" -M "$dir/cyrus.conf" -p "$dir/master.pid" -d
}

end() { gone "$1/master.pid"; }

alive() { kill -0 "$(cat "$1/master.pid" 2>/dev/null)" 2>/dev/null; }

configuration() {
    cat <<END
configdirectory: $1/lib
partition-default: $1/spool
defaultpartition: default
proc_path: $1/lib/proc
mboxname_lockpath: $1/lib/lock
idlesocket: $1/lib/socket/idle
cyrus_user: mail
servername: localhost
allowplaintext: yes
allowanonymouslogin: no
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: $1/sasldb
sasl_mech_list: PLAIN
autocreate_post: yes
autocreate_quota: 0
$(if [ "${CYRUS_PREFIX:-}" = yes ]; then
    printf 'altnamespace: no\nunixhierarchysep: no\n'
else
    printf 'altnamespace: yes\nunixhierarchysep: yes\n'
fi)
END
}

services() {
    cat <<END
START {
  recover cmd="$1/ctl_cyrusdb -C $2/imapd.conf -r"
  idled cmd="$1/idled -C $2/imapd.conf"
}
SERVICES {
  imap cmd="$1/imapd -C $2/imapd.conf -U 30" listen="127.0.0.1:$3" prefork=1 maxchild=100
}
END
}

peer "$@"
