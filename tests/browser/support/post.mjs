// Messages whose looks are tested: HTML of several heights and colours, remote and inline images.

import { htmlMessage } from "./world.mjs";

export const POST_USER = "post@example.org";

/** A red pixel. */
const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

const paragraphs = (count) => Array.from({ length: count }, (_, at) => `<p>Paragraph ${at + 1} of a message that is read from its top to its foot.</p>`).join("");

/** The messages, oldest first. */
export function post() {
  return [
    htmlMessage("Left out", `<style>.wide{width:100%}</style><div style="font-size:0;line-height:0"><img src="https://pictures.example/a.png" alt="Spring sale" width="320" height="80"><br><img class="wide" style="display:block;border:0" src="https://pictures.example/b.png" width="600" height="150"><img src="https://pictures.example/c.png" alt="Counted" width="1" height="1"></div><p id="below">Below</p>`),
    htmlMessage("Tall", `<html><body>${paragraphs(60)}</body></html>`),
    htmlMessage("Wide", `<table width="2400"><tr><td>left</td><td align="right">right</td></tr></table>`),
    htmlMessage("Remote", `<p>Look:</p><img src="https://pictures.example/one.png" width="40" height="40"><img src="http://tracker.example/open.gif?who=me"><div style="background-image: url(https://pictures.example/back.png)">x</div>`),
    htmlMessage("Plain looks", `<p>Black on white, as most mail is. <a href="https://example.com/">A link</a></p>`),
    htmlMessage("Own colours", `<body bgcolor="#fff4d6"><table bgcolor="#ffe9a8"><tr><td><font color="#803300">Warm letters on warm paper.</font></td></tr></table></body>`),
    inline(),
    plain("Addresses", "Go to https://example.com/page and\r\n> what you said\r\n> and more\r\n\r\n-- \r\nRobin"),
  ].map((raw) => ({ raw, seen: true }));
}

function plain(subject, text) {
  return Buffer.from(
    `From: Ada Marsh <ada@example.com>\r\nTo: post@example.org\r\nSubject: ${subject}\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n` +
      `Message-ID: <${subject}@example.com>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${text}\r\n`,
  );
}

/** A picture in the text, as a part and as a data: address, and a file beside it. */
function inline() {
  return Buffer.from(
    `From: Ada Marsh <ada@example.com>\r\nTo: post@example.org\r\nSubject: Inline\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n` +
      `Message-ID: <inline@example.com>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=out\r\n\r\n` +
      `--out\r\nContent-Type: multipart/related; boundary=in\r\n\r\n` +
      `--in\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Here it is:</p><img src="cid:pixel@example.com" width="20" height="20"><img src="data:image/png;base64,${PIXEL}" width="20" height="20">\r\n` +
      `--in\r\nContent-Type: image/png\r\nContent-ID: <pixel@example.com>\r\nContent-Transfer-Encoding: base64\r\n\r\n${PIXEL}\r\n--in--\r\n` +
      `--out\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Disposition: attachment; filename="notes.txt"\r\n\r\nSome notes.\r\n--out--\r\n`,
  );
}
