import { describe, expect, test } from '@jest/globals';
import { largeReport } from '../../scripts/bench/large-report.ts';
import { pageDataOf, render } from '../../shared/report/index.ts';
import { cluster, finding, report } from '../report/builders.ts';
import { fleetReport } from '../report/samples.ts';
import { ask, openReport, useBrowser } from './pages.ts';

const { look, browser } = useBrowser();

const fleet = render(fleetReport, 'html');

/** 1,200 findings on 30 clusters: more than stand in the page itself. */
const many = render(
  report(
    Array.from({ length: 30 }, (_, at) =>
      cluster({
        name: `aks-${at}`,
        owner: at % 2 === 0 ? 'shop' : 'pay',
        findings: Array.from({ length: 40 }, (_item, index) =>
          finding({
            fingerprint: `${at.toString(16).padStart(8, '0')}${index.toString(16).padStart(8, '0')}`,
            severity: (['critical', 'high', 'medium', 'low'] as const)[index % 4] ?? 'info',
            rule: index % 2 === 0 ? 'traffic/starved-endpoints' : 'backend/stale-member',
            subject: { kind: 'Service', namespace: `ns-${index % 5}`, name: `web-${index}` },
            title: `fault ${index} of cluster ${at}`,
            message: `message ${index} of cluster ${at}`,
          }),
        ),
      }),
    ),
  ),
  'html',
);

const fieldCases = [
  { field: 'text', value: 'FAULT 7 of', count: '30 of 1,200' },
  { field: 'cluster', value: 'aks-1', count: '40 of 1,200' },
  { field: 'cluster', value: 'ks-2', count: '440 of 1,200' },
  { field: 'owner', value: 'shop', count: '600 of 1,200' },
  { field: 'owner', value: 'none', count: '0 of 1,200' },
  { field: 'namespace', value: 'ns-3', count: '240 of 1,200' },
  { field: 'subscription', value: '-e001', count: '0 of 1,200' },
  { field: 'subscription', value: 'e001', count: '1,200' },
  { field: 'rule', value: 'backend/stale-member', count: '600 of 1,200' },
  { field: 'family', value: 'traffic', count: '600 of 1,200' },
];

describe('the table of findings', () => {
  test('shows some of all, and the rest page by page', async () => {
    await look(many, async (page) => {
      expect(await page.locator('#rows > tr').count()).toBe(15);
      expect(await page.locator('#count').textContent()).toBe('1,200 findings');
      expect(await page.locator('#before').isDisabled()).toBe(true);
      await page.locator('#after').click();
      expect(await page.locator('#page').textContent()).toMatch(/^16–30 of [\d,]+$/u);
    });
  });

  test('counts a single finding in the singular', async () => {
    const one = report([cluster({ findings: [finding()] })]);
    await look(render(one, 'html'), async (page) => {
      await page.locator('html.js').waitFor();
      expect(await page.locator('#count').innerText()).toBe('1 finding');
    });
  });

  test('filters by each of its fields', async () => {
    await look(many, async (page) => {
      const counts: string[] = [];
      for (const { field, value } of fieldCases) {
        const input = page.locator(`.filters [name="${field}"]`);
        if (field === 'rule' || field === 'family') await input.selectOption(value);
        else await input.fill(value);
        const hash = await ask(page, 'location.hash.slice(1)');
        expect(new URLSearchParams(hash).get(field)).toBe(value);
        counts.push(`${field} ${value}: ${await page.locator('#count').innerText()}`);
        await page.locator('#clear').click();
      }
      expect(await page.locator('#count').innerText()).toBe('1,200 findings');
      expect(counts).toEqual(
        fieldCases.map(({ field, value, count }) => `${field} ${value}: ${count} findings`),
      );
    });
  });

  test('filters by severity, several at once', async () => {
    await look(many, async (page) => {
      const high = page.locator('[data-severity="high"]');
      await high.click();
      expect(await high.getAttribute('aria-pressed')).toBe('true');
      expect(await page.locator('#count').innerText()).toBe('300 of 1,200 findings');
      await page.locator('[data-severity="low"]').click();
      expect(await page.locator('#count').innerText()).toBe('600 of 1,200 findings');
      await high.click();
      expect(await page.locator('#count').innerText()).toBe('300 of 1,200 findings');
    });
  });

  test('sorts by a heading, and back', async () => {
    await look(many, async (page) => {
      const first = async (): Promise<string> =>
        page.locator('#rows > tr').first().locator('.c-cluster').innerText();
      await page.getByRole('button', { name: 'Cluster' }).click();
      expect(await page.locator('[data-sort="cluster"]').getAttribute('aria-sort')).toBe(
        'ascending',
      );
      expect(await first()).toBe('aks-0');
      await page.getByRole('button', { name: 'Cluster' }).click();
      expect(await page.locator('[data-sort="cluster"]').getAttribute('aria-sort')).toBe(
        'descending',
      );
      expect(await first()).toBe('aks-9');
    });
  });

  test('a finding that is not in the page itself has its message', async () => {
    await look(many, async (page) => {
      await page.locator('[data-severity="low"]').click();
      await page.locator('#rows > tr').last().locator('.c-what a').click();
      await page.locator('#view').waitFor();
      expect(await page.locator('#view .said').first().innerText()).toMatch(
        /^message \d+ of cluster \d+$/u,
      );
      expect(await page.locator('#report').isVisible()).toBe(false);
      await page.locator('#view .crumbs a').first().click();
      await page.locator('#report').waitFor();
    });
  });

  test('counts and cells of the fleet lead to their findings', async () => {
    await look(fleet, async (page) => {
      await page.locator('.tile a', { hasText: 'critical' }).click();
      await page.locator('#count', { hasText: '2 of 4 findings' }).waitFor();
      await page.locator('#clear').click();
      await page.locator('.heat td a').click();
      await page.locator('#count', { hasText: '4 findings' }).waitFor();
      // The count may say the same before and after.
      await page.waitForFunction(`document.querySelector('.filters [name="region"]').value !== ''`);
      expect(await page.locator('.filters [name="region"]').inputValue()).toBe('westeurope');
    });
  });
});

describe('links into the page', () => {
  test('#finding= opens the finding, also one that is far down', async () => {
    const print = `${(29).toString(16).padStart(8, '0')}${(39).toString(16).padStart(8, '0')}`;
    await look(
      many,
      async (page) => {
        expect(await page.locator('#view .said').first().innerText()).toContain(
          'message 39 of cluster 29',
        );
      },
      { hash: `#finding=${print}` },
    );
  });

  test.each(['#cluster=aks-lossy', '#cluster=AKS-LOSSY'])('%s shows the cluster', async (hash) => {
    await look(
      fleet,
      async (page) => {
        expect(await page.locator('#view h1').innerText()).toBe('aks-lossy');
        await page.locator('#view .service-table a').first().click();
        await page.locator('#view h1', { hasText: 'pay/api' }).waitFor();
        expect(await page.locator('#view svg.map.wide').first().isVisible()).toBe(true);
        await page.goBack();
        await page.locator('#view h1', { hasText: 'aks-lossy' }).waitFor();
      },
      { hash },
    );
  });

  test('filters come from the address', async () => {
    await look(
      many,
      async (page) => {
        expect(await page.locator('#count').textContent()).toBe('10 of 1,200 findings');
        expect(await page.locator('.filters [name="cluster"]').inputValue()).toBe('aks-4');
      },
      { hash: '#severity=critical&cluster=aks-4' },
    );
  });

  test('without a script #finding= leads to the finding as well', async () => {
    await look(
      fleet,
      async (page) => {
        const box = await page.locator('[id="finding=c0ffee0000000002"]').boundingBox();
        expect(box?.y).toBeLessThan(900);
      },
      { hash: '#finding=c0ffee0000000002', javaScriptEnabled: false },
    );
  });
});

describe('the table of Services', () => {
  test('sorts, filters and leads to maps', async () => {
    await look(fleet, async (page) => {
      const names = (): Promise<readonly string[]> =>
        page.locator('.service-rows th').allInnerTexts();
      expect((await names())[0]).toBe('pay/api');
      await page.getByRole('button', { name: 'Cluster' }).first().click();
      expect((await names())[0]).toBe('default/echo-service');
      await page.locator('[name="service-status"]').selectOption('starved');
      expect(await page.locator('#service-count').innerText()).toBe('2 of 5 Services');
      await page.locator('[name="service-text"]').fill('CROWD');
      expect(await names()).toEqual(['checkout/checkout']);
      await page.locator('.service-rows th a').click();
      await page.locator('#view').waitFor();
      expect(await page.locator('#view svg.map.wide').first().isVisible()).toBe(true);
    });
  });
});

describe('a served page of a large fleet', () => {
  const html = { served: true };
  const large = largeReport(300);
  const page = render(large, 'html', { html });
  const data = pageDataOf(large, html);

  test('fetches its data, of exactly its run, and works as one file does', async () => {
    const opened = await openReport(browser(), page, { data });
    expect(opened.fetched).toEqual(['run=2026-11-23T06%3A00%3A00Z&view=data']);
    expect(await opened.page.locator('#count').innerText()).toBe('3,000 findings');
    await opened.page.locator('#services-after').click();
    await opened.page.locator('#services-after').click();
    expect(await opened.page.locator('#services-page').innerText()).toMatch(/^31–45 of [\d,]+$/u);
    expect(await opened.page.locator('.service-rows th a').first().getAttribute('href')).toMatch(
      /^\?format=html&run=2026[^&]*&cluster=aks-[a-z0-9-]*&service=[a-z]*%2Fweb-\d+-\d$/u,
    );
    await opened.page.context().close();
    expect(opened.complaints).toEqual([]);
  });

  test.each([
    { hash: '#finding=0123456789abcdef', to: /[?&]finding=0123456789abcdef$/u },
    { hash: '#cluster=aks-prod-weu-0000', to: /[?&]cluster=aks-prod-weu-0000$/u },
  ])('an old link with $hash ends on its page', async ({ hash, to }) => {
    const opened = await openReport(browser(), page, { data, hash });
    await opened.page.waitForURL(to);
    expect(opened.page.url()).toMatch(to);
    await opened.page.context().close();
  });
});
