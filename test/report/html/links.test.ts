import { describe, expect, test } from '@jest/globals';
import { portalUrl } from '../../../shared/report/html/links.ts';
import { render } from '../../../shared/report/index.ts';
import { cluster, report, service } from '../builders.ts';
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

function hrefs(html: string): readonly string[] {
  return [...html.matchAll(/<a href="([^"]*)">aks-\d+<\/a>/gu)].map((match) => match[1] ?? '');
}
