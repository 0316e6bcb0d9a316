import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { budget } from '../../shared/notify/budget.ts';
import { messageSize } from './message-size.ts';
import { previewText } from '../../shared/notify/index.ts';
import { indexed } from '../../shared/notify/changes.ts';
import { digestFactsBetween } from '../../shared/notify/messages/digest-facts.ts';
import type { Finding } from '../../shared/findings/finding.ts';
import { digest, digestMessage } from '../../shared/notify/messages/digest.ts';
import { notScannedMessage } from '../../shared/notify/messages/replies.ts';
import type { ClusterFinding } from '../../shared/report/fleet-findings.ts';
import { slackLine } from '../../shared/notify/slots.ts';
import { fleetReport } from '../report/samples.ts';
import { cluster, finding, report } from '../report/builders.ts';
import { hostileStrings, marker, poisoned, untrustedPaths } from './hostile.ts';
import { decoded, problems, reportUrl } from './inert.ts';
import { runsOf } from '../support/long.ts';

const levels = ['full', 'compact', 'text'] as const;

function faultAt(state: 'open' | 'new', severity: 'critical' | 'low', print: string): Finding {
  return finding({ state, severity, fingerprint: print.repeat(16) });
}

function isCritical({ finding: { severity } }: ClusterFinding): boolean {
  return severity === 'critical';
}

/** The digest of a run that read a cluster in part, for want of a right that a command grants. */
function partialDigest(command: string): string {
  return previewText(
    digest(
      report([
        cluster({
          result: 'partial',
          reason: `pods: access denied (missing: list pods); to grant it: ${command}`,
        }),
      ]),
    ),
  );
}

describe('the digest of a run', () => {
  test('says how many, the worst effect first, what was not scanned, and where the report is', () => {
    const message = digest(fleetReport, { reportUrl, route: 'platform' });
    expect(problems(message)).toEqual([]);
    expect(message.text).toBe(
      'Evenkeel: 4 new, 4 open. 5 of 7 clusters scanned. Worst: 25 % of the new connections to pay/api are lost on aks-lossy.',
    );
    const text = previewText(message);
    expect(text).toContain(
      '5 of 7 clusters scanned in 1 subscription - 1 of them in part - 2 not scanned',
    );
    expect(text).toContain(
      'CRITICAL 2 of 3 ready pods of default/echo-service receive no traffic on aks-app',
    );
    expect(text).toContain('aks-denied - access denied: the identity may not list nodes');
    expect(text).toContain('1 cluster returned no result');
    expect(text).toContain(`[Open report] ${reportUrl}?run=2026-11-23T06%3A00%3A00Z`);
    expect(text.indexOf('25 % of the new connections')).toBeLessThan(text.indexOf('2 of 3 ready'));
  });

  test('what a route does not name is counted all the same, as on the page', () => {
    const base = indexed(report([cluster({ findings: [faultAt('open', 'low', 'a')] })]));
    const now = indexed(
      report([
        cluster({ findings: [faultAt('new', 'critical', 'b'), faultAt('new', 'low', 'c')] }),
      ]),
    );
    const text = previewText(
      digestMessage(digestFactsBetween(base, now, isCritical, undefined), {}),
    );
    expect(text).toContain('New: 1 critical (and 1 more, not sent to this channel)');
    expect(text).toContain('Resolved: 0 (and 1 more, not sent to this channel)');
  });

  test('a thread that lists some of the clusters that are not scanned counts those', () => {
    const clusters = [cluster({ name: 'lost', result: 'unreachable', reason: 'no answer' })];
    const facts = { clusters, missing: 3, planned: 20, kept: 2, runs: new Map() };
    const text = previewText(notScannedMessage(facts, { event_type: 'x', event_payload: {} }));
    expect(text).toContain('1 more cluster not scanned (3 of 20 in total)');
    expect(text).toContain('2 findings on the 3 clusters stay open until they are scanned again.');
  });

  test('the command that grants a right is whole, or left to the report', () => {
    expect(partialDigest('az role assignment create')).toContain(
      'to grant it: az role assignment create',
    );
    expect(partialDigest(`az role assignment create ${'x'.repeat(200)}`)).toContain(
      'pods: access denied (missing: list pods) (the report has the commands that grant it)',
    );
  });

  test('without findings it says that nothing changed', () => {
    const message = digest(report([cluster()]));
    expect(message.text).toBe('Evenkeel: nothing changed, 0 open. 1 of 1 cluster scanned.');
    expect(problems(message)).toEqual([]);
  });

  test('the same fault on many clusters is one line', () => {
    const clusters = ['a', 'b', 'c'].map((name) =>
      cluster({ name: `aks-${name}`, findings: [finding({ fingerprint: name.repeat(16) })] }),
    );
    const text = previewText(digest(report(clusters)));
    expect(text.match(/2 of 3 ready pods/gu)).toHaveLength(1);
    expect(text).toContain('on aks-a and 2 more clusters');
  });

  test('new, reopened, open, resolved and exempt findings each have their place', () => {
    const states = ['new', 'reopened', 'open', 'stale', 'resolved', 'exempt'] as const;
    const findings = states.map((state, at) =>
      finding({ fingerprint: `${at}`.repeat(16), state, title: `a ${state} fault` }),
    );
    const text = previewText(digest(report([cluster({ findings })])));
    expect(text).toContain('Evenkeel: 2 new, 1 resolved');
    expect(text).toContain('Open: 4 critical');
    expect(text).toContain('Stale (not read in this run): 1\nExempt: 1');
    expect(text).not.toContain('a exempt fault');
  });

  test.each([
    ['ftp://x.example/', ''],
    ['http://evenkeel.example.com/api/report', ''],
    ['not a url', ''],
    ['http://localhost:7071/api/report', 'http://localhost:7071/api/report?run='],
    [`${reportUrl}?code=secret`, `${reportUrl}?run=`],
    ['https://user:secret@evenkeel.example.com/r', 'https://evenkeel.example.com/r?run='],
  ])('the link of %s', (base, start) => {
    const text = previewText(digest(fleetReport, { reportUrl: base }));
    const [, url = ''] = /\[Open report\] (\S+)/u.exec(text) ?? [];
    expect(url.replace(/(?<=run=).*/u, '')).toBe(start);
    expect(text).not.toContain('secret');
  });
});

describe('no string of a cluster is more than text', () => {
  test.each(hostileStrings.map((text) => ({ text })))('$text in every field', ({ text }) => {
    for (const level of levels) {
      const message = digest(poisoned(fleetReport, text), { reportUrl, level });
      expect(problems(message)).toEqual([]);
      expect(decoded(message.text)).toContain(
        slackLine(`${text}${marker}`, 200).replaceAll('`', '\u02CB'),
      );
    }
  });

  test('nor in any single field', () => {
    const paths = untrustedPaths(fleetReport);
    expect(paths.length).toBeGreaterThan(200);
    const found = paths.flatMap((path) =>
      problems(digest(poisoned(fleetReport, '<!channel> `x` & ', path), { reportUrl })),
    );
    expect(found).toEqual([]);
  });

  test('nor any other string', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        expect(problems(digest(poisoned(fleetReport, text), { reportUrl }))).toEqual([]);
      }),
      { numRuns: runsOf(60, 20) },
    );
  });
});

describe('the budget', () => {
  test.each([0, 1, 7, 300, 5000])('%d findings with the longest names', (count) => {
    const long = '\u{1F600}&<'.repeat(400);
    const findings = Array.from({ length: count }, (_, at) =>
      finding({
        fingerprint: String(at).padStart(16, '0'),
        title: `${at} ${long}`,
        rule: `${at}${long}`,
        state: at % 3 === 0 ? 'resolved' : at % 3 === 1 ? 'new' : 'open',
        severity: at % 2 === 0 ? 'critical' : 'high',
      }),
    );
    const clusters = Array.from({ length: 40 }, (_, at) =>
      cluster({
        name: `${at}${long}`,
        result: at % 2 === 0 ? 'denied' : 'complete',
        reason: long,
        findings: at === 0 ? findings : [],
      }),
    );
    for (const level of levels) {
      const message = digest(report(clusters), { reportUrl, route: long, level });
      expect(problems(message)).toEqual([]);
      const { blocks, characters } = messageSize(message);
      expect(blocks).toBeLessThanOrEqual(budget.blocks);
      expect(characters).toBeLessThanOrEqual(budget.characters);
    }
  });
});
