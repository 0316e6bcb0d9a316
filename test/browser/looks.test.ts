import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { largeReport } from '../../scripts/bench/large-report.ts';
import { launchChromium } from '../../scripts/chromium.ts';
import { auditFolders } from '../../shared/audit/audit-folders.ts';
import { render, type Report } from '../../shared/report/index.ts';
import { report } from '../report/builders.ts';
import { balancersReport, longNamesReport, trendReport } from '../report/html/samples.ts';
import {
  articleCluster,
  articleReport,
  blindCluster,
  crowdedCluster,
  deniedCluster,
  evenCluster,
} from '../report/samples.ts';
import { sampled } from '../support/long.ts';
import { ask, openReport } from './pages.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
}, 60_000);
afterAll(() => browser.close());

async function caseReport(name: string): Promise<Report> {
  const { report: audited } = await auditFolders({
    directories: [path.join(import.meta.dirname, '../cases', name)],
    clusters: [],
    now: () => new Date('2026-11-23T06:00:00Z'),
  });
  return audited;
}
const guardedReport = await caseReport('security-groups');
const unplacedReport = await caseReport('several-load-balancers');
const migratingReport = await caseReport('ingress-migration');

const sharedName = report(
  ['rg-westeurope', 'rg-northeurope'].map((resourceGroup) => ({
    ...articleCluster,
    id: `/subscriptions/s/resourcegroups/${resourceGroup}/providers/microsoft.containerservice/managedclusters/aks-app`,
    resourceGroup,
  })),
);

const reports: readonly {
  readonly name: string;
  readonly given: Report;
  readonly hash?: string;
}[] = [
  { name: 'the article', given: articleReport },
  { name: 'a healthy Service', given: report([evenCluster]) },
  { name: '40 pods on 30 nodes', given: report([crowdedCluster]) },
  { name: 'several load balancers', given: balancersReport },
  { name: 'unknown inputs', given: report([blindCluster]) },
  { name: 'names as long as Kubernetes allows', given: longNamesReport },
  {
    name: 'an option and an address wider than a phone',
    given: longNamesReport,
    hash: `#finding=${longNamesReport.clusters[0]?.findings[0]?.fingerprint ?? ''}`,
  },
  { name: 'a fleet with a past', given: trendReport },
  { name: 'a finding', given: trendReport, hash: '#finding=c0ffee0000000001' },
  {
    name: 'a Service',
    given: trendReport,
    hash: '#cluster=aks-app&service=default%2Fecho-service',
  },
  { name: 'a cluster of a fleet', given: trendReport, hash: '#cluster=aks-kept' },
  { name: 'what a run changed', given: trendReport, hash: '#changes' },
  { name: 'a stale finding', given: trendReport, hash: '#finding=feed000000000001' },
  { name: 'a resolved finding', given: trendReport, hash: '#finding=feed000000000002' },
  { name: 'closed by a security group', given: guardedReport },
  { name: 'Services that no load balancer takes', given: unplacedReport },
  { name: 'hosts that migrate', given: migratingReport },
  { name: 'a cluster that was not read', given: report([deniedCluster]) },
  { name: 'clusters that share a name', given: sharedName },
  { name: '1,000 clusters', given: largeReport(1_000) },
];

const pages = reports.flatMap(({ given, hash }) => (given === trendReport ? (hash ?? []) : []));

/** Boxes of a page that are wrong: outside of the page or their picture, over each other, cut without a title. */
const wrongBoxes = `(() => {
  const wrong = [];
  const say = (what, element) => wrong.push(what + ': ' + (element.textContent || element.className).slice(0, 60));
  for (const details of document.querySelectorAll('details')) details.open = true;
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth) wrong.push('the page scrolls sideways');
  for (const box of document.querySelectorAll('.wrap')) if (box.scrollWidth > box.clientWidth) say('scrolls sideways', box);
  for (const element of document.querySelectorAll('main *:not(svg *):not(thead *)')) {
    const { left, right, width } = element.getBoundingClientRect();
    if (width > 1 && (left < -1 || right > innerWidth + 1)) say('outside of the page', element);
  }
  for (const element of document.querySelectorAll('main *')) {
    const style = getComputedStyle(element);
    const hides = style.overflowX === 'hidden' || style.textOverflow === 'ellipsis';
    if (hides && element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1) say('cut', element);
  }
  for (const element of document.querySelectorAll('.tile a, [aria-label=Sources] th')) {
    element.style.overflowWrap = 'normal';
    if (element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1) say('a word is broken', element);
  }
  for (const svg of document.querySelectorAll('svg.map[role=img]')) {
    const frame = svg.getBoundingClientRect();
    if (frame.width === 0) continue;
    const texts = [...svg.querySelectorAll('text')];
    const boxes = texts.map((text) => text.getBoundingClientRect());
    const shapes = [...svg.querySelectorAll('rect.node, rect.pod, rect.entry, rect.lane, rect.track')].map((rect) => rect.getBoundingClientRect());
    texts.forEach((text, at) => {
      const box = boxes[at];
      if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1) say('outside of the map', text);
      if (text.lastChild.textContent.includes('…') && text.querySelector('title') === null) say('cut without a title', text);
      for (const other of boxes.slice(at + 1)) {
        const wide = Math.min(box.right, other.right) - Math.max(box.left, other.left);
        const high = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
        if (wide > 1 && high > 3) say('over another text', text);
      }
      for (const shape of shapes) {
        const high = Math.min(box.bottom, shape.bottom) - Math.max(box.top, shape.top);
        const inside = box.left >= shape.left - 0.5 && box.right <= shape.right + 0.5;
        const apart = box.right <= shape.left + 0.5 || box.left >= shape.right - 0.5;
        if (high > 3 && !inside && !apart) say('over an edge', text);
      }
    });
  }
  return wrong.slice(0, 10);
})()`;

// On a phone, where least fits, all of them; else one in three in the short form.
describe.each([
  { widths: [400, 320], scheme: 'dark' as const, looked: reports },
  { widths: [1280], scheme: 'light' as const, looked: sampled(reports, 3) },
  { widths: [1920], scheme: 'dark' as const, looked: sampled(reports, 3, 1) },
])('at $widths px, $scheme', ({ widths, scheme, looked }) => {
  test.each(looked)(
    '$name: nothing overlaps, is cut, or scrolls sideways',
    async ({ given, hash = '' }) => {
      const { page, complaints } = await openReport(browser, render(given, 'html'), {
        viewport: { width: widths[0] ?? 0, height: 900 },
        colorScheme: scheme,
        hash,
      });
      expect(await page.locator('#view').count()).toBe(hash === '' ? 0 : 1);
      const wrong: unknown[] = [];
      for (const at of widths) {
        await page.setViewportSize({ width: at, height: 900 });
        const found = (await page.evaluate(wrongBoxes)) as readonly string[];
        wrong.push(...found.map((each) => `${at} px: ${each}`));
      }
      await page.context().close();
      expect(wrong).toEqual([]);
      expect(complaints).toEqual([]);
    },
  );
});

describe('for everybody', () => {
  const screens = [
    { width: 1280, scheme: 'light' as const },
    { width: 1280, scheme: 'dark' as const },
    { width: 400, scheme: 'light' as const },
    { width: 400, scheme: 'dark' as const },
  ];
  test.each(sampled(screens, 3))(
    'axe finds nothing at $width px, $scheme',
    async ({ width, scheme }) => {
      const { page } = await openReport(browser, render(trendReport, 'html'), {
        viewport: { width, height: 900 },
        colorScheme: scheme,
      });
      await page.evaluate(axe);
      const found: unknown[] = [];
      for (const hash of ['', ...pages]) {
        await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
        await page.locator('#view').waitFor({ state: hash === '' ? 'detached' : 'attached' });
        await page.evaluate(
          'for (const details of document.querySelectorAll("details")) details.open = true',
        );
        found.push(
          await page.evaluate(
            `axe.run().then(({ violations }) => violations.map(({ id, impact, nodes }) => location.hash + ' ' + id + ' ' + impact + ' ' + nodes[0].html.slice(0, 200)))`,
          ),
        );
      }
      await page.context().close();
      expect(found.flat()).toEqual([]);
    },
    30_000,
  );
});

describe('without colour', () => {
  test('a pod without traffic is greyed, dashed and worded, and not struck out as if it were deleted', async () => {
    const { page } = await openReport(browser, render(articleReport, 'html'));
    const style = (selector: string, property: string): Promise<string> =>
      ask(page, `getComputedStyle(document.querySelector('svg.map.wide ${selector}')).${property}`);
    expect(await style('text.off', 'textDecorationLine')).toBe('none');
    expect(await style('text.off', 'fill')).not.toBe(await style('text.name:not(.off)', 'fill'));
    expect(await style('rect.pod.out', 'strokeDasharray')).not.toBe('none');
    expect(await style('rect.pod.up', 'strokeDasharray')).toBe('none');
    expect(
      await page.locator('svg.map.wide text', { hasText: 'no traffic' }).count(),
    ).toBeGreaterThan(1);
    await page.context().close();
  });
});
