#!/usr/bin/env python3
"""Messages collected from one POP3 server by Restante and by programs that do nothing else: mpop,
fetchmail and getmail6, one after the other, onto the same disk. Prints a table; the ratios count.
"bare" is RETR in one flight and each message a file, written, fsynced and thrown away: what being
durable one by one costs here, with nothing around it.

    tests/load/collect.py [--messages 10000] [--huge MB] [--turns 1] [--only ours,bare] [program]

`program` is target/release/restante unless named. `--huge` puts one message of so many MB among
them, for the memory that it takes. Dovecot, mpop, fetchmail and getmail6 must be installed: they
are Debian packages of these names. What is not there is left out, and so is what refuses (getmail6
does for root).

Ours are durable one by one, in folders, indexed and searchable; theirs are files in a Maildir.
"""

import argparse
import base64
import json
import os
import pathlib
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PASSWORD = "restante"


def letters(into: pathlib.Path, count: int, huge: int) -> int:
    """A Maildir of mixed sizes: most have some kB, one in twenty a file of a MB or less. Octets."""
    dice = random.Random(20261130)
    for name in ("cur", "new", "tmp"):
        (into / name).mkdir(parents=True, exist_ok=True)
    octets = 0
    for number in range(count):
        head = (
            f"From: Ada {number} <ada{number}@example.net>\nTo: bob@example.org\nSubject: Letter {number}\n"
            f"Date: Thu, 1 Oct 2026 10:{number // 60 % 60:02}:{number % 60:02} +0000\n"
            f"Message-ID: <{number}@example.net>\nMIME-Version: 1.0\n"
        )
        words = " ".join(dice.choice(WORDS) for _ in range(dice.randrange(50, 600)))
        text = "\n".join(words[at : at + 70] for at in range(0, len(words), 70))
        file = b""
        if huge and number == count // 2:
            file = dice.randbytes(1 << 20) * (huge * 3 // 4)
        elif dice.randrange(20) == 0:
            file = dice.randbytes(dice.randrange(50_000, 1_000_000))
        if file:
            whole = (
                f"{head}Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n{text}\n"
                "--b\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n"
                "Content-Disposition: attachment; filename=file\n\n"
            ).encode()
            whole += base64.encodebytes(file) + b"--b--\n"
        else:
            whole = f"{head}Content-Type: text/plain; charset=utf-8\n\n{text}\n".encode()
        (into / "new" / f"{1_790_000_000 + number}.{number}.host").write_bytes(whole)
        octets += len(whole)
    return octets


WORDS = [f"{a}{b}" for a in ("ba", "de", "fi", "go", "lu", "ma", "ne", "pi", "ro", "su") for b in ("nal", "ter", "mon", "rik", "vel", "dos", "ham", "kin")]


def processor(pid: int) -> float:
    """Seconds of the processor that a process has had."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak(pid: int) -> float:
    """The most memory that a process has had at once, in MiB."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def ours(program: pathlib.Path, home: pathlib.Path, port: int, count: int, huge: int) -> tuple[float, float, float]:
    """Seconds, those of the processor, and the peak in MiB."""
    listen = f"127.0.0.1:{port_free()}"
    (home / "restante.toml").write_text(
        f'listen = "{listen}"\npublic_url = "http://{listen}"\ndata_dir = "{home}/data"\n'
        f"[limits]\nmessage_mib = {max(150, huge * 2)}\nquota_mib = 20000\n"
        f'[[servers]]\ndomains = ["*"]\npop3 = "pop3+insecure://127.0.0.1:{port}"\n'
    )
    pair = base64.b64encode(f"ours@example.org:{PASSWORD}".encode()).decode()

    def ask(path: str) -> dict:
        request = urllib.request.Request(f"http://{listen}/api/v1{path}", headers={"Authorization": f"Basic {pair}"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read())

    with (home / "log").open("wb") as log:
        process = subprocess.Popen([program, "serve", "--config", home / "restante.toml"], stderr=log)
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://{listen}/healthz").close()
                break
            except OSError:
                time.sleep(0.02)
        begun = time.monotonic()
        account = ask("/accounts")["items"][0]["id"]
        while True:
            folders = ask(f"/accounts/{account}/mailboxes")["items"]
            if sum(folder["totalEmails"] for folder in folders) >= count:
                return time.monotonic() - begun, processor(process.pid), peak(process.pid)
            time.sleep(0.25)
    finally:
        process.terminate()
        process.wait()


def port_free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def mpop(home: pathlib.Path, port: int) -> list[str]:
    maildir(home / "Maildir")
    (home / "rc").write_text(
        f"account a\nhost 127.0.0.1\nport {port}\nuser mpop@example.org\npassword {PASSWORD}\ntls off\nauth user\n"
        f"keep on\nuidls_file {home}/uidls\ndelivery maildir {home}/Maildir\n"
    )
    (home / "rc").chmod(0o600)
    return ["mpop", "--quiet", "--file", str(home / "rc"), "a"]


def fetchmail(home: pathlib.Path, port: int) -> list[str]:
    maildir(home / "Maildir")
    (home / "deliver").write_text(
        f'#!/bin/sh\nname=$(date +%s).$$.$(basename "$0")\ncat > {home}/Maildir/tmp/$name && mv {home}/Maildir/tmp/$name {home}/Maildir/new/$name\n'
    )
    (home / "deliver").chmod(0o700)
    (home / "rc").write_text(
        f'poll 127.0.0.1 protocol pop3 service {port} auth password username "fetchmail@example.org" password "{PASSWORD}" '
        f'keep no sslcertck sslproto "" mda "{home}/deliver"\n'
    )
    (home / "rc").chmod(0o600)
    return ["fetchmail", "--silent", "--fetchmailrc", str(home / "rc"), "--pidfile", str(home / "pid"), "--idfile", str(home / "ids")]


def getmail(home: pathlib.Path, port: int) -> list[str]:
    maildir(home / "Maildir")
    (home / "getmailrc").write_text(
        f"[retriever]\ntype = SimplePOP3Retriever\nserver = 127.0.0.1\nport = {port}\nusername = getmail@example.org\n"
        f"password = {PASSWORD}\n[destination]\ntype = Maildir\npath = {home}/Maildir/\n[options]\ndelete = false\nverbose = 0\n"
    )
    return ["getmail", "--getmaildir", str(home), "--rcfile", "getmailrc"]


def bare(home: pathlib.Path, port: int, count: int) -> float:
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=600) as line, line.makefile("rb", 1 << 16) as said:
        said.readline()
        for command in ("USER bare@example.org", f"PASS {PASSWORD}"):
            line.sendall(command.encode() + b"\r\n")
            said.readline()
        wanted = b"".join(b"RETR %d\r\n" % number for number in range(1, count + 1))
        asking = threading.Thread(target=line.sendall, args=(wanted,))
        asking.start()
        for number in range(count):
            if not said.readline().startswith(b"+OK"):
                raise SystemExit(f"bare brought {number} of {count}")
            with open(home / str(number), "wb") as file:
                while (text := said.readline()) != b".\r\n":
                    file.write(text[1:] if text.startswith(b".") else text)
                file.flush()
                os.fsync(file.fileno())
        asking.join()
        line.sendall(b"QUIT\r\n")
    return time.monotonic() - begun


def maildir(at: pathlib.Path) -> None:
    for name in ("cur", "new", "tmp"):
        (at / name).mkdir(parents=True, exist_ok=True)


def theirs(command: list[str], home: pathlib.Path, count: int) -> float | None:
    begun = time.monotonic()
    done = subprocess.run(command, capture_output=True, env={**os.environ, "HOME": str(home)})
    took = time.monotonic() - begun
    there = sum(1 for folder in ("new", "cur") for _ in (home / "Maildir" / folder).iterdir())
    if there < count:
        print(f"{command[0]} brought {there} of {count}: {done.stderr.decode()[-200:]}", file=sys.stderr)
        return None
    return took


def main() -> None:
    words = argparse.ArgumentParser()
    words.add_argument("program", nargs="?", default=ROOT / "target/release/restante", type=pathlib.Path)
    words.add_argument("--messages", type=int, default=10_000)
    words.add_argument("--huge", type=int, default=0)
    words.add_argument("--turns", type=int, default=1)
    words.add_argument("--only", default="ours,bare,mpop,fetchmail,getmail")
    wanted = words.parse_args()
    count = wanted.messages
    programs = {"mpop": mpop, "fetchmail": fetchmail, "getmail": getmail}
    only = wanted.only.split(",")
    there = {name: make for name, make in programs.items() if name in only and shutil.which(name)}
    taking_part = [name for name in ("ours", "bare", *there) if name in only]
    folder = pathlib.Path(tempfile.mkdtemp(prefix="collect"))
    folder.chmod(0o755)
    server = folder / "d"
    octets = letters(folder / "letters", count, wanted.huge)
    for name in taking_part:
        home = server / "mail" / f"{name}@example.org" / "Maildir"
        shutil.copytree(folder / "letters", home, copy_function=os.link)
    subprocess.run([ROOT / "tests/servers/dovecot.sh", "start", server], check=True, stdout=subprocess.DEVNULL)
    try:
        ports = dict(line.split("=") for line in (server / "ports").read_text().split())
        port = int(ports["POP3"])
        print(f"{count} messages, {octets / 1e6:.0f} MB\n\n| | seconds | of the processor | messages/s | MB/s | beside ours |\n|---|--:|--:|--:|--:|--:|", flush=True)
        for turn in range(wanted.turns):
            own = None
            for name in taking_part:
                home = folder / f"{name}{turn}"
                home.mkdir()
                # What the server does for the first time with a maildrop is nobody's time.
                warm(port, f"{name}@example.org")
                if name == "ours":
                    own, used, most = ours(wanted.program, home, port, count, wanted.huge)
                    took, more = own, f" (at most {most:.0f} MiB of memory)"
                else:
                    more, before = "", os.times()
                    took = bare(home, port, count) if name == "bare" else theirs(there[name](home, port), home, count)
                    used = sum(os.times()[:4]) - sum(before[:4])
                if took is None:
                    continue
                ratio = f"{took / own:.2f}" if own else ""
                print(f"| {name}{more} | {took:.1f} | {used:.1f} | {count / took:.0f} | {octets / 1e6 / took:.1f} | {ratio} |", flush=True)
    finally:
        subprocess.run([ROOT / "tests/servers/dovecot.sh", "stop", server])
        shutil.rmtree(folder, ignore_errors=True)


def warm(port: int, user: str) -> None:
    import poplib

    session = poplib.POP3("127.0.0.1", port, timeout=600)
    session.user(user)
    session.pass_(PASSWORD)
    session.uidl()
    session.list()
    session.quit()


if __name__ == "__main__":
    main()
