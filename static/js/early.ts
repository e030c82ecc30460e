// Runs before the first paint, as a small blocking script in the head: what would be seen to jump
// when app.js sets it a moment later. Pages work without it.

import { restorePanes } from "./lib/pane_memory";

document.documentElement.setAttribute("data-js", "");
restorePanes(document.documentElement);
