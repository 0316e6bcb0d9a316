import { describe, expect, test } from '@jest/globals';
import { previewRun, previewText, routing } from '../../shared/notify/index.ts';
import { withDistinctNames } from '../../shared/report/distinct-names.ts';
import { render } from '../../shared/report/index.ts';
import type { ClusterReport } from '../../shared/report/report.ts';
import { cluster, finding, report, service } from './builders.ts';

const subscriptions = [
  '1a2b3c4d-0000-0000-0000-000000000001',
  '5e6f7a8b-0000-0000-0000-000000000002',
];

function shop(at: number, group: string): ClusterReport {
  return cluster({
    id: `/subscriptions/${subscriptions[at]}/resourcegroups/${group}/providers/microsoft.containerservice/managedclusters/shop`,
    name: 'shop',
    subscriptionId: subscriptions[at] ?? '',
    resourceGroup: group,
    services: [service()],
    findings: [finding({ fingerprint: `${at}`.repeat(16) })],
  });
}
const names = (clusters: readonly ClusterReport[]): readonly string[] =>
  withDistinctNames({ ...report([]), clusters }).clusters.map(({ name }) => name);

describe('clusters of the same name', () => {
  test.each([
    { name: 'once', clusters: [shop(0, 'rg-weu'), cluster()], shown: ['shop', 'aks-app'] },
    {
      name: 'in several resource groups',
      clusters: [shop(0, 'rg-weu'), shop(0, 'rg-neu')],
      shown: ['shop (rg-weu)', 'shop (rg-neu)'],
    },
    {
      name: 'in equal resource groups of several subscriptions',
      clusters: [shop(0, 'rg'), shop(1, 'rg')],
      shown: ['shop (rg, 1a2b3c4d)', 'shop (rg, 5e6f7a8b)'],
    },
    {
      name: 'without anything that tells them apart',
      clusters: ['a', 'b'].map((id) => {
        const { resourceGroup: _group, subscriptionId: _id, ...rest } = cluster({ id });
        return rest;
      }),
      shown: ['aks-app', 'aks-app'],
    },
  ])('$name', ({ clusters, shown }) => {
    expect(names(clusters)).toEqual(shown);
  });

  const twice = report([shop(0, 'rg-weu'), shop(1, 'rg-neu')]);

  test.each(['text', 'markdown', 'html'] as const)('can be told apart in %s', (format) => {
    const text = render(twice, format, { text: { width: 80, colour: false } });
    expect(text).toContain(format === 'markdown' ? String.raw`shop (rg-weu)` : 'shop (rg-weu)');
    expect(text).toContain('shop (rg-neu)');
  });

  test('a page of one of them has its whole name, and queries that find it', () => {
    const [part] = twice.clusters.map((each) => ({ ...twice, clusters: [each] }));
    const html = render(part ?? twice, 'html', {
      html: {
        served: true,
        scope: { whole: twice, part: part ?? twice, filter: { clusters: ['shop'] } },
      },
    });
    expect(html).toContain('shop (rg-weu)');
    expect(html).toContain('cluster&#61;%2Fsubscriptions%2F1a2b3c4d');
    expect(html).not.toContain('cluster&#61;shop%20');
  });

  test('JSON and CSV have the names as they are', () => {
    for (const format of ['json', 'csv'] as const)
      expect(render(twice, format)).not.toContain('shop (');
  });

  test('Slack tells them apart, and routes go by the name as it is', async () => {
    const routes = routing({
      slack: {
        fallback: 'C0FALLBACK1',
        owners: {},
        routes: [
          { name: 'shop', match: { cluster: ['shop'] }, to: 'C0SHOP00001', continue: false },
        ],
      } as never,
    });
    const shown = await previewRun({ now: twice }, routes, { interactive: false });
    const text = shown.map(({ message }) => previewText(message)).join('\n');
    expect(text).toContain('on shop (rg-neu) and 1 more cluster');
    expect(shown.map(({ channel }) => channel)).toContain('C0SHOP00001');
  });
});

describe('the table of clusters', () => {
  test('80 columns keep what changed, and cut the title', () => {
    const findings = ['a', 'b'].map((print) =>
      finding({
        fingerprint: print.repeat(16),
        title: 'a title of some forty characters that does not fit',
      }),
    );
    const run = { ...report([cluster({ findings }), cluster({ name: 'other' })]) };
    const text = render({ ...run, run: { ...run.run, trigger: 'timer' } }, 'text', {
      text: { width: 80, colour: false, summary: true },
    });
    const line = text.split('\n').find((each) => each.includes('aks-app')) ?? '';
    expect(line).toMatch(/a title of .*… \(2 new\)$/u);
    expect(line.length).toBeLessThanOrEqual(80);
  });
});
