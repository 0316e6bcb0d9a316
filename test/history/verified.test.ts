import { describe, expect, test } from '@jest/globals';
import type { ClusterFindings, Finding } from '../../shared/findings/index.ts';
import type { Diff } from '../../shared/history/diff.ts';
import { cluster, notified, shown, starved, timeline } from './timeline.ts';

const observedAt = '2026-11-23T06:00:00Z';

/** A run in which Azure was asked about the backends of `shop/web`. */
function verified(...findings: readonly Finding[]): ClusterFindings {
  return cluster(
    findings.map((each) => ({ ...each, observedAt })),
    {
      services: [
        { namespace: 'shop', name: 'web', verified: true },
        { namespace: 'shop', name: 'api' },
      ],
    },
  );
}

function read(names: readonly string[]): NonNullable<ClusterFindings['coverage']> {
  return names.map((slice) => ({ slice, state: 'read' }));
}

const predicted = (...findings: readonly Finding[]): ClusterFindings => cluster(findings);

describe('a finding that Azure itself confirmed', () => {
  test('is neither resolved nor gone where Azure is not asked; it is stale until it is', () => {
    const runs = timeline();
    runs.run([verified(starved())]);
    const blind = runs.run([predicted()]);
    expect([shown(blind), notified(blind.changes)]).toEqual([['stale shop/web'], []]);
    expect(shown(runs.run([predicted()]))).toEqual(['stale shop/web']);
    const asked = runs.run([verified()]);
    expect(notified(asked.changes)).toEqual(['resolved shop/web']);
  });

  test('of another Service closes as ever', () => {
    const runs = timeline();
    runs.run([predicted(starved('shop/api'))]);
    expect(notified(runs.run([predicted()]).changes)).toEqual(['resolved shop/api']);
  });

  test('of a rule that no probe can confirm closes as ever', () => {
    const runs = timeline();
    runs.run([verified(starved('shop/web', { rule: 'service/sync-failed' }))]);
    expect(notified(runs.run([predicted()]).changes)).toEqual(['resolved shop/web']);
  });

  test('of a Service that Azure was never asked about closes where Azure is asked about none', () => {
    const runs = timeline();
    const slices = ['services', 'backendHealth'];
    const rules = new Map([[starved().rule, { needs: ['services'], all: slices }]]);
    const given = cluster([starved('shop/api')], { coverage: read(slices) });
    runs.run([given], { rules });
    const without = runs.run([cluster([], { coverage: read(['services']) })], { rules });
    expect(notified(without.changes)).toEqual(['resolved shop/api']);
  });

  test('is gone with its Service', () => {
    const runs = timeline();
    runs.run([verified(starved())]);
    const without = cluster([], { services: [{ namespace: 'shop', name: 'api' }] });
    runs.run([without]);
    expect(notified(runs.run([without]).changes)).toEqual(['resolved shop/web']);
  });
});

describe("a finding that Azure's word closed", () => {
  test('is not reopened by a prediction alone, and not silent', () => {
    const runs = timeline();
    runs.run([predicted(starved())]);
    expect(notified(runs.run([verified()]).changes)).toEqual(['resolved shop/web']);
    const blind = runs.run([predicted(starved())]);
    expect([shown(blind), notified(blind.changes)]).toEqual([[], []]);
    expect(blind.clusters[0]?.unknown).toContainEqual(
      expect.objectContaining({
        rule: starved().rule,
        subjects: ['shop/web'],
        why: expect.stringContaining('not verified in this run'),
      }),
    );
  });

  test("is reopened by Azure's word", () => {
    const runs = timeline();
    runs.run([predicted(starved())]);
    runs.run([verified()]);
    expect(notified(runs.run([verified(starved())]).changes)).toEqual(['reopened shop/web']);
  });

  test("is reopened by the prediction after a day without Azure's word", () => {
    const runs = timeline();
    runs.run([predicted(starved())]);
    runs.run([verified()]);
    expect(shown(runs.run([predicted(starved())], { hours: 23 }))).toEqual([]);
    expect(notified(runs.run([predicted(starved())], { hours: 2 }).changes)).toEqual([
      'reopened shop/web',
    ]);
  });
});

function change(at: string) {
  return { at, resource: 'kubernetes', changeType: 'Update', properties: [] };
}

function changedAt({ clusters }: Diff<ClusterFindings>) {
  return clusters[0]?.findings.map((finding) => finding.change?.at);
}

describe('the change that brought a finding', () => {
  test('is that of the run in which it was new, whatever changes later', () => {
    const runs = timeline();
    runs.run([predicted()]);
    const first = '2026-11-23T11:00:00Z';
    expect(
      changedAt(runs.run([predicted(starved('shop/web', { change: change(first) }))])),
    ).toEqual([first]);
    const later = change('2026-11-23T17:00:00Z');
    expect(changedAt(runs.run([predicted(starved('shop/web', { change: later }))]))).toEqual([
      first,
    ]);
  });

  test('is not said of what a first run finds: it may be older than anything that is remembered', () => {
    const runs = timeline();
    const found = starved('shop/web', { change: change('2026-11-23T05:00:00Z') });
    expect(changedAt(runs.run([predicted(found)]))).toEqual([undefined]);
    expect(changedAt(runs.run([predicted(found)]))).toEqual([undefined]);
  });
});
