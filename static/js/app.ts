// The browser side of Restante; see static/README.md. Pages work without it, so everything here
// starts from what the markup says.

import { Application } from "@hotwired/stimulus";
import "@hotwired/turbo";
import { controllers } from "./controllers";
import { takeActions } from "./lib/actions";
import { attendReader } from "./lib/coming";
import { takeOverTurbo } from "./lib/http";
import { restorePanes } from "./lib/pane_memory";
import { completePage } from "./lib/whole";
import { keepPage, sayOffline } from "./page";

export * from "./shared";

if (!document.documentElement.dataset.js) document.documentElement.dataset.js = "";
restorePanes(document.documentElement);
takeOverTurbo();
attendReader();
takeActions();
keepPage();
sayOffline();

const application = Application.start();
const register = (named: object): void => {
  for (const [identifier, controller] of Object.entries(named)) application.register(identifier, controller);
};
register(controllers);
completePage(register);
document.addEventListener("turbo:load", () => completePage(register));
