// Runs before the first paint, as a small blocking script in the head: what would be seen to jump
// when app.js sets it a moment later. Pages work without it.

import { restorePanes } from "./lib/pane_memory";

document.documentElement.setAttribute("data-js", "");
restorePanes(document.documentElement);

// HTML mail is turned dark by the server, which learns here how the system is set (browsers that
// send Sec-CH-Prefers-Color-Scheme tell it themselves). No secret, so a plain cookie.
const dark = matchMedia("(prefers-color-scheme: dark)");
const tell = (): void => {
  const base = document.querySelector<HTMLMetaElement>('meta[name="base"]')?.content || "/";
  document.cookie = `restante-paper=${dark.matches ? "dark" : "light"}; path=${base}; max-age=31536000; samesite=lax`;
};
tell();
dark.addEventListener("change", tell);
