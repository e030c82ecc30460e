// Small mailboxes for tests that change things, and delivery while they run.

import { createConnection } from "node:net";
import { createInterface } from "node:readline";

/** Who gets such a mailbox; each test file takes its own. */
export const LETTER_USERS = ["plain@example.org", "keys@example.org", "acts@example.org", "live@example.org", "house@example.org", "writing@example.org", "files@example.org", "letters@example.org", "friend@example.org", "labels@example.org"];

/** How many letters: two pages of them. */
export const LETTERS = 60;

/** The letters, oldest first: "Letter 1" to "Letter 60", the last five unread. */
export function letters() {
  return Array.from({ length: LETTERS }, (_, at) => ({
    raw: letter(`Letter ${at + 1}`, `This is the text of letter ${at + 1}.`),
    seen: at < LETTERS - 5,
  }));
}

/** One message. */
export function letter(subject, text) {
  return Buffer.from(
    `From: Ada Marsh <ada@example.com>\r\nTo: someone@example.org\r\nSubject: ${subject}\r\n` +
      `Date: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <${subject.replaceAll(/\W/g, ".")}@example.com>\r\n` +
      `MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${text}\r\n`,
  );
}

/** Does something to a mailbox over IMAP, as another program would: one command after the other. */
export async function elsewhere(port, user, password, commands) {
  const socket = createConnection({ port: Number(port), host: "127.0.0.1" });
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  await lines.next();
  const said = [];
  for (const [at, command] of [`LOGIN ${user} ${password}`, ...commands, "LOGOUT"].entries()) {
    socket.write(`t${at} ${command}\r\n`);
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`IMAP hung up at ${command}`);
      said.push(value);
      if (value.startsWith(`t${at} OK`)) break;
      if (value.startsWith(`t${at} `)) throw new Error(`IMAP said ${value} to ${command}`);
    }
  }
  socket.end();
  return said;
}

/** Delivers a message by LMTP, as a mail server does. */
export async function deliver(port, user, raw) {
  const socket = createConnection({ port: Number(port), host: "127.0.0.1" });
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const expect = async (code) => {
    for (;;) {
      const { value = "" } = await lines.next();
      if (!value.startsWith(code)) throw new Error(`LMTP said ${value} instead of ${code}`);
      if (value[3] !== "-") return;
    }
  };
  await expect("220");
  const talk = [
    ["LHLO test.example", "250"],
    ["MAIL FROM:<ada@example.com>", "250"],
    [`RCPT TO:<${user}>`, "250"],
    ["DATA", "354"],
    [`${raw}\r\n.`, "250"],
    ["QUIT", "221"],
  ];
  for (const [line, code] of talk) {
    socket.write(`${line}\r\n`);
    await expect(code);
  }
  socket.end();
}
