import { describe, expect, test } from '@jest/globals';
import type { Finding } from '../../shared/findings/finding.ts';
import type { ClusterReport } from '../../shared/report/report.ts';
import { cluster, finding, service } from '../report/builders.ts';
import { problems } from './inert.ts';
import { hourMs, office } from './office.ts';

function critical(id: string, changes: Partial<Finding> = {}): Finding {
  return finding({
    fingerprint: id.padStart(16, '0'),
    state: 'open',
    title: `fault ${id}`,
    ...changes,
  });
}

function fleet(...findings: readonly Finding[]): readonly ClusterReport[] {
  return [cluster({ services: [service()], findings })];
}

describe('a life of a fleet in Slack', () => {
  test('baseline, silence, a new critical, its end', async () => {
    const it = office();
    await it.run(fleet(critical('a')));
    expect(it.messages().map(({ text }) => text)).toEqual([
      'AKS traffic audit: this is the baseline, 1 open. 1 of 1 cluster scanned. Worst: fault a on aks-app.',
    ]);

    it.time.nowMs += 6 * hourMs;
    await it.run(fleet(critical('a')));
    expect(it.messages()).toHaveLength(1);
    expect(it.messages()[0]).toMatchObject({
      edits: 1,
      text: 'AKS traffic audit: nothing changed. 1 of 1 cluster scanned, 1 still open.',
    });

    it.time.nowMs += 6 * hourMs;
    await it.run(fleet(critical('a'), critical('b', { state: 'new' })));
    expect(
      it
        .topLevel()
        .map(({ text }) => text)
        .slice(1),
    ).toEqual([
      'CRITICAL fault b on aks-app.',
      'AKS traffic audit: 1 new, 2 open. 1 of 1 cluster scanned. Worst: fault b on aks-app.',
    ]);
    expect(it.replies().map(({ text }) => text)).toEqual(['1 finding on aks-app.']);

    it.time.nowMs += 30 * hourMs;
    await it.run(fleet(critical('a'), critical('b', { state: 'resolved' })));
    expect(
      it
        .topLevel()
        .map(({ text }) => text)
        .slice(1),
    ).toEqual([
      'RESOLVED fault b on aks-app. Open for 1 day 18 h.',
      expect.stringContaining('1 new, 2 open'),
      'AKS traffic audit: 1 resolved, 1 open. 1 of 1 cluster scanned. Worst: fault a on aks-app.',
    ]);
    expect(it.replies().at(-1)?.text).toBe(
      'Resolved after 1 day 18 h: fault b on aks-app. Shares now 100.',
    );
    for (const message of it.messages())
      expect(
        problems({
          ...message,
          blocks: [...message.blocks],
          attachments: [...message.attachments],
        } as never),
      ).toEqual([]);
  });
});
