import { describe, expect, test } from '@jest/globals';
import type { Finding } from '../../../shared/findings/finding.ts';
import { render } from '../../../shared/report/index.ts';
import { cluster, finding, report, service } from '../builders.ts';

const fix = {
  title: 'Accept traffic on every node',
  steps: [{ tool: 'kubectl', text: 'kubectl patch' }],
  price: ['one extra hop'],
} as const;

function pageOf(changes: Partial<Finding>): string {
  const one = finding({
    title: 'pods without traffic',
    harm: { kind: 'lost', perMinute: 372, of: 1000, unit: 'connections' } as never,
    fixes: [fix],
    ...changes,
  });
  const given = report([cluster({ services: [service()], findings: [one] })]);
  return render(given, 'html', {
    html: {
      served: true,
      scope: { whole: given, part: given, filter: { findings: [one.fingerprint] } },
    },
  });
}

describe('the page of a finding that is not open', () => {
  test.each([
    { name: 'fixed', changes: { state: 'resolved', closed: 'fixed' }, title: 'Resolved: pods' },
    { name: 'of a time before', changes: { state: 'resolved' }, title: 'Resolved: pods' },
    {
      name: 'deleted',
      changes: { state: 'resolved', closed: 'subject-gone' },
      title: 'Closed: pods',
    },
  ] as const)('$name: it says so first, and offers no fix and no harm', ({ changes, title }) => {
    const html = pageOf(changes);
    expect(html).toContain(`<h1 id="answer">${title} without traffic</h1>`);
    expect(html).toContain('The text below is from');
    expect(html).toContain('None needed: the finding is closed.');
    expect(html).not.toContain('kubectl patch');
    expect(html).not.toContain('372');
  });

  test.each([
    {
      name: 'replaced',
      changes: {
        state: 'resolved',
        closed: 'superseded',
        supersededBy: { fingerprint: 'feed000000000001', rule: 'network/nsg-blocks-probe' },
      },
      said: 'Replaced by a finding that gives the cause',
    },
    {
      name: 'reassessed',
      changes: { state: 'resolved', closed: 'reassessed' },
      said: 'not known to be fixed',
    },
    { name: 'stale', changes: { state: 'stale' }, said: 'whether it still holds is unknown' },
  ] as const)('$name: it says so, and keeps its fix', ({ changes, said }) => {
    const html = pageOf(changes);
    expect(html).toContain(said);
    expect(html).toContain('kubectl patch');
    expect(html).not.toContain('Resolved: ');
  });
});
