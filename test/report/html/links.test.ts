import { describe, expect, test } from '@jest/globals';
import { portalUrl } from '../../../shared/report/html/links.ts';
import { render } from '../../../shared/report/index.ts';
import { cluster, report, service } from '../builders.ts';
import { reportAnswer } from '../../../shared/service/http/report.ts';
import { trendReport } from './samples.ts';
import { viewsIn } from './views-in.ts';

const subscription = '00000000-0000-0000-0000-00000000e001';
const good = `/subscriptions/${subscription}/resourcegroups/rg-app/providers/microsoft.containerservice/managedclusters/aks-app`;

describe('links to the Azure portal', () => {
  test('are made from the id of a cluster', () => {
    expect(portalUrl(good)).toBe(
      `https://portal.azure.com/#resource/subscriptions/${subscription}/resourceGroups/rg-app/providers/Microsoft.ContainerService/managedClusters/aks-app/overview`,
    );
  });

  test('lead to the portal of the cloud', () => {
    expect(portalUrl(good, 'https://portal.azure.cn')).toMatch(/^https:\/\/portal\.azure\.cn\/#/u);
  });

  test.each([
    ['another resource', good.replace('managedclusters', 'fleets')],
    ['no subscription', good.replace(subscription, 'x')],
    ['more behind it', `${good}/agentpools/one`],
    ['a quote in it', good.replace('rg-app', 'rg"app')],
    ['a path in it', good.replace('aks-app', '..')],
    ['a group that ends in a dot', good.replace('rg-app', 'rg.')],
    ['a line break behind it', `${good}\n`],
    ['nothing', ''],
  ])('%s gives none', (_name, id) => {
    expect(portalUrl(id)).toBeUndefined();
  });

  test.each([
    'javascript:alert(1)//',
    'http://portal.azure.com',
    'https://evil.example/"',
    'https://x y',
  ])('a portal at %s gives none', (portal) => {
    expect(portalUrl(good, portal)).toBeUndefined();
  });
});

describe('links to clusters', () => {
  const many = report(Array.from({ length: 120 }, (_, at) => cluster({ name: `aks-${at}` })));
  test('a file links to its own pages', () => {
    const html = render(many, 'html');
    expect(Object.keys(viewsIn(html)).filter((key) => key.startsWith('cluster='))).toHaveLength(
      120,
    );
    for (const href of hrefs(Object.values(viewsIn(html)).join('')))
      expect(href).toMatch(/^#cluster=aks-\d+$/u);
  });

  test('a served page links to the page of each cluster alone', () => {
    const clusters = ['aks-a', 'aks-b', 'AKS-B'].map((name, at) =>
      cluster({ id: `/subscriptions/s/${at}`, name, services: [service()] }),
    );
    const html = render(report(clusters), 'html', { html: { served: true } });
    const names = new Set(html.match(/(?<=&#38;cluster&#61;)[^&"]*/gu));
    // A name that two clusters have is none.
    expect([...names].toSorted()).toEqual([
      '%2Fsubscriptions%2Fs%2F1',
      '%2Fsubscriptions%2Fs%2F2',
      'aks-a',
    ]);
  });

  test('two clusters of one name have two places', () => {
    const [one, other] = [cluster(), cluster()];
    const html = render(report([one, { ...other, id: `${other.id}-2` }]), 'html');
    expect(Object.keys(viewsIn(html))).toEqual(
      expect.arrayContaining(['cluster=aks-app', 'cluster=aks-app~2']),
    );
  });
});

describe('links of served pages', () => {
  const run = encodeURIComponent(trendReport.run.id);
  test.each([
    { page: 'all clusters', query: '' },
    { page: 'a cluster', query: '&cluster=aks-app' },
    { page: 'a Service', query: '&cluster=aks-app&service=default%2Fecho-service' },
    { page: 'a finding', query: '&finding=c0ffee0000000001' },
    { page: 'what changed', query: '&view=changes' },
    { page: 'a page of a filtered list', query: '&namespace=default&pageSize=1' },
  ])('those of the page of $page are answered, in every format', async ({ query }) => {
    const { body } = await answer(`?format=html&run=${run}${query}`);
    const links = new Set(
      [...body.matchAll(/href="(\?[^"]*)"/gu)].map(([, href = '']) =>
        href.replaceAll('&#38;', '&').replaceAll('&#61;', '='),
      ),
    );
    const refused: string[] = [];
    for (const link of links) if ((await answer(link)).status !== 200) refused.push(link);
    expect(links.size).toBeGreaterThan(7);
    expect(refused).toEqual([]);
  });
});

/** What the service answers a question about that run with. */
async function answer(query: string): Promise<{ readonly status: number; readonly body: string }> {
  const url = new URL(`https://report.example/api/report${query}`);
  const { status, body } = await reportAnswer(
    {
      method: 'GET',
      url: url.href,
      headers: new Headers(),
      query: url.searchParams,
      params: {},
      text: () => Promise.resolve(''),
    },
    { read: () => Promise.resolve(trendReport) },
  );
  return { status, body: String(body) };
}

function hrefs(html: string): readonly string[] {
  return [...html.matchAll(/<a href="([^"]*)">aks-\d+<\/a>/gu)].map((match) => match[1] ?? '');
}
