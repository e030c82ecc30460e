#!/usr/bin/env bash
# A private Courier on 127.0.0.1 for tests. It touches nothing outside its directory.
#
#   courier.sh install      downloads and unpacks it (see peer.sh)
#   courier.sh start <dir>  sets up and starts it; returns when it answers
#   courier.sh stop  <dir>  stops it and waits until it is gone
#   courier.sh run   <dir>  start, print the ports, stay until standard input closes, stop
#
# <dir>/ports holds `IMAP=<port>` and `POP3=<port>`, plain text. The users user1 … user40 exist, with the password
# "restante" and an empty inbox; mail lies in <dir>/chroot/mail/<user>/Maildir.
#
# The places of its files are built into it, so it runs in a root directory of its own.
set -euo pipefail
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/peer.sh"

name=courier
services="IMAP POP3"
packages="courier-imap courier-pop courier-base courier-authdaemon courier-authlib courier-authlib-userdb"

begin() {
    local dir=$1 root=$1/chroot IMAP POP3
    # shellcheck source=/dev/null
    . "$dir/ports"
    rm -rf "$root"
    cp -a "$unpacked" "$root"
    mkdir -p "$root"/{dev,tmp,mail,run/courier/authdaemon}
    # A file, for not every container may make devices.
    : > "$root/dev/null"
    system_libraries "$root"
    users "$root"
    sed -i 's/^authmodulelist=.*/authmodulelist="authuserdb"/' "$root/etc/courier/authdaemonrc"
    (
        set -a
        # shellcheck source=/dev/null
        . "$root/etc/courier/authdaemonrc"
        exec chroot "$root" /usr/sbin/courierlogger -pid=/run/courier/authdaemon/pid -name=authdaemond \
            -start /usr/lib/courier/courier-authlib/authdaemond
    )
    (
        set -a
        # shellcheck source=/dev/null
        . "$root/etc/courier/imapd"
        # Or it would remove old messages from Trash by itself.
        IMAP_EMPTYTRASH=
        # Locks wait for Gamin, which does not run here: a second each.
        IMAP_USELOCKS=0
        # It looks for news so often, in seconds; nothing tells it here.
        IMAP_IDLE_TIMEOUT=1
        exec chroot "$root" /usr/sbin/couriertcpd -address=127.0.0.1 -maxprocs=100 -maxperip=100 \
            -nodnslookup -noidentlookup -pid=/run/courier/imapd.pid -stderrlogger=/usr/sbin/courierlogger \
            -stderrloggername=imapd "$IMAP" \
            /usr/lib/courier/courier/imaplogin /usr/bin/imapd Maildir
    ) &
    (
        set -a
        # shellcheck source=/dev/null
        . "$root/etc/courier/pop3d"
        exec chroot "$root" /usr/sbin/couriertcpd -address=127.0.0.1 -maxprocs=100 -maxperip=100 \
            -nodnslookup -noidentlookup -pid=/run/courier/pop3d.pid -stderrlogger=/usr/sbin/courierlogger \
            -stderrloggername=pop3d "$POP3" \
            /usr/lib/courier/courier/courierpop3login /usr/lib/courier/courier/courierpop3d Maildir
    ) &
}

end() {
    gone "$1/chroot/run/courier/imapd.pid"
    gone "$1/chroot/run/courier/pop3d.pid"
    gone "$1/chroot/run/courier/authdaemon/pid"
}

alive() { kill -0 "$(cat "$1/chroot/run/courier/authdaemon/pid" 2>/dev/null)" 2>/dev/null; }

users() {
    local root=$1 number user password
    getent passwd root mail > "$root/etc/passwd"
    getent group root mail > "$root/etc/group"
    printf 'passwd: files\ngroup: files\n' > "$root/etc/nsswitch.conf"
    password=$(openssl passwd -5 restante)
    for number in $(seq 40); do
        user=user$number
        mkdir -p "$root/mail/$user"
        chroot "$root" /usr/bin/maildirmake.courier "/mail/$user/Maildir"
        printf '%s\tuid=%s|gid=%s|home=/mail/%s|mail=/mail/%s/Maildir\n' \
            "$user" "$(id -u mail)" "$(id -g mail)" "$user" "$user" >> "$root/tmp/userdb"
        printf '%s\tsystempw=%s\n' "$user" "$password" >> "$root/tmp/userdbshadow"
    done
    chown -R mail: "$root/mail"
    local file
    for file in userdb userdbshadow; do
        echo . >> "$root/tmp/$file"
        chroot "$root" /usr/lib/courier/courier-authlib/makedatprog - "/tmp/$file.tmp" "/etc/courier/$file.dat" \
            < "$root/tmp/$file"
    done
}

peer "$@"
