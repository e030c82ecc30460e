#!/usr/bin/env python3
"""Lists and searches of mail that lives here, through the pages: how long they take with many messages.

    tests/load/lists.py [--found 100000] [--listed 1000000] [--words] [--on sqlite,postgres] [program]

On SQLite and, where RESTANTE_TEST_POSTGRES names a server, on PostgreSQL in a database of its own: a
program with people whose rows are written by SQL. One has `--found` messages with words, beside four
others who have a fifth of that each, with the same words; one has a folder of a thousand messages and
one a folder of `--listed`, three to a conversation; with `--words` that one's have the same words too.
Prints milliseconds from the request to the last octet of the page: the first time, and the middle of
eleven more. Needs psql for PostgreSQL; for SQLite Python's own, which must be 3.43 or newer.
"""

import argparse
import http.client
import os
import pathlib
import random
import re
import shutil
import sqlite3
import statistics
import subprocess
import tempfile
import time
import urllib.parse

from collect import ROOT, port_free

PASSWORD = "restante"
JOINT = "ª"
DAY = 1_790_000_000_000
VERSION = int(re.search(r"VERSION: i64 = (\d+)", (ROOT / "src/store/local/index.rs").read_text())[1])
SEARCHES = [
    ("`meeting`, in 95 % of the messages", "meeting"),
    ("two such words, `meeting minutes`", "meeting minutes"),
    ("`quarterly`, in 3 %", "quarterly"),
    ("both, `meeting quarterly`", "meeting quarterly"),
    ("the beginning `me`", "me"),
    ("the beginning `qua`", "qua"),
    ("the phrase `\"quarterly report draft\"`", '"quarterly report draft"'),
    ("`日本語`, in 1 %", "日本語"),
    ("`zanzibar`, in three old messages", "zanzibar"),
    ("nothing, `xyzzy`", "xyzzy"),
    ("`subject:quarterly`", "subject:quarterly"),
    ("`from:ada`, in all", "from:ada"),
]
ORDINARY = [f"{a}{b}{c}" for a in ("ba", "de", "fi", "go", "lu") for b in ("nal", "ter", "mon", "rik", "vel", "dos") for c in ("a", "en", "is", "os", "um", "ir", "et", "an")]


class Sqlite:
    name = "SQLite"

    def __init__(self, folder: pathlib.Path):
        self.path = folder / "t.db"
        self.url = f"sqlite:{self.path}"

    def open(self) -> None:
        self.db = sqlite3.connect(self.path, isolation_level=None)
        self.db.execute("PRAGMA synchronous = OFF")
        self.db.execute("BEGIN IMMEDIATE")

    def run(self, sql: str) -> None:
        self.db.execute(sql)

    def one(self, sql: str) -> tuple:
        return self.db.execute(sql).fetchone()

    def numbers(self, count: int) -> str:
        return f"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"

    octets = "randomblob(32)"

    def words(self, rows) -> None:
        sql = "INSERT INTO message_words (rowid, sender, recipient, cc, bcc, subject, header, body) VALUES (?, ?, ?, '', '', ?, ?, ?)"
        self.db.executemany(sql, rows)

    def close(self) -> None:
        self.db.execute("COMMIT")
        self.db.execute("ANALYZE")
        self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.db.close()

    def drop(self) -> None:
        pass


class Postgres:
    name = "PostgreSQL"

    def __init__(self, server: str):
        self.server, self.database = server, f"restante_lists_{os.getpid()}"
        self.url = re.sub(r"/[^/?]*(\?|$)", rf"/{self.database}\1", server, count=1) if server.count("/") > 2 else f"{server}/{self.database}"
        subprocess.run(["psql", "-q", server, "-c", f"CREATE DATABASE {self.database}"], check=True)

    def open(self) -> None:
        self.lines = []

    def psql(self, text: str) -> str:
        command = ["psql", "-qAt", "-v", "ON_ERROR_STOP=1", self.url]
        return subprocess.run(command, input=text, text=True, check=True, stdout=subprocess.PIPE).stdout

    def run(self, sql: str) -> None:
        self.psql(f"SET session_replication_role = replica; {sql}")

    def one(self, sql: str) -> tuple:
        return tuple(int(value) for value in self.psql(sql).split("|"))

    def numbers(self, count: int) -> str:
        return f"WITH n (i) AS (SELECT generate_series(1, {count}))"

    octets = "sha256(CAST(random() AS TEXT)::bytea)"

    def words(self, rows) -> None:
        vector = lambda words: " ".join(f"'{word}':{place}" for place, word in enumerate(words.split(), 1))
        command = ["psql", "-q", "-v", "ON_ERROR_STOP=1", self.url, "-c", "COPY message_words (message_id, sender, recipient, cc, bcc, subject, header, body) FROM STDIN"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, text=True) as process:
            for number, sender, recipient, subject, header, body in rows:
                process.stdin.write("\t".join([str(number), vector(sender), vector(recipient), "", "", vector(subject), vector(header), vector(body)]) + "\n")
            process.stdin.close()
            if process.wait() != 0:
                raise SystemExit("the words could not be written")

    def close(self) -> None:
        self.psql("VACUUM ANALYZE")

    def drop(self) -> None:
        subprocess.run(["psql", "-q", self.server, "-c", f"DROP DATABASE {self.database} WITH (FORCE)"])


def fill(db, user: str, count: int) -> tuple[int, int]:
    """Rows of so many messages in somebody's inbox. The first message's number, and the account's."""
    account, person, inbox, highest = db.one(
        f"SELECT a.id, a.user_id, b.id, (SELECT COALESCE(max(id), 0) FROM messages) FROM accounts a JOIN mailboxes b ON b.account_id = a.id AND b.role = 'inbox' WHERE a.address = '{user}'"
    )
    at = f"{DAY} + CAST(i AS BIGINT) * 60000"
    db.run(
        db.numbers(count)
        + f""" INSERT INTO messages (id, account_id, user_id, sha256, size, received_at, sent_at, sent_offset, thread_id, message_id, from_json, to_json, subject, preview, index_version, created_at)
        SELECT {highest} + i, {account}, {person}, {db.octets}, 3000 + i % 977, {at}, {at}, 0, CAST({account} * 10000000 + i / 3 AS TEXT) || 'abcdef0123456789abcdef', CAST(i AS TEXT) || '@example.net',
        '[{{"name":"Ada ' || CAST(i % 50 AS TEXT) || '","email":"ada@example.net"}}]', '[{{"name":null,"email":"{user}"}}]',
        'Letter ' || CAST(i % 1000 AS TEXT), 'The first words of a letter, of which a list shows as many as there is room for.', {VERSION}, {at} FROM n"""
    )
    db.run(
        f"""INSERT INTO blobs (user_id, sha256, size, stored_size, uses, created_at)
        SELECT user_id, sha256, size, size, 1, created_at FROM messages WHERE account_id = {account} AND id > {highest}"""
    )
    db.run(
        f"""INSERT INTO placements (mailbox_id, uid, message_id, keywords, seen, modseq, thread_id, received_at, sent_at, size, from_key, subject_key, placed_at)
        SELECT {inbox}, id - {highest} + 1000, id, CASE WHEN id % 7 = 0 THEN '' ELSE '$seen' END, CASE WHEN id % 7 = 0 THEN 0 ELSE 1 END, 2, thread_id, received_at, received_at, size,
        'ada ' || CAST(id % 50 AS TEXT), 'letter ' || CAST(id % 1000 AS TEXT), received_at FROM messages WHERE account_id = {account} AND id > {highest}"""
    )
    db.run(f"UPDATE mailboxes SET total = total + {count}, uid_next = {count + 2000}, modseq = 3, unread = unread + {count // 7} WHERE id = {inbox}")
    return highest, account


def written(highest: int, account: int, count: int):
    """The words of messages, as the program's own: see src/store/local/words.rs."""
    dice = random.Random(account)
    for number in range(1, count + 1):
        body = dice.choices(ORDINARY, k=60)
        if dice.random() < 0.95:
            body[dice.randrange(60)] = "meeting"
        if dice.random() < 0.95:
            body.extend(["minutes", "meanwhile"])
        subject = ["letter", str(number % 1000)]
        if dice.random() < 0.03:
            body.extend(["quarterly", "report", dice.choice(["draft", "final"])])
            subject.append("quarterly")
        if dice.random() < 0.01:
            body.extend("日本語")
        if number in (5, 50, 500):
            body.append("zanzibar")
        sender, recipient = ["ada", "ada", "example", "net"], ["somebody", "example", "org"]
        header = sum((["from", *sender], ["to", *recipient], ["subject", *subject]), [])
        for name, words in (("from", sender), ("to", recipient), ("subject", subject)):
            header += [f"{JOINT}{name}{JOINT}", *(f"{JOINT}{name}{JOINT}{word}" for word in words)]
        own = lambda words: " ".join(f"{account}{JOINT}{word}" for word in words)
        yield highest + number, own(sender), own(recipient), own(subject), own(header), own(body)


class Person:
    """Somebody who is signed in."""

    def __init__(self, port: int, address: str):
        self.port, self.cookie = port, ""
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        set_cookies = self.ask("POST", "/login", {"address": address, "password": PASSWORD})[1].get_all("set-cookie")
        self.cookie = next(cookie.split(";")[0] for cookie in set_cookies if cookie.startswith("restante="))
        self.folder = self.ask("GET", "/")[1]["location"]

    def ask(self, method: str, path: str, fields: dict | None = None) -> tuple[int, http.client.HTTPMessage, str]:
        headers = {"host": f"localhost:{self.port}", "origin": f"http://localhost:{self.port}", "sec-fetch-site": "same-origin", "cookie": self.cookie, "accept": "text/html"}
        body = None
        if fields is not None:
            body, headers["content-type"] = urllib.parse.urlencode(fields), "application/x-www-form-urlencoded"
        self.line.request(method, path, body, headers)
        answer = self.line.getresponse()
        text = answer.read().decode()
        if answer.status >= 400:
            raise SystemExit(f"{method} {path}: {answer.status}")
        return answer.status, answer.headers, text

    def take(self, path: str) -> tuple[float, str]:
        begun = time.perf_counter()
        text = self.ask("GET", path)[2]
        return (time.perf_counter() - begun) * 1000, text

    def times(self, path: str) -> tuple[float, float, int]:
        """The first time, the middle of eleven more, and the rows."""
        first, text = self.take(path)
        return first, statistics.median(self.take(path)[0] for _ in range(11)), len(re.findall(r"<li[^>]*\bdata-row|class=\"row[ \"]", text))

    def older(self, path: str) -> str | None:
        links = re.findall(r'href="(/m/[^"]*[?&;](?:before|from)=[^"]*)"', self.take(path)[1])
        return links[-1].replace("&amp;", "&") if links else None

    def further(self, pages: int) -> str:
        """The address of a page so many further down."""
        path = self.folder
        for _ in range(pages):
            path = self.older(path) or path
        return path


def lists(port: int, name: str, sizes: dict[str, int]) -> None:
    people = {address: Person(port, address) for address in sizes}
    print(f"\n| list, {name} | " + " | ".join(f"{size:,}: first, then" for size in sizes.values()) + " | ratio |\n|---|" + "--:|" * (len(sizes) + 1))

    def row(what: str, paths: list[str]) -> None:
        # Each in turn, so that whatever else the machine does hits both.
        taken = [[person.take(path)[0] for person, path in zip(people.values(), paths)] for _ in range(12)]
        firsts, rest = taken[0], [statistics.median(times) for times in zip(*taken[1:])]
        print(f"| {what} | " + " | ".join(f"{first:.1f}, {then:.1f}" for first, then in zip(firsts, rest)) + f" | {rest[-1] / rest[0]:.2f} |", flush=True)

    folders = [person.folder for person in people.values()]
    row("conversations", folders)
    # Of the small one its last page but one: it has no two hundredth.
    row("conversations, page 200 (of the small one page 6)", [person.further(5 if size < 20000 else 199) for person, size in zip(people.values(), sizes.values())])
    for person in people.values():
        person.ask("POST", f"{person.folder}/order", {"show": "messages", "sort": "-receivedAt"})
    row("messages", folders)
    row("messages, page 200 (19)", [person.further(18 if size < 20000 else 199) for person, size in zip(people.values(), sizes.values())])
    row("messages, a link into the middle", [f"{person.folder}?before={1000 + size // 2}" for person, size in zip(people.values(), sizes.values())])
    for sort in ("from", "subject", "-size"):
        for person in people.values():
            person.ask("POST", f"{person.folder}/order", {"sort": sort})
        row(f"messages by {sort}", folders)
        row(f"messages by {sort}, page 200 (19)", [person.further(18 if size < 20000 else 199) for person, size in zip(people.values(), sizes.values())])


def searches(port: int, name: str, address: str, count: int) -> None:
    person = Person(port, address)
    print(f"\n| search among {count:,}, {name} | first: ms | then: ms | rows |\n|---|--:|--:|--:|")
    for what, query in SEARCHES:
        first, then, rows = person.times(f"{person.folder}?{urllib.parse.urlencode({'q': query})}")
        print(f"| {what} | {first:.1f} | {then:.1f} | {rows} |", flush=True)


def run(program: pathlib.Path, folder: pathlib.Path, db, found: int, listed: int, words: bool) -> None:
    port = port_free()
    config = folder / "restante.toml"
    config.write_text(f'listen = "127.0.0.1:{port}"\npublic_url = "http://localhost:{port}"\ndata_dir = "{folder}/data"\ndatabase_url = "{db.url}"\n')
    (folder / "one.eml").write_text("From: Ada <ada@example.net>\nSubject: One\n\nOne.\n")
    addresses = [f"{name}@example.org" for name in ("found", "b", "c", "d", "e", "small", "large")]
    for address in addresses:
        subprocess.run([program, "--config", config, "user", "set-password", address], input=f"{PASSWORD}\n", text=True, check=True, capture_output=True)
        subprocess.run([program, "--config", config, "import", address, folder / "one.eml", "--folder", "INBOX"], check=True, capture_output=True)
    begun = time.monotonic()
    db.open()
    for address in addresses[:5]:
        count = found if address == addresses[0] else found // 5
        db.words(written(*fill(db, address, count), count))
    fill(db, addresses[5], 1000)
    large = fill(db, addresses[6], listed)
    if words:
        db.words(written(*large, listed))
    db.close()
    print(f"\n{db.name}: filled in {time.monotonic() - begun:.0f} s", flush=True)
    measure(program, folder, port, db.name, found, listed)


def measure(program: pathlib.Path, folder: pathlib.Path, port: int, name: str, found: int, listed: int) -> None:
    config = folder / "restante.toml"
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([program, "--config", config, "serve"], stderr=log)
    try:
        while process.poll() is None:
            try:
                http.client.HTTPConnection("127.0.0.1", port).request("GET", "/healthz")
                break
            except OSError:
                time.sleep(0.02)
        searches(port, name, "found@example.org", found)
        lists(port, name, {"small@example.org": 1000, "large@example.org": listed})
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    words = argparse.ArgumentParser()
    words.add_argument("program", nargs="?", default=ROOT / "target/release/restante", type=pathlib.Path)
    words.add_argument("--found", type=int, default=100_000)
    words.add_argument("--listed", type=int, default=1_000_000)
    words.add_argument("--on", default="sqlite,postgres")
    words.add_argument("--words", action="store_true", help="the large folder is in the index as well")
    words.add_argument("--keep", action="store_true", help="leave folder and database")
    words.add_argument("--again", type=pathlib.Path, help="with what was kept in this folder")
    wanted = words.parse_args()
    if wanted.again:
        port = re.search(r'listen = "127.0.0.1:(\d+)"', (wanted.again / "restante.toml").read_text())[1]
        return measure(wanted.program, wanted.again, int(port), "again", wanted.found, wanted.listed)
    server = os.environ.get("RESTANTE_TEST_POSTGRES", "")
    for kind in wanted.on.split(","):
        if kind == "postgres" and not server:
            print("RESTANTE_TEST_POSTGRES names no server")
            continue
        folder = pathlib.Path(tempfile.mkdtemp(prefix="lists"))
        db = Sqlite(folder) if kind == "sqlite" else Postgres(server)
        try:
            run(wanted.program, folder, db, wanted.found, wanted.listed, wanted.words)
        finally:
            if wanted.keep:
                print(folder, db.url)
            else:
                db.drop()
                shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
