#!/usr/bin/env bash
# A private popa3d on 127.0.0.1 for tests: a POP3 server of before CAPA, which it answers with -ERR,
# over mailboxes in the mbox format. It touches nothing outside its directory.
#
#   popa3d.sh install      downloads and unpacks it (see peer.sh)
#   popa3d.sh start <dir>  sets up and starts it; returns when it answers
#   popa3d.sh stop  <dir>  stops it and waits until it is gone
#   popa3d.sh run   <dir>  start, print the ports, stay until standard input closes, stop
#
# <dir>/ports holds `POP3=<port>`, plain text. The users user1 … user40 exist, with the password
# "restante"; mail lies in <dir>/chroot/var/mail/<user>.
#
# The places of its files are built into it, and it asks the system who its users are, so it runs in a
# root directory of its own. It serves one connection; Courier's listener starts it for each.
set -euo pipefail
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/peer.sh"

name=popa3d
services=POP3
packages="popa3d courier-base libpam-modules"

begin() {
    local dir=$1 root=$1/chroot POP3
    # shellcheck source=/dev/null
    . "$dir/ports"
    rm -rf "$root"
    cp -a "$unpacked" "$root"
    mkdir -p "$root"/{dev,etc/pam.d,tmp,run,var/lib/popa3d,var/mail}
    # A file, for not every container may make devices.
    : > "$root/dev/null"
    system_libraries "$root"
    users "$root"
    # The password is all that is asked for.
    printf 'auth required pam_unix.so\naccount required pam_unix.so\n' > "$root/etc/pam.d/popa3d"
    chroot "$root" /usr/sbin/couriertcpd -address=127.0.0.1 -maxprocs=100 -maxperip=100 \
        -nodnslookup -noidentlookup -pid=/run/popa3d.pid "$POP3" /usr/sbin/popa3d &
    listener=$!
}

end() { gone "$1/chroot/run/popa3d.pid"; }

alive() { kill -0 "$listener" 2>/dev/null; }

users() {
    local root=$1 number user password
    getent passwd root mail > "$root/etc/passwd"
    getent group root mail > "$root/etc/group"
    printf 'passwd: files\ngroup: files\nshadow: files\n' > "$root/etc/nsswitch.conf"
    password=$(openssl passwd -6 restante)
    echo 'popa3d:x:990:990::/var/lib/popa3d:/bin/false' >> "$root/etc/passwd"
    echo 'popa3d:x:990:' >> "$root/etc/group"
    printf 'root:*:19000::::::\nmail:*:19000::::::\npopa3d:*:19000::::::\n' > "$root/etc/shadow"
    for number in $(seq 40); do
        user=user$number
        echo "$user:x:$((1000 + number)):8::/:/bin/false" >> "$root/etc/passwd"
        echo "$user:$password:19000::::::" >> "$root/etc/shadow"
        install -m 600 -o $((1000 + number)) -g mail /dev/null "$root/var/mail/$user"
    done
    chmod 600 "$root/etc/shadow"
    chown root:mail "$root/var/mail"
    chmod 1777 "$root/var/mail"
}

peer "$@"
