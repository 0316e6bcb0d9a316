import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../../scripts/chromium.ts';
import { auditFolders } from '../../shared/audit/audit-folders.ts';
import type { Report } from '../../shared/report/index.ts';
import { reportAnswer } from '../../shared/service/http/report.ts';
import * as build from '../report/builders.ts';
import { articleReport, blindCluster, crowdedCluster, evenCluster } from '../report/samples.ts';
import { openReport } from './pages.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
}, 60_000);
afterAll(() => browser.close());

async function caseReport(name: string): Promise<Report> {
  const folder = path.join(import.meta.dirname, '../cases', name);
  const { report: audited } = await auditFolders({
    directories: [folder],
    clusters: [],
    now: () => new Date('2026-11-23T06:00:00Z'),
  });
  return audited;
}

/** The page that the service answers a question with. */
async function pageOf(given: Report, query: Readonly<Record<string, string>>): Promise<string> {
  const url = new URL('https://report.example/api/report');
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const answer = await reportAnswer(
    {
      method: 'GET',
      url: url.href,
      headers: new Headers({ accept: 'text/html' }),
      query: url.searchParams,
      params: {},
      text: () => Promise.resolve(''),
    },
    { read: () => Promise.resolve(given) },
  );
  return String(answer.body);
}

/** Sheets of A4 that Chromium makes of a page. */
async function sheets(html: string): Promise<number> {
  const { page } = await openReport(browser, html);
  const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
  await page.context().close();
  return (pdf.toString('latin1').match(/\/Type\s*\/Page\b/gu) ?? []).length;
}

const cases = [
  'backend-drift',
  'ingress-migration',
  'probe-mismatch',
  'security-groups',
  'seed-1-basic-local',
  'several-load-balancers',
];

describe('on paper', () => {
  test.each(cases)('the cluster of %s takes at most 3 sheets', async (name) => {
    const given = await caseReport(name);
    const cluster = given.clusters[0]?.name ?? '';
    const count = await sheets(await pageOf(given, { cluster }));
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThanOrEqual(3);
  });

  test.each([
    { name: 'the article', given: articleReport },
    { name: '40 pods on 30 nodes', given: build.report([crowdedCluster]) },
    { name: 'a healthy Service', given: build.report([evenCluster]) },
    { name: 'a cluster of which little is known', given: build.report([blindCluster]) },
  ])('$name takes at most 3 sheets', async ({ given }) => {
    const cluster = given.clusters[0]?.name ?? '';
    expect(await sheets(await pageOf(given, { cluster }))).toBeLessThanOrEqual(3);
  });

  test('a cluster with 400 findings on 120 Services takes at most 3 sheets, and says what is left out', async () => {
    const services = Array.from({ length: 120 }, (_each, at) =>
      build.service({ name: `web-${at}` }),
    );
    const findings = Array.from({ length: 400 }, (_each, at) =>
      build.finding({
        fingerprint: at.toString(16).padStart(16, '0'),
        subject: { kind: 'Service', namespace: 'shop', name: `web-${at % 120}` },
        title: `2 of 3 ready pods of shop/web-${at % 120} receive no traffic on a cluster of many`,
      }),
    );
    const html = await pageOf(build.report([build.cluster({ services, findings })]), {
      cluster: 'aks-app',
    });
    expect(html).toContain('Printed: the worst 18 of 400 findings.');
    expect(await sheets(html)).toBeLessThanOrEqual(3);
  });

  test.each(['backend-drift', 'seed-1-basic-local', 'several-load-balancers'])(
    'each finding of %s takes one sheet',
    async (name) => {
      const given = await caseReport(name);
      const prints = given.clusters.flatMap((each) =>
        each.findings.map(({ fingerprint }) => fingerprint),
      );
      const counts: number[] = [];
      for (const finding of prints) counts.push(await sheets(await pageOf(given, { finding })));
      expect(counts.length).toBeGreaterThan(5);
      expect(new Set(counts)).toEqual(new Set([1]));
    },
    60_000,
  );

  test.each([
    { name: 'the article', given: articleReport, most: 1 },
    { name: '40 pods on 30 nodes', given: build.report([crowdedCluster]), most: 2 },
  ])('the Service of $name takes at most $most sheets', async ({ given, most }) => {
    const [cluster] = given.clusters;
    const [service] = cluster?.services ?? [];
    const query = {
      cluster: cluster?.name ?? '',
      service: `${service?.namespace ?? ''}/${service?.name ?? ''}`,
    };
    expect(await sheets(await pageOf(given, query))).toBeLessThanOrEqual(most);
  });

  test('what only a screen can use is gone', async () => {
    const { page } = await openReport(browser, await pageOf(articleReport, { cluster: 'aks-app' }));
    await page.emulateMedia({ media: 'print' });
    for (const part of ['header.bar', '.command button', '.copies', '.filters', '.formats'])
      expect([part, await page.locator(part).first().isVisible()]).toEqual([part, false]);
    expect(await page.locator('svg.map.wide').first().isVisible()).toBe(true);
    expect(await page.locator('.fix .command pre').first().isVisible()).toBe(true);
    await page.context().close();
  });
});

test('nothing waits to be scrolled to: a capture of the whole page has no blank cards', async () => {
  const { page } = await openReport(browser, await pageOf(articleReport, {}));
  const waiting = await page.evaluate(
    "[...document.querySelectorAll('main, main *')].filter((each) => getComputedStyle(each).contentVisibility === 'auto').length",
  );
  await page.context().close();
  expect(waiting).toBe(0);
});
