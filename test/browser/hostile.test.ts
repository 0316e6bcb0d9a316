import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../../scripts/chromium.ts';
import { render, type Report } from '../../shared/report/index.ts';
import { clean } from '../../shared/report/clean.ts';
import { hostileStrings, poisoned, withEveryField } from '../report/hostile.ts';
import { trendReport } from '../report/html/samples.ts';
import { ask, openReport } from './pages.ts';

let browser: Browser;
/** An empty page whose parser reads reports as text: nothing of them is loaded or run. */
let blank: Page;
beforeAll(async () => {
  browser = await launchChromium();
  blank = await browser.newPage();
}, 60_000);
afterAll(() => browser.close());

/** A text of letters alone, as long as the other, so that what is cut is cut alike. */
function harmless(text: string): string {
  return 'w'.repeat(Math.max(1, Array.from(clean(text)).length));
}

/** Every element with the names of its attributes, as the browser's parser sees them. */
async function elements(text: string, type: 'text/html' | 'text/xml'): Promise<string> {
  return ask(
    blank,
    `(() => {
      const found = new DOMParser().parseFromString(${JSON.stringify(text)}, '${type}');
      if (found.querySelector('parsererror')) return 'parsererror';
      const names = [...found.querySelectorAll('*')].filter((each) => each.localName !== 'title').map(
        (each) => each.localName + [...each.attributes].map(({ name }) => '[' + name + ']').join(''),
      );
      return names.join('\\n');
    })()`,
  );
}

/** Values that the browser would load or run: addresses and identifiers. */
async function addresses(text: string): Promise<readonly string[]> {
  const found = await ask(
    blank,
    `[...new DOMParser().parseFromString(${JSON.stringify(text)}, 'text/html').querySelectorAll('[href], [src], [style], [srcdoc]')].map((each) => each.getAttribute('href') ?? 'BAD').join('\\n')`,
  );
  return found.split('\n');
}

const whole = withEveryField(trendReport);
const strings = hostileStrings.map((text) => ({ text, name: JSON.stringify(text) }));

describe.each(strings)('$name', ({ text }) => {
  test('leaves the page with the elements that it has without it', async () => {
    const bad = render(poisoned(whole, text), 'html');
    const good = render(poisoned(whole, harmless(text)), 'html');
    const [badElements, goodElements] = [
      await elements(bad, 'text/html'),
      await elements(good, 'text/html'),
    ];
    expect(counts(badElements)).toEqual(counts(goodElements));
    const foreign = (await addresses(bad)).filter(
      (address) =>
        !/^(?:#|data:,$|https:\/\/portal\.azure\.com\/#resource\/subscriptions\/)/u.test(address),
    );
    expect(foreign).toEqual([]);
  });

  test('leaves JUnit with the elements that it has without it', async () => {
    const bad = await elements(render(poisoned(whole, text), 'junit'), 'text/xml');
    const good = await elements(render(poisoned(whole, harmless(text)), 'junit'), 'text/xml');
    expect(bad).not.toBe('parsererror');
    expect(bad).toBe(good);
  });
});

/** How often each kind of element is there; pictures draw one more or less where a text is cut. */
function counts(names: string): Readonly<Record<string, number>> {
  const groups = Map.groupBy(names.split('\n'), (name) => name);
  return Object.fromEntries([...groups].map(([name, all]) => [name, all.length]));
}

test('a page of all of them runs none, asks for nothing, and still works', async () => {
  const all: Report = {
    ...trendReport,
    clusters: hostileStrings.flatMap((text, at) =>
      poisoned(whole, text).clusters.map((cluster, index) => ({
        ...cluster,
        id: `${cluster.id} ${at}-${index}`,
      })),
    ),
  };
  const { page, complaints } = await openReport(
    browser,
    render(all, 'html', { html: { served: true } }),
  );
  expect(await ask(page, 'window.hit')).toBe('undefined');
  await page.locator('.filters [name="text"]').fill('<script>');
  expect(await page.locator('#count').innerText()).toMatch(/^\d+ of \d+ findings$/u);
  await page.evaluate(
    'for (const details of document.querySelectorAll("details")) details.open = true',
  );
  for (const name of ['severity', 'title', 'cluster', 'rule', 'state', 'since'])
    await page.locator(`th[data-sort="${name}"] button`).click();
  await page.locator('#clear').click();
  expect(await ask(page, 'window.hit')).toBe('undefined');
  expect(await ask(page, 'Object.keys(Object.prototype).length')).toBe('0');
  await page.context().close();
  expect(complaints).toEqual([]);
}, 30_000);
