// The world of the browser tests: a private Dovecot with the sample mailbox, an Exim that delivers
// into it, and a running Restante. Started once by run.mjs; the tests find it through
// $RESTANTE_WORLD.

import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "../../..");
export const PASSWORD = "restante";
export const SAMPLE = "robin@example.org";

/** Somebody with a POP3 account: all addresses of this domain have one. */
export const COLLECTED = "robin@pop.example.org";

const target = join(process.env.CARGO_TARGET_DIR ?? join(ROOT, "target"), "debug");
const binary = process.env.RESTANTE_BIN ?? join(target, "restante");
const sampler = process.env.RESTANTE_SAMPLER ?? join(target, "examples/sample_mail");

/** Octets of a message that Exim takes unless told otherwise: one file of 20 MB fits, base64 included. */
const MESSAGE_MOST = "30M";

/**
 * Starts the three servers. `users` names further users with messages ({ raw, seen? }) for their
 * inbox. `path` is the base path, `most` the size of a message that Exim takes. Returns { url, ports,
 * pid, restart(), stop() }: Restante alone starts anew, at the same address and with the same data.
 */
export async function start({ users = {}, path = "", samples = 300, most = MESSAGE_MOST } = {}) {
  const dir = mkdtempSync(join(tmpdir(), "restante-browser-"));
  chmodSync(dir, 0o711); // Dovecot's own user has to pass
  const mail = join(dir, "mail");
  run(sampler, [join(mail, "mail", SAMPLE, "Maildir"), String(samples)]);
  for (const [user, messages] of Object.entries(users)) {
    fill(join(mail, "mail", user, "Maildir"), messages);
  }
  const dovecot = await startServer("dovecot.sh", [mail], { DOVECOT_PASSWORD: PASSWORD });
  const exim = await startServer("exim.sh", [join(dir, "exim"), mail], { EXIM_PASSWORD: PASSWORD, EXIM_SIZE: most });
  const port = await freePort();
  const url = `http://localhost:${port}${path}`;
  const config = join(dir, "restante.toml");
  writeFileSync(
    config,
    `listen = "127.0.0.1:${port}"
public_url = "${url}"
data_dir = "${join(dir, "data")}"
time_zone = "Europe/Berlin"
[[servers]]
domains = ["pop.example.org"]
pop3 = "pop3s://127.0.0.1:${dovecot.ports.POP3S}"
smtp = "smtp://127.0.0.1:${exim.ports.SMTP_STARTTLS}"
tls_ca = "${join(mail, "ca.pem")}"
[[servers]]
domains = ["example.org"]
imap = "imaps://127.0.0.1:${dovecot.ports.IMAPS}"
smtp = "smtp://127.0.0.1:${exim.ports.SMTP_STARTTLS}"
tls_ca = "${join(mail, "ca.pem")}"
`,
  );
  // Variables named RESTANTE_… are settings to the server, and switches of the tests to us.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("RESTANTE_")));
  let app;
  let log = "";
  const begin = async () => {
    app = spawn(binary, ["serve", "--config", config], { stdio: ["ignore", "pipe", "pipe"], env });
    app.stdout.on("data", (bytes) => (log += bytes));
    app.stderr.on("data", (bytes) => (log += bytes));
    await healthy(`http://127.0.0.1:${port}${path}/healthz`, app, () => log);
  };
  const end = async (signal) => {
    app.kill(signal);
    if (app.exitCode === null && app.signalCode === null) await new Promise((done) => app.once("exit", done));
  };
  const stop = async () => {
    await end();
    exim.stop();
    await exim.ended;
    dovecot.stop();
    await dovecot.ended;
    rmSync(dir, { recursive: true, force: true });
  };
  /** As a crash or a loss of power would: nothing is said before. */
  const restart = async () => {
    await end("SIGKILL");
    await begin();
  };
  try {
    await begin();
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, path, ports: { ...dovecot.ports, ...exim.ports }, dir, log: () => log, pid: app.pid, restart, stop };
}

/** What run.mjs has started, for the tests. */
export function world() {
  const text = process.env.RESTANTE_WORLD;
  if (!text) throw new Error("start these tests with: node tests/browser/run.mjs");
  return JSON.parse(text);
}

/** A message with an HTML body and nothing else. */
export function htmlMessage(subject, html, extra = "") {
  const body = Buffer.from(html, "utf8").toString("base64").replace(/.{76}/g, "$&\r\n");
  return Buffer.from(
    `From: Payload <payload@example.com>\r\nTo: ${SAMPLE}\r\nSubject: ${subject}\r\n` +
      `Date: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <${subject}@example.com>\r\n${extra}` +
      `MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n` +
      `Content-Transfer-Encoding: base64\r\n\r\n${body}\r\n`,
  );
}

/** A port of 127.0.0.1 that nobody listens on. */
export function freePort() {
  return new Promise((done, fail) => {
    const server = createServer().once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

function fill(maildir, messages) {
  for (const part of ["cur", "new", "tmp"]) mkdirSync(join(maildir, part), { recursive: true });
  messages.forEach(({ raw, seen = true }, number) => {
    const name = `${1700000000 + number}.M0P${number}.restante,S=${raw.length}:2,${seen ? "S" : ""}`;
    writeFileSync(join(maildir, "cur", name), raw);
  });
}

/** A server of tests/servers lives as long as the pipe to its wrapper does. */
async function startServer(script, parameters, env) {
  const child = spawn("bash", [join(ROOT, "tests/servers", script), "run", ...parameters], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...env },
    detached: true, // Ctrl-C reaches us, and we stop it
  });
  const ended = new Promise((done) => child.once("exit", done));
  await new Promise((done, fail) => {
    let text = "";
    child.stdout.on("data", (bytes) => (text += bytes).includes("ready\n") && done());
    child.once("exit", () => fail(new Error(`${script} did not start`)));
  });
  const lines = readFileSync(join(parameters[0], "ports"), "utf8").trim().split("\n");
  const ports = Object.fromEntries(lines.map((line) => line.split("=")));
  return { ports, ended, stop: () => child.stdin.end() };
}

async function healthy(url, app, log) {
  for (;;) {
    if (app.exitCode !== null || app.signalCode !== null) throw new Error(`Restante ended at once:\n${log()}`);
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) return;
    await new Promise((done) => setTimeout(done, 50));
  }
}

function run(program, parameters) {
  const { status, error } = spawnSync(program, parameters, { stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw error ?? new Error(`${program} failed`);
}
