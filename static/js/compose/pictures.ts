// Pictures in the text: the editor shows them by the address of their attachment, the message refers
// to them by Content-ID. Both ways are done on HTML that the browser wrote itself.

export interface Picture {
  cid: string;
  url: string;
}

export function toCids(html: string, pictures: Iterable<Picture>): string {
  return replace(html, [...pictures].map(({ cid, url }) => [attribute(url), `cid:${attribute(cid)}`]));
}

export function toUrls(html: string, pictures: Iterable<Picture>): string {
  return replace(html, [...pictures].map(({ cid, url }) => [`cid:${attribute(cid)}`, attribute(url)]));
}

function replace(html: string, pairs: [string, string][]): string {
  return pairs.reduce((text, [from, to]) => text.replaceAll(`src="${from}"`, `src="${to}"`), html);
}

/** As browsers write attributes. */
function attribute(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll("\u00a0", "&nbsp;").replaceAll('"', "&quot;");
}
