import { existsSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { findFaults, type Finding } from '../../shared/findings/index.ts';
import { unread, type ClusterSnapshot } from '../../shared/model/index.ts';
import { defineRule } from '../../shared/rules/rule.ts';
import { allRules, type Fault, type Rule, type Severity } from '../../shared/rules/index.ts';
import {
  cluster,
  endpoint,
  excludedNode,
  kubeProxy,
  loadBalancer,
  nicMember,
  node,
  pod,
  service,
  slice,
  taint,
  workload,
  type SnapshotChanges,
} from '../builders/index.ts';

const nodes = [
  node('system-0'),
  node('user-0'),
  excludedNode('batch-0'),
  node('gpu-0', { taints: [taint('sku=gpu:NoSchedule'), taint('a=b:NoExecute')] }),
  node('gpu-1', { taints: [taint('sku=gpu:NoSchedule')] }),
];

/** A cluster with something wrong in most families, and pods called as one likes. */
function faulty(pods: readonly string[], changes: SnapshotChanges = {}): ClusterSnapshot {
  return cluster({
    nodes,
    loadBalancers: [
      loadBalancer({ members: nodes.slice(0, 2).map(nicMember) }),
      loadBalancer({ name: 'kubernetes-internal', sku: 'basic', key: 'x', ports: [] }),
    ],
    services: [
      service(),
      service({ name: 'api', uid: 'b'.repeat(36), externalTrafficPolicy: 'Cluster' }),
    ],
    endpointSlices: [
      slice(pods.map((name, index) => endpoint(name, index === 0 ? 'user-0' : 'batch-0'))),
    ],
    deployments: [workload({ replicas: pods.length })],
    statefulSets: [
      workload({ kind: 'StatefulSet', name: 'db', spec: { nodeSelector: new Map([['a', 'b']]) } }),
    ],
    daemonSets: [
      kubeProxy({ tolerations: [] }),
      workload({ kind: 'DaemonSet', name: 'agent', replicas: undefined }),
    ],
    pendingPods: ['db-0', 'db-1'].map((name) =>
      pod(name, { phase: 'Pending', owner: { kind: 'StatefulSet', name: 'db' } }),
    ),
    systemPods: ['web-5d4f-a', 'web-5d4f-b'].map((name) =>
      pod(name, { node: node('system-0').name }),
    ),
    ...changes,
  });
}

function prints(snapshot: ClusterSnapshot): readonly string[] {
  return findFaults(snapshot, allRules).findings.map(
    (each) => `${each.fingerprint} ${each.rule} ${each.subject.name}`,
  );
}

describe('findings', () => {
  test('keep their fingerprints across runs, whatever pods are called and however many there are', () => {
    const first = prints(faulty(['a', 'b']));
    expect(first.length).toBeGreaterThan(6);
    const later = { ...faulty(['c', 'd', 'e', 'f', 'g']), takenAt: '2027-01-01T00:00:00Z' };
    expect(prints(later).toSorted()).toEqual(first.toSorted());
  });

  test('carry what the rule says, and where its page is', () => {
    const { findings } = findFaults(faulty(['a', 'b']), allRules);
    const starved = findings.find(({ rule }) => rule === 'traffic/starved-endpoints');
    expect(starved).toMatchObject({
      severity: 'critical',
      state: 'new',
      firstSeen: '2026-11-23T06:00:00Z',
      lastSeen: '2026-11-23T06:00:00Z',
      subject: { kind: 'Service', namespace: 'shop', name: 'web' },
      causes: ['node-excluded'],
      help: 'shared/rules/traffic/starved-endpoints.md',
    });
    const pages = findings.map(({ help }) => new URL(`../../${help}`, import.meta.url));
    expect(pages.filter((page) => !existsSync(page))).toEqual([]);
  });

  test('are the same and in the same order whatever the order of the objects', () => {
    const given = faulty(['a', 'b', 'c']);
    const reversed = Object.fromEntries(
      Object.entries(given).map(([name, value]: [string, unknown]) => [name, turned(value)]),
    ) as unknown as ClusterSnapshot;
    expect(findFaults(reversed, allRules.toReversed())).toEqual(findFaults(given, allRules));
  });

  test('come worst first, then by rule, subject and kind', () => {
    const severities: readonly Severity[] = ['info', 'critical', 'low', 'high', 'medium', 'high'];
    const rules = ['b', 'a'].map((name) =>
      finding(
        `test/${name}`,
        severities.map((severity, index) => fault(`s${index}`, severity)),
      ),
    );
    const order = findFaults(cluster(), rules).findings.map(
      (each) => `${each.severity} ${each.rule} ${each.subject.name}`,
    );
    expect(order).toEqual([
      'critical test/a s1',
      'critical test/b s1',
      'high test/a s3',
      'high test/a s5',
      'high test/b s3',
      'high test/b s5',
      'medium test/a s4',
      'medium test/b s4',
      'low test/a s2',
      'low test/b s2',
      'info test/a s0',
      'info test/b s0',
    ]);
  });

  test('of one rule for one subject are one, the worst', () => {
    const twice = finding('test/twice', [fault('web', 'low'), fault('web', 'high'), fault('api')]);
    expect(findFaults(cluster(), [twice]).findings.map(summary)).toEqual([
      'high test/twice web',
      'medium test/twice api',
    ]);
  });
});

describe('what could not be judged', () => {
  test('is named by rule, each reason once, beside what was found', () => {
    const partly = finding('test/partly', [fault('web')], ['z: 403', 'a: 403', 'z: 403']);
    const whole = defineRule(meta('test/a-whole'), { needs: ['namespaces'] }, () => ({
      faults: [],
    }));
    const outcome = findFaults(cluster({ namespaces: unread('403') }), [partly, whole]);
    expect(outcome.findings.map(summary)).toEqual(['medium test/partly web']);
    expect(outcome.unknown).toEqual([
      {
        rule: 'test/a-whole',
        why: 'namespaces: 403',
        slices: ['namespaces'],
        code: 'unreachable',
      },
      { rule: 'test/partly', why: 'a: 403' },
      { rule: 'test/partly', why: 'z: 403' },
    ]);
  });

  test('is everything, where nothing was read', () => {
    const empty = Object.fromEntries(
      Object.keys(cluster()).map((name) => [name, unread('no answer')]),
    );
    const { findings, unknown } = findFaults(cluster(empty), allRules);
    expect(findings).toEqual([]);
    const rules = new Set(unknown.map(({ rule }) => rule));
    expect([...rules]).toEqual(allRules.map(({ meta: { id } }) => id));
  });
});

function summary({ severity, rule, subject }: Finding): string {
  return `${severity} ${rule} ${subject.name}`;
}

function meta(id: string) {
  return { id, title: 'T', why: 'W.', remedy: 'R.', severity: 'medium', source: 'S' } as const;
}

function finding(id: string, faults: readonly Fault[], unknown: readonly string[] = []): Rule {
  return defineRule(meta(id), { needs: [] }, () => ({
    faults,
    unknown: unknown.map((why) => ({ why })),
  }));
}

function fault(name: string, severity?: Severity): Fault {
  return {
    subject: { kind: 'Service', namespace: 'shop', name },
    title: 'T',
    message: 'M.',
    ...(severity !== undefined && { severity }),
    evidence: {},
    fixes: [],
  };
}

/** Lists of a slice, and the lists of members, rules and pools in them, from back to front. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned).toReversed();
  if (typeof value !== 'object' || value === null || value instanceof Map) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]: [string, unknown]) => [key, turned(each)]),
  );
}
