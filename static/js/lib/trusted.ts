// The only Trusted Types policy. It passes HTML through, so hand it nothing but an answer of our own
// server, which escapes and sanitises; every other HTML sink stays refused by the browser. DOMPurify
// parses with it as well, into documents where nothing runs (compose/sanitise.ts).

interface Policy {
  createHTML(html: string): string;
}
interface PolicyFactory {
  createPolicy(name: string, rules: { createHTML(html: string): string }): Policy;
}

const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
export const policy = factory?.createPolicy("restante", { createHTML: (html) => html });

export function trusted(html: string): string {
  return policy ? policy.createHTML(html) : html;
}

/** A page of our own server as a document: its scripts do not run. */
export function parse(html: string): Document {
  return new DOMParser().parseFromString(trusted(html), "text/html");
}
