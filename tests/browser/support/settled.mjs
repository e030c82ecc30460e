// Pages over several accounts, of settings, and those that ask before something goes, for axe and for
// screenshots, as pages.mjs has the others.

import { folderPath } from "./browser.mjs";

/** The page that the first such link of another leads to. */
async function first(page, path, link) {
  await page.goto(path);
  await page.goto(await page.locator(link).first().evaluate((one) => one.href));
}

/** [name, go(page, url)] */
export const SETTLED = [
  ["all-inboxes", (page, url) => page.goto(`${url}/all`)],
  ["search-everywhere", (page, url) => page.goto(`${url}/search?q=${encodeURIComponent("from:hugo")}`)],
  ["settings-writing", (page, url) => page.goto(`${url}/settings/writing`)],
  ["settings-tokens", (page, url) => page.goto(`${url}/settings/tokens`)],
  ["settings-accounts", (page, url) => page.goto(`${url}/settings/accounts`)],
  ["settings-accounts-new", (page, url) => page.goto(`${url}/settings/accounts/new`)],
  ["settings-account", (page, url) => first(page, `${url}/settings/accounts`, "main a[href*='/settings/accounts/']:not([href$='/new'])")],
  ["settings-identity", (page, url) => first(page, `${url}/settings/identities`, "main a[href*='/settings/identities/']")],
  ["folder-deletion", async (page, url) => {
    await page.goto(`${url}/`);
    await page.goto(`${new URL(await folderPath(page, "Atlas"), url).href}/deletion`);
  }],
  ["message-deletion", async (page, url) => {
    await page.goto(`${url}/`);
    const path = await page.$eval(".row__link", (link) => link.getAttribute("href").split("?")[0]);
    await page.goto(`${new URL(path, url).href}/deletion`);
  }],
  ["api-docs", (page, url) => page.goto(`${url}/api/v1/docs`)],
];
