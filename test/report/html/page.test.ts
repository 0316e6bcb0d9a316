import { describe, expect, test } from '@jest/globals';
import { largeReport } from '../../../scripts/bench/large-report.ts';
import { htmlPolicy, render } from '../../../shared/report/index.ts';
import { cluster, finding, report } from '../builders.ts';
import {
  articleReport,
  blindCluster,
  deniedCluster,
  evenCluster,
  fleetReport,
} from '../samples.ts';
import { trendReport } from './samples.ts';

function headingOf(html: string): string {
  return /<h1[^>]*>([^<]*)/u.exec(html)?.[1] ?? '';
}

describe('the answer', () => {
  test.each([
    { name: 'one that starves', given: articleReport, said: '1 Service starves pods.' },
    {
      name: 'several faults',
      given: fleetReport,
      said: '1 Service loses connections and 2 starve pods.',
    },
    {
      name: 'all even',
      given: report([evenCluster]),
      said: 'Every Service spreads its traffic evenly.',
    },
    {
      name: 'nothing known',
      given: report([blindCluster]),
      said: 'No fault was seen in the traffic, but not all of it is known.',
    },
    { name: 'nothing read', given: report([deniedCluster]), said: 'No cluster could be audited.' },
    {
      name: 'no Service',
      given: report([cluster()]),
      said: 'No Service of type LoadBalancer was seen.',
    },
  ])('$name', ({ given, said }) => {
    expect(headingOf(render(given, 'html'))).toBe(said);
  });

  test('clusters that were not scanned are no even ones', () => {
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

describe('the page', () => {
  test('holds the policy that its answer has, but for frames', () => {
    const html = render(articleReport, 'html');
    const meta = /Content-Security-Policy" content="([^"]*)"/u.exec(html)?.[1] ?? '';
    expect(`${meta}; frame-ancestors 'none'`).toBe(htmlPolicy);
    expect(meta).toMatch(
      /default-src 'none'; script-src 'sha256-[\w+/=]{44}'; style-src 'sha256-[\w+/=]{44}'/u,
    );
    expect(html).not.toMatch(/ style=| on\w+=/u);
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
      'worse than when it was told; comes and goes; severity by policy; the rule says low',
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
    expect(html).toContain('Its exemption ran out on 2026-06-30:');
  });

  test('a gap in the runs is a gap in the picture', () => {
    const pieces = render(trendReport, 'html').match(/class="area critical" d="/gu);
    expect(pieces).toHaveLength(2);
    const whole = { ...trendReport, history: trendReport.history?.slice(10) ?? [] };
    expect(render(whole, 'html').match(/class="area critical" d="/gu)).toHaveLength(1);
  });

  test('without a past there is no trend', () => {
    expect(render(articleReport, 'html')).not.toContain('id="trend"');
  });

  test('5,000 clusters with 50,000 findings fit into 3 MB', () => {
    expect(render(largeReport(5_000), 'html').length).toBeLessThan(3_000_000);
  }, 30_000);
});
