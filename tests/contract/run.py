#!/usr/bin/env python3
"""The API against its document, by tools that know nothing but the document: schemathesis sends what
it allows and what it forbids, and a client that a generator made of it reads, writes and sends.

    run.py <restante> [client|schemathesis]     without a word: both

Two people whose mail lives here are made in a scratch directory; nothing leaves this machine. The
tools are installed from PyPI into target/contract, once.
"""

import base64
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import venv

HERE = pathlib.Path(__file__).resolve().parent
TOOLS = HERE.parent.parent / "target" / "contract"
ANNA, BOB, PASSWORD = "anna@example.org", "bob@example.org", "correct horse"
LETTERS = [
    ("One", "text/plain", "Words of the first letter.\r\n"),
    ("Two", "text/html", "<p>Words of the <b>second</b> letter.</p>\r\n"),
    ("Re: One", "text/plain", "> Words of the first letter.\r\n\r\nAn answer.\r\n"),
]


def tools() -> pathlib.Path:
    """The directory of the tools' programs."""
    wanted = (HERE / "requirements.txt").read_text()
    known = TOOLS / "requirements.txt"
    if not known.exists() or known.read_text() != wanted:
        shutil.rmtree(TOOLS, ignore_errors=True)
        pip = [TOOLS / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check"]
        try:
            venv.create(TOOLS, with_pip=True)
            subprocess.run([*pip, "-r", HERE / "requirements.txt"], check=True)
        except subprocess.CalledProcessError as error:
            print(f"The tools can't be installed from PyPI here ({error}): not checked.")
            sys.exit(0)
        known.write_text(wanted)
    return TOOLS / "bin"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Service:
    """A Restante with two people."""

    def __init__(self, restante: str, home: pathlib.Path):
        port = free_port()
        self.base = f"http://127.0.0.1:{port}/api/v1"
        config = home / "restante.toml"
        config.write_text(
            f'listen = "127.0.0.1:{port}"\npublic_url = "http://127.0.0.1:{port}"\n'
            f'data_dir = "{home}/data"\nextra_accounts = "listed"\n'
            # Nobody may guess so often; these tools do.
            "limits.sign_in_failures = 1000000\n"
        )
        self.log = (home / "log").open("w")
        for person in (ANNA, BOB):
            command = [restante, "user", "set-password", person, "--config", config]
            given = f"{PASSWORD}\n".encode()
            subprocess.run(command, input=given, check=True, stdout=self.log, stderr=self.log)
        command = [restante, "serve", "--config", config]
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log)
        self.wait()

    def wait(self) -> None:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{self.base}/openapi.json").close()
                return
            except OSError:
                if self.process.poll() is not None:
                    raise SystemExit("Restante ended at once")
                time.sleep(0.05)
        raise SystemExit("Restante does not answer")

    def ask(self, method: str, path: str, auth: str, body: bytes | None = None, kind: str = "application/json"):
        request = urllib.request.Request(f"{self.base}{path}", body, method=method)
        request.add_header("Authorization", auth)
        request.add_header("Content-Type", kind)
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or b"null")

    def furnish(self, person: str) -> str:
        """Gives somebody some mail, and a token."""
        pair = base64.b64encode(f"{person}:{PASSWORD}".encode()).decode()
        new = {"name": "contract", "scopes": ["read", "modify", "send", "settings"]}
        made = self.ask("POST", "/tokens", f"Basic {pair}", json.dumps(new).encode())
        bearer = f"Bearer {made['secret']}"
        account = self.ask("GET", "/accounts", bearer)["items"][0]["id"]
        for number, (subject, kind, text) in enumerate(LETTERS):
            letter = (
                f"From: Carla <carla@example.net>\r\nTo: {person}\r\nSubject: {subject}\r\n"
                f"Date: Mon, 2 Nov 2026 10:0{number}:00 +0000\r\nMessage-ID: <{number}@example.net>\r\n"
                f"MIME-Version: 1.0\r\nContent-Type: {kind}; charset=utf-8\r\n\r\n{text}"
            )
            path = f"/accounts/{account}/emails"
            self.ask("POST", path, bearer, letter.encode(), "message/rfc822")
        return made["secret"]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)
        self.log.close()


def with_client(bin: pathlib.Path, service: Service, home: pathlib.Path, tokens: list[str]) -> int:
    document = home / "openapi.json"
    with urllib.request.urlopen(f"{service.base}/openapi.json") as answer:
        document.write_bytes(answer.read())
    made = home / "client"
    generator = [bin / "openapi-python-client", "generate", "--path", document]
    generator += ["--config", HERE / "generator.yaml", "--fail-on-warning"]
    paths = {**os.environ, "PATH": f"{bin}:{os.environ['PATH']}"}
    subprocess.run([*generator, "--output-path", made], check=True, env=paths)
    command = [bin / "python", HERE / "client.py", service.base, *tokens, BOB]
    return subprocess.run(command, env={**os.environ, "PYTHONPATH": str(made)}).returncode


def with_schemathesis(bin: pathlib.Path, service: Service, home: pathlib.Path, tokens: list[str]) -> int:
    command = [bin / "schemathesis", "--config-file", HERE / "schemathesis.toml", "run"]
    command += [f"{service.base}/openapi.json", "--no-color", "--max-failures", "20"]
    people = home / "people.json"
    people.write_text(json.dumps({"auth": [
        {"name": name, "fixedHeaders": [{"name": "Authorization", "value": f"Bearer {token}"}]}
        for name, token in zip(("anna", "bob"), tokens)
    ]}))
    environment = {**os.environ, "PEOPLE": str(people), "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE)}
    return subprocess.run(command, cwd=home, env=environment).returncode


def main() -> int:
    restante, *wanted = sys.argv[1:]
    all_of_it = {"client": with_client, "schemathesis": with_schemathesis}
    bin = tools()
    with tempfile.TemporaryDirectory(prefix="contract") as name:
        home = pathlib.Path(name)
        service = Service(os.path.abspath(restante), home)
        try:
            tokens = [service.furnish(person) for person in (ANNA, BOB)]
            codes = [
                run(bin, service, home, tokens)
                for name, run in all_of_it.items()
                if not wanted or name in wanted
            ]
        finally:
            service.stop()
        if any(codes):
            print((home / "log").read_text()[-4000:])
        return int(any(codes) or not codes)


if __name__ == "__main__":
    sys.exit(main())
