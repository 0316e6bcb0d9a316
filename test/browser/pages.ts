import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchChromium } from '../../scripts/chromium.ts';
import { htmlPolicy } from '../../shared/report/index.ts';

/** Where a test's page is served from: a secure origin that leads nowhere else. */
export const origin = 'https://report.example';

export interface OpenedPage {
  readonly page: Page;
  /** What the browser complained of: policy violations, errors, requests that were not ours. */
  readonly complaints: readonly string[];
  /** Queries that its script asked for. */
  readonly fetched: readonly string[];
}

/** Opens a report as the service would answer it, policy header and all. The caller closes the context. */
export async function openReport(
  browser: Browser,
  html: string,
  options: BrowserContextOptions & {
    readonly hash?: string;
    /** What answers `view=data`. */
    readonly data?: Uint8Array;
  } = {},
): Promise<OpenedPage> {
  const { hash = '', data, ...context } = options;
  const opened = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    reducedMotion: 'reduce',
    ...context,
  });
  opened.setDefaultTimeout(10_000);
  const page = await opened.newPage();
  const complaints: string[] = [];
  const fetched: string[] = [];
  page.on('console', (message) => complaints.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.route('**/*', (route) => {
    if (new URL(route.request().url()).pathname !== '/report') {
      complaints.push(`request: ${route.request().url()}`);
      return route.abort();
    }
    const { searchParams } = new URL(route.request().url());
    if (data !== undefined && searchParams.get('view') === 'data') {
      fetched.push(searchParams.toString());
      return route.fulfill({ body: Buffer.from(data), contentType: 'application/octet-stream' });
    }
    return route.fulfill({
      body: html,
      contentType: 'text/html; charset=utf-8',
      headers: { 'content-security-policy': htmlPolicy },
    });
  });
  await page.addInitScript(
    "addEventListener('securitypolicyviolation', (event) => console.error('policy', event.violatedDirective, event.blockedURI, event.sample))",
  );
  await page.goto(`${origin}/report${hash}`);
  if (context.javaScriptEnabled !== false) await page.locator('html.js').waitFor();
  return { page, complaints, fetched };
}

/** An expression of the page's own language, answered as text. */
export async function ask(page: Page, expression: string): Promise<string> {
  return String(await page.evaluate(expression));
}

/** A browser for the tests of one file. */
export function useBrowser() {
  let launched: Browser | undefined;
  beforeAll(async () => {
    launched = await launchChromium();
  }, 60_000);
  afterAll(() => launched?.close());
  const browser = (): Browser => {
    if (launched === undefined) throw new Error('the browser is not running yet');
    return launched;
  };
  /** Runs a look at a page and closes it; the page must have complained of nothing. */
  const look = async (
    html: string,
    use: (page: Page) => Promise<void>,
    options: BrowserContextOptions & { readonly hash?: string } = {},
  ): Promise<void> => {
    const { page, complaints } = await openReport(browser(), html, options);
    await use(page);
    await page.context().close();
    expect(complaints).toEqual([]);
  };
  return { browser, look };
}
