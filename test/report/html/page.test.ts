import { describe, expect, test } from '@jest/globals';
import { largeReport } from '../../../scripts/bench/large-report.ts';
import { htmlPolicy, render } from '../../../shared/report/index.ts';
import { cluster, finding, port, report, service } from '../builders.ts';
import {
  articleReport,
  blindCluster,
  deniedCluster,
  evenCluster,
  fleetReport,
} from '../samples.ts';
import { trendReport } from './samples.ts';
import { dataIn, viewsIn } from './views-in.ts';

/** Traffic that the model calls even, and a critical finding about the same Service. */
const criticalCluster = {
  ...evenCluster,
  findings: [
    finding({
      subject: { kind: 'Service', namespace: 'default', name: 'echo-service' },
      title: 'Nothing from outside reaches default/echo-service',
    }),
  ],
};

function headingOf(html: string): string {
  return /<h1[^>]*>([^<]*)/u.exec(html)?.[1] ?? '';
}

describe('the answer', () => {
  test.each([
    {
      name: 'one that starves',
      given: articleReport,
      said: '1 Service has pods that receive no traffic.',
    },
    {
      name: 'several faults',
      given: fleetReport,
      said: '1 Service loses connections and 2 have pods that receive no traffic.',
    },
    {
      name: 'all even',
      given: report([evenCluster]),
      said: 'Traffic is balanced on the one LoadBalancer Service.',
    },
    {
      name: 'nothing known',
      given: report([blindCluster]),
      said: 'Traffic of the one Service is unknown.',
    },
    {
      name: 'known in part',
      given: report([evenCluster, blindCluster]),
      said: '1 Service is even; the traffic of 1 is unknown.',
    },
    {
      name: 'even, and a cluster that nobody could read',
      given: report([evenCluster, deniedCluster]),
      said: 'Traffic is balanced on the one LoadBalancer Service that could be checked.',
    },
    {
      name: 'even, and a critical finding on it',
      given: report([criticalCluster]),
      said: '1 Service has a critical finding.',
    },
    {
      name: 'even, and a critical finding on something else',
      given: report([
        {
          ...evenCluster,
          findings: [finding({ subject: { kind: 'NodePool', name: 'system' } })],
        },
      ]),
      said: '1 critical finding is open.',
    },
    { name: 'nothing read', given: report([deniedCluster]), said: 'No cluster could be audited.' },
    {
      name: 'nothing read now, and a finding from before',
      given: report([{ ...deniedCluster, findings: [finding({ state: 'stale' })] }]),
      said: 'No cluster could be audited; 1 finding is kept from earlier runs.',
    },
    {
      name: 'no Service',
      given: report([cluster()]),
      said: 'No Service of type LoadBalancer was seen.',
    },
  ])('$name', ({ given, said }) => {
    expect(headingOf(render(given, 'html'))).toBe(said);
  });

  test('clusters that were not scanned do not count as balanced', () => {
    expect(render(fleetReport, 'html')).toContain(
      'Traffic is even on 1 of 7 clusters. 2 clusters were not scanned. 1 cluster could be read only in part.',
    );
  });
});

test.each([
  { name: 'all was judged', given: report([evenCluster]), said: '<p>No findings.</p>' },
  {
    name: 'not all was',
    given: report([blindCluster]),
    said: 'No findings in what could be judged, which was not everything.',
  },
  { name: 'one did not answer', given: report([evenCluster], 2), said: 'which was not everything' },
])('no finding where $name', ({ given, said }) => {
  expect(render(given, 'html')).toContain(said);
});

test('badge, line and map of a Service yield to a critical finding on it', () => {
  const html = render(report([criticalCluster]), 'html');
  expect(html).toContain('<span class="badge critical">critical finding</span>');
  expect(html).not.toContain('badge even');
  expect(html).toContain('class="card way yields"');
  expect(html).toContain('Nothing from outside reaches default/echo-service. The map shows where');
  expect(html).toContain('Traffic is even on 0 of 1 cluster.');
});

test.each([
  { name: 'read in part', given: { ...evenCluster, result: 'partial' as const }, even: 0 },
  { name: 'without a Service', given: cluster(), even: 0 },
  { name: 'read whole', given: evenCluster, even: 1 },
])('a cluster $name counts as even: $even', ({ given, even }) => {
  expect(render(report([given]), 'html')).toContain(`Traffic is even on ${even} of 1 cluster.`);
});

test('a heat map cell says how many there are of each severity', () => {
  const severities = ['critical', 'low', 'low', 'info'] as const;
  const findings = severities.map((severity, at) =>
    finding({ fingerprint: `000000000000000${at}`, severity }),
  );
  const html = render(report([cluster({ findings }), cluster({ name: 'aks-b' })]), 'html');
  const cell = /<td class="critical" data-word="westeurope">.*?<\/td>/u.exec(html)?.[0] ?? '';
  expect(cell.replaceAll(/<[^>]*>/gu, ' ').replaceAll(/ +/gu, ' ')).toBe(
    ' 1 critical 2 low 1 info 2 clusters ',
  );
});

test('a source that only adds precision is no gap', () => {
  const coverage = [
    { slice: 'nodes', state: 'read' as const },
    { slice: 'virtualMachines', state: 'unread' as const, why: 'not asked for' },
  ];
  const html = render(report([cluster({ coverage })]), 'html');
  expect(html).toContain('1 of 1 sources, and 0 of 1 optional ones');
  expect(html).not.toContain('What kept from reading');
});

test('a reason is given once, with all that it keeps from being known', () => {
  const html = render(report([blindCluster, { ...blindCluster, id: '/b', name: 'aks-b' }]), 'html');
  const part = /id="unknown">[\s\S]*?<\/section>/u.exec(html)?.[0] ?? '';
  expect(part.match(/grant Reader on the node resource group/gu)).toHaveLength(1);
  expect(part.match(/403/gu)).toHaveLength(1);
  expect(part).toContain(
    'Not judged: load-balancer/basic-sku-retired, traffic/no-traffic, traffic/starved-endpoints',
  );
});

test('a reason that sources and rules repeat with names before it is given once', () => {
  const denied = '/api/v1/nodes: 403 nodes is forbidden (missing: list nodes)';
  const sources = [
    { slice: 'nodes', why: denied },
    { slice: 'systemPods', why: `nodes: ${denied}` },
    { slice: 'services', why: '429 too many' },
  ];
  const text = (slice: string): string => {
    const source = sources.find((each) => each.slice === slice);
    return `${slice}: ${source?.why ?? ''}`;
  };
  const whys = [['nodes'], ['nodes', 'systemPods'], ['nodes', 'services']];
  const given = cluster({
    result: 'partial',
    coverage: sources.map(({ slice, why }) => ({ slice, state: 'unread' as const, why })),
    unknown: whys.map((slices, at) => ({
      rule: `traffic/r${at}`,
      why: slices.map(text).join('; '),
    })),
  });
  const html = render(report([given]), 'html');
  const part = /id="unknown">[\s\S]*?<\/section>/u.exec(html)?.[0] ?? '';
  expect(part.match(/403 nodes/gu)).toHaveLength(1);
  expect(part).toContain('<li>Not read: nodes, systemPods</li>');
  expect(part).toContain('<li>Not judged: traffic/r0, traffic/r1, traffic/r2</li>');
  expect(part).toContain('<li>Not read: services</li><li>Not judged: traffic/r2</li>');
});

test('a reason names what was not read, however it is put', () => {
  const slices = ['ciliumConfig'] as const;
  const unknown = ['traffic/no-traffic', 'traffic/uneven-share'].map((rule) => ({
    rule,
    why: 'shop/web: zone hints may be followed',
    slices,
  }));
  const html = render(report([cluster({ unknown })]), 'html');
  expect(html).toContain('<li>Not read: ciliumConfig</li>');
});

test('more rules than a line holds are counted, behind a space', () => {
  const unknown = Array.from({ length: 15 }, (_, at) => ({
    rule: `traffic/r${String(at).padStart(2, '0')}`,
    why: 'x',
  }));
  expect(render(report([cluster({ unknown })]), 'html')).toContain('traffic/r11 and 3 more rules');
});

function policyOf(page: string): string {
  return /Content-Security-Policy" content="([^"]*)"/u.exec(page)?.[1] ?? '';
}

describe('the page', () => {
  test('holds the policy that its answer has, but for frames', () => {
    const html = render(articleReport, 'html');
    const meta = policyOf(html);
    const served = policyOf(render(articleReport, 'html', { html: { served: true } }));
    expect(`${served}; frame-ancestors 'none'`).toBe(htmlPolicy);
    expect(served).toBe(`${meta}; connect-src 'self'`);
    expect(meta).toMatch(
      /default-src 'none'; script-src 'sha256-[\w+/=]{44}'; style-src 'sha256-[\w+/=]{44}'/u,
    );
    expect(html).not.toMatch(/ style=| on\w+=/u);
  });

  test('a Service that its owner closed is not among those with something wrong', () => {
    const closed = Array.from({ length: 12 }, (_, at) =>
      service({ name: `shut-${at}`, ports: [port({ verdict: 'none', disabled: true })] }),
    );
    const html = render(report([cluster({ services: [...closed, service()] })]), 'html');
    expect(html).not.toContain('more Service ports');
  });

  test('says what became of a finding', () => {
    const html = render(
      report([
        cluster({
          settling: true,
          switchedOff: ['0000000000000001'],
          findings: [
            finding({ state: 'open', changed: true, flapping: true, ruleSeverity: 'low' }),
            finding({ fingerprint: '0000000000000002', state: 'resolved', closed: 'subject-gone' }),
            finding({ fingerprint: '0000000000000003', state: 'stale', staleRuns: 2 }),
          ],
        }),
      ]),
      'html',
    );
    for (const words of [
      'worse than when it was last reported; comes and goes; severity by policy; the rule says low',
      'closed: what it was about is gone',
      'not looked at for 2 runs',
      'Azure is changing it',
      '1 finding switched off by policy',
    ])
      expect(html).toContain(words);
  });

  test('exemptions and what ran out are set aside by name', () => {
    const html = render(trendReport, 'html');
    expect(html).toContain('until 2027-01-31: moves in January (shop)');
    expect(viewsIn(html)['finding=feed000000000003']).toContain(
      'Its exemption ran out on 2026-06-30:',
    );
  });

  test('a gap in the runs is a gap in the picture', () => {
    const pieces = render(trendReport, 'html').match(/class="area critical" d="/gu);
    expect(pieces).toHaveLength(2);
    const whole = { ...trendReport, history: trendReport.history?.slice(10) ?? [] };
    expect(render(whole, 'html').match(/class="area critical" d="/gu)).toHaveLength(1);
  });

  test('beside the bars of the trend stand the most of a run that were new and that were resolved', () => {
    const history = trendReport.history?.map((point) => ({
      ...point,
      changes: { new: 7, resolved: 2 },
    }));
    const given = { ...trendReport, ...(history !== undefined && { history }) };
    expect(render(given, 'html')).toContain('<span>7 new</span><span>2 resolved</span>');
  });

  test('without a past there is no trend', () => {
    expect(render(articleReport, 'html')).not.toContain('id="trend"');
  });

  test('5,000 clusters with 50,000 findings fit into 1 MB as a file, a quarter of it where the page is served', () => {
    const large = largeReport(5_000);
    expect(render(large, 'html', { html: { served: true } }).length).toBeLessThan(250_000);
    expect(render(large, 'html').length).toBeLessThan(1_000_000);
  }, 60_000);

  test('20 clusters fit into 150 KB, in a file without the pages of their Services and findings', () => {
    const fleet = largeReport(20);
    expect(render(fleet, 'html', { html: { served: true } }).length).toBeLessThan(150_000);
    const file = render(fleet, 'html');
    expect(file.replace(/id="views">[^<]*/u, '').length).toBeLessThan(150_000);
    expect(file.length).toBeLessThan(170_000);
  });

  test('in a large file each finding has a name of its own, and those with a page their whole fingerprint', () => {
    const html = render(largeReport(1_100), 'html');
    const { findings } = dataIn(html) as { findings: { print: readonly string[] } };
    expect(findings.print.length).toBeGreaterThan(10_000);
    expect(new Set(findings.print).size).toBe(findings.print.length);
    const whole = new Set(findings.print.filter((print) => print.length === 16));
    const viewed = Object.keys(viewsIn(html)).filter((key) => key.startsWith('finding='));
    expect(viewed.length).toBeGreaterThan(20);
    for (const key of viewed) expect(whole).toContain(key.slice('finding='.length));
    expect(Math.min(...findings.print.map((print) => print.length))).toBe(10);
  }, 60_000);
});
