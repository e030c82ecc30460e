// What is needed to write; fetched when the first form appears (controllers/panels_controller.ts).

import type { Application } from "@hotwired/stimulus";
import Compose from "./compose/controllers/compose_controller";
import Panel from "./compose/controllers/panel_controller";
import Recipients from "./compose/controllers/recipients_controller";
import { guardWith, type Purify } from "./compose/sanitise";

export { openPanel } from "./compose/panels";

/** `purify` where the browser does not sanitise itself. */
export function start(application: Application, purify?: Purify): void {
  if (purify) guardWith(purify);
  application.register("recipients", Recipients);
  application.register("panel", Panel);
  application.register("compose", Compose);
}
