// A mailbox with conversations, collected from a POP3 server: the mail lives here.

/** Whose it is. */
export const TALKS_USER = "talks@pop.example.org";
/** The same mailbox for who has no scripts. */
export const PLAIN_TALKS_USER = "plain-talks@pop.example.org";

/** Nine messages about a boat, two about a tent, one alone: oldest first. */
export function talks() {
  const boat = Array.from({ length: 9 }, (_, at) => talk("Boat", at + 1, at));
  return [...boat, talk("Alone", 1, 10), talk("Tent", 1, 11), talk("Tent", 2, 12)].map((raw) => ({ raw, seen: false }));
}

/** A message of a conversation; `hour` says when. */
export function talk(subject, number, hour) {
  const people = ["Ada Marsh <ada@example.com>", "Ben Moor <ben@example.com>"];
  const id = `${subject.toLowerCase()}.${number}@example.com`;
  const root = number > 1 ? `References: <${subject.toLowerCase()}.1@example.com>\r\n` : "";
  return Buffer.from(
    `From: ${people[(number + 1) % 2]}\r\nTo: someone@pop.example.org\r\nSubject: ${number > 1 ? "Re: " : ""}${subject}\r\n` +
      `Date: Mon, 23 Nov 2026 ${String(hour).padStart(2, "0")}:00:00 +0000\r\nMessage-ID: <${id}>\r\n${root}` +
      `MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nWord ${number} of ${subject}.\r\n`,
  );
}
