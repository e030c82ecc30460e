// DOMPurify, for browsers that have no sanitiser of their own; controllers/panels_controller.ts
// fetches it together with compose.js. What else has to be gone, compose/sanitise.ts sees to.

import DOMPurify from "dompurify";
import { policy } from "./shared";

const purifier = DOMPurify(window);

/** What the HTML says, with these elements and attributes alone. */
export function purify(html: string, tags: string[], attributes: string[]): Node {
  const clean: unknown = purifier.sanitize(html, {
    ALLOWED_TAGS: tags,
    ALLOWED_ATTR: attributes,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    // DOMPurify's own, with our pictures' schemes; every attribute has to pass it.
    ALLOWED_URI_REGEXP: /^(?:(?:https?|mailto|tel|sms|xmpp|ftp|cid|blob|data):|[^a-z]|[a-z+.-]+(?:[^a-z+.\-:]|$))/i,
    ADD_URI_SAFE_ATTR: ["data-css"],
    RETURN_DOM_FRAGMENT: true,
    SANITIZE_NAMED_PROPS: false,
    ...(policy ? { TRUSTED_TYPES_POLICY: policy as never } : {}),
  });
  return clean instanceof DocumentFragment ? clean : document.createDocumentFragment();
}
