// Titles with the count of what is unread in front: "(3) Inbox – Restante".

export const counted = /^\([^)]*\d\) /;

/** A title, with the count that stands in front of another. */
export function withCountOf(from: string, title: string): string {
  return (counted.exec(from)?.[0] ?? "") + title.replace(counted, "");
}
