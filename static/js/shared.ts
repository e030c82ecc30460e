// What all bundles use. It lies in app.js, which gives it to later.js and compose.js: modules with a state
// (requests under way, the Trusted Types policy) must be there only once.

export { Controller } from "@hotwired/stimulus";
export { config, fetch as send, morphChildren, morphElements, renderStreamMessage, useIdiomorph, visit } from "@hotwired/turbo";
export { actionsBegun, actionsDone } from "./lib/actions";
export { activity } from "./lib/activity";
export { Countdown } from "./lib/countdown";
export { request, submit } from "./lib/http";
export { dropReturning, isGone } from "./lib/optimism";
export { boxOf, idOf, idsOf, isOnly, linkOf, listAddress, openMessage, rowOf, rowsIn, scrollerOf, selectionForm, setMark, valueOf } from "./lib/rows";
export { remember, remembered } from "./lib/memory";
export { keepPaneWidth } from "./lib/pane_memory";
export { isGoingBack } from "./lib/places";
export { tell } from "./lib/tell";
export { parse, policy } from "./lib/trusted";
export { dress } from "./lib/whole";
export { count, numbered, say } from "./lib/words";
