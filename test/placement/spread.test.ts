import { describe, expect, test } from '@jest/globals';
import { capacityOf, spreadByHost } from '../../shared/placement/index.ts';
import type { PodSpec } from '../../shared/model/index.ts';
import { apart, node, taint, workload } from '../builders/index.ts';

const labels = new Map([['app', 'web']]);
const own = { matchLabels: labels, matchExpressions: [] };
const other = { matchLabels: new Map([['app', 'api']]), matchExpressions: [] };

function spread(
  changes: Partial<PodSpec['topologySpread'][number]> = {},
): Pick<PodSpec, 'topologySpread'> {
  return {
    topologySpread: [
      {
        topologyKey: 'kubernetes.io/hostname',
        maxSkew: 1,
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: own,
        nodeAffinityPolicy: 'Honor',
        nodeTaintsPolicy: 'Ignore',
        ...changes,
      },
    ],
  };
}

function antiAffinity(
  changes: Partial<PodSpec['requiredPodAntiAffinity'][number]>,
): Pick<PodSpec, 'requiredPodAntiAffinity'> {
  const [term] = apart('web').requiredPodAntiAffinity;
  return { requiredPodAntiAffinity: term === undefined ? [] : [{ ...term, ...changes }] };
}

describe('how sure is one pod per node', () => {
  test.each([
    { what: 'nothing said', spec: {}, sure: 'hoped-for' },
    { what: 'required anti-affinity to itself', spec: apart('web'), sure: 'guaranteed' },
    { what: 'anti-affinity to another', spec: apart('api'), sure: 'hoped-for' },
    {
      what: 'by zone, of nodes that were not read',
      spec: antiAffinity({ topologyKey: 'topology.kubernetes.io/zone' }),
      sure: 'unknown',
    },
    {
      what: 'without a selector',
      spec: antiAffinity({ labelSelector: undefined }),
      sure: 'hoped-for',
    },
    {
      what: 'in another namespace',
      spec: antiAffinity({ namespaces: ['other'] }),
      sure: 'hoped-for',
    },
    {
      what: 'in its namespace by name',
      spec: antiAffinity({ namespaces: ['shop'] }),
      sure: 'guaranteed',
    },
    {
      what: 'in all namespaces',
      spec: antiAffinity({ namespaceSelector: { matchLabels: new Map(), matchExpressions: [] } }),
      sure: 'guaranteed',
    },
    {
      what: 'preferred anti-affinity',
      spec: { preferredPodAntiAffinity: apart('web').requiredPodAntiAffinity },
      sure: 'hoped-for',
    },
    { what: 'a hard spread by host', spec: spread(), sure: 'bounded' },
    {
      what: 'a soft spread',
      spec: spread({ whenUnsatisfiable: 'ScheduleAnyway' }),
      sure: 'hoped-for',
    },
    { what: 'a spread of others', spec: spread({ labelSelector: other }), sure: 'hoped-for' },
    { what: 'a spread of nobody', spec: spread({ labelSelector: undefined }), sure: 'hoped-for' },
    {
      what: 'a spread with an empty selector, which counts no pod',
      spec: spread({ labelSelector: { matchLabels: new Map(), matchExpressions: [] } }),
      sure: 'hoped-for',
    },
    {
      what: 'the same with the hash of the template added',
      spec: spread({
        labelSelector: { matchLabels: new Map(), matchExpressions: [] },
        matchLabelKeys: ['pod-template-hash'],
      }),
      sure: 'bounded',
    },
    {
      what: 'anti-affinity to pods of another revision',
      spec: antiAffinity({ mismatchLabelKeys: ['pod-template-hash'] }),
      sure: 'hoped-for',
    },
    {
      what: 'anti-affinity to pods of another tenant, where the pods name none',
      spec: antiAffinity({ mismatchLabelKeys: ['tenant'] }),
      sure: 'guaranteed',
    },
    {
      what: 'anti-affinity to all pods but its own',
      spec: antiAffinity({
        labelSelector: {
          matchLabels: new Map(),
          matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }],
        },
      }),
      sure: 'unknown',
    },
    {
      what: 'anti-affinity to all pods with a label that it has',
      spec: antiAffinity({
        labelSelector: {
          matchLabels: new Map(),
          matchExpressions: [{ key: 'pod-template-hash', operator: 'Exists', values: [] }],
        },
      }),
      sure: 'guaranteed',
    },
  ])('$what: $sure', ({ spec, sure }) => {
    expect(spreadByHost(workload({ spec }))).toBe(sure);
  });
});

test.each([
  { replicas: 1, minDomains: 5, sure: 'hoped-for' },
  { replicas: 2, minDomains: 5, sure: 'unknown' },
  { replicas: 2, minDomains: 2, sure: 'hoped-for' },
])(
  'a skew of 2 over two nodes of $minDomains asked for, $replicas pods of others counted: $sure',
  ({ replicas, minDomains, sure }) => {
    const counted = { matchLabels: new Map([['tier', 'front']]), matchExpressions: [] };
    const labelled = new Map([...labels, ['tier', 'front'] as const]);
    const spec = spread({ maxSkew: 2, minDomains, labelSelector: counted });
    const web = workload({ spec, podLabels: labelled, replicas: 2 });
    const foreign = workload({ name: 'api', podLabels: new Map([['tier', 'front']]), replicas });
    const nodes = [node('user-0'), node('user-1')];
    expect(spreadByHost(web, { nodes, namespaces: [], others: [foreign] })).toBe(sure);
  },
);

describe('seats by a hard spread', () => {
  const [small, large] = [1_000, 9_000].map((milliCpu, at) =>
    node(`user-${at}`, { allocatable: { milliCpu, memory: 1e9, pods: 30 } }),
  );
  const tainted = node('gpu-0', { taints: [taint('sku=gpu:NoSchedule')] });
  const sized = { requests: { milliCpu: 1_000, memory: 0 } };

  test.each([
    { what: 'the smallest node bounds the others', constraint: spread(), seats: 3 },
    { what: 'a wider skew', constraint: spread({ maxSkew: 3 }), seats: 5 },
    {
      what: 'a tainted node that counts and stays empty',
      constraint: spread(),
      all: [tainted],
      seats: 2,
    },
    {
      what: 'taints are honoured',
      constraint: spread({ nodeTaintsPolicy: 'Honor' }),
      all: [tainted],
      seats: 3,
    },
    {
      what: 'more domains asked for than there are',
      constraint: spread({ minDomains: 5 }),
      seats: 2,
    },
    {
      what: 'no hard spread',
      constraint: spread({ whenUnsatisfiable: 'ScheduleAnyway' }),
      seats: 10,
    },
  ])('$what: $seats', ({ constraint, all = [], seats }) => {
    if (small === undefined || large === undefined) throw new Error('no nodes');
    const nodes = [small, large];
    const spec = { ...sized, ...constraint };
    expect(capacityOf(workload({ spec }), nodes, [...nodes, ...all]).pods).toBe(seats);
  });
});
