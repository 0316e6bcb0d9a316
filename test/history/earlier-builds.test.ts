import { describe, expect, test } from '@jest/globals';
import type { Finding } from '../../shared/findings/index.ts';
import { cluster, shown, starved, timeline } from './timeline.ts';

describe('what an earlier build found', () => {
  const rule = 'backend/eligible-node-missing';
  const missing = (name: string, changes: Partial<Finding> = {}): Finding =>
    starved(`node/${name}`, { rule, subject: { kind: 'Node', name }, ...changes });
  const listing = (nodes: readonly string[], name = 'kubernetes'): Finding =>
    starved(`lb/${name}`, { rule, subject: { kind: 'LoadBalancer', name }, evidence: { nodes } });
  const rules = new Map([[rule, { needs: ['nodes'], all: ['nodes'] }]]);
  const coverage = [{ slice: 'nodes', state: 'read' as const }];

  test('for each node goes on as the finding on the load balancer that lists them', () => {
    const runs = timeline();
    const early = { firstSeen: '2026-11-20T00:00:00Z' };
    runs.run([cluster([missing('n1'), missing('n2', early)])]);
    const step = runs.run([cluster([listing(['n1', 'n2'])], { coverage })], { rules });
    expect([shown(step), step.changes]).toEqual([['open /kubernetes'], []]);
    expect(step.clusters[0]?.findings[0]).toMatchObject(early);
    expect(shown(runs.run([cluster([listing(['n1', 'n2'])], { coverage })], { rules }))).toEqual([
      'open /kubernetes',
    ]);
  });

  test('in pools of two load balancers goes on as two', () => {
    const runs = timeline();
    runs.run([cluster([missing('n1')])]);
    const found = [listing(['n1']), listing(['n1'], 'internal')];
    const step = runs.run([cluster(found, { coverage })], { rules });
    expect([shown(step), step.changes]).toEqual([['open /kubernetes', 'open /internal'], []]);
  });

  test('of a node that none lists any more is closed, and one that was not judged stays', () => {
    const runs = timeline();
    runs.run([cluster([missing('n1'), missing('n2')])]);
    const step = runs.run([cluster([listing(['n1'])], { coverage })], { rules });
    expect(shown(step)).toEqual(['open /kubernetes', 'resolved /n2']);
    expect(step.changes.map(({ finding }) => finding.closed)).toEqual(['reassessed']);
    const others = timeline();
    others.run([cluster([missing('n1')])]);
    const unread = [{ slice: 'nodes', state: 'unread' as const }];
    expect(shown(others.run([cluster([], { coverage: unread })], { rules }))).toEqual([
      'stale /n1',
    ]);
  });
});
