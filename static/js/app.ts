// The browser side of Restante; see static/README.md. Pages work without it, so everything here
// starts from what the markup says.

import { Application } from "@hotwired/stimulus";
import "@hotwired/turbo";
import { controllers } from "./controllers";
import { takeActions } from "./lib/actions";
import { takeOverTurbo } from "./lib/http";
import { restorePanes } from "./lib/pane_memory";
import { keepPage, sayOffline } from "./page";

document.documentElement.setAttribute("data-js", "");
restorePanes(document.documentElement);
takeOverTurbo();
takeActions();
keepPage();
sayOffline();

const application = Application.start();
for (const [identifier, controller] of Object.entries(controllers)) application.register(identifier, controller);
