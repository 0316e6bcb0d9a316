import fc from 'fast-check';
import type {
  LabelSelector,
  Namespace,
  Node,
  PodAffinityTerm,
  TopologySpreadConstraint,
  Workload,
} from '../../shared/model/index.ts';
import { node, podSpec, taint, workload } from '../builders/index.ts';

/** A few nodes, a workload with any rules of its own, and another one beside it. */
export interface SpreadCase {
  readonly nodes: readonly Node[];
  readonly own: Workload;
  readonly foreign: Workload;
  readonly namespaces: readonly Namespace[];
}

const zone = 'topology.kubernetes.io/zone';
const keys = ['kubernetes.io/hostname', 'kubernetes.io/hostname', zone, 'rack'] as const;
const labelKeys = [
  'app',
  'tier',
  'tenant',
  'pod-template-hash',
  'controller-revision-hash',
  'apps.kubernetes.io/pod-index',
] as const;
const values = ['web', 'api', 'front'] as const;

const requirements = fc.oneof(
  fc.record({
    key: fc.constantFrom(...labelKeys),
    operator: fc.constantFrom('In', 'NotIn'),
    values: fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 2 }),
  }),
  fc.record({
    key: fc.constantFrom(...labelKeys),
    operator: fc.constantFrom('Exists', 'DoesNotExist'),
    values: fc.constant([]),
  }),
);

const selectors: fc.Arbitrary<LabelSelector | undefined> = fc.option(
  fc.record({
    matchLabels: fc.constantFrom<ReadonlyMap<string, string>>(
      new Map([['app', 'web']]),
      new Map([['tier', 'front']]),
      new Map([['app', 'nobody']]),
      new Map(),
      new Map(),
    ),
    matchExpressions: fc.array(requirements, { maxLength: 2 }),
  }),
  { nil: undefined, freq: 12 },
);

const someKeys = fc.uniqueArray(fc.constantFrom(...labelKeys), { maxLength: 2 });

const terms: fc.Arbitrary<PodAffinityTerm> = fc.record({
  topologyKey: fc.constantFrom(...keys),
  labelSelector: selectors,
  namespaces: fc.constantFrom<readonly string[]>([], [], ['shop'], ['other']),
  namespaceSelector: fc.constantFrom<LabelSelector | undefined>(
    undefined,
    undefined,
    { matchLabels: new Map(), matchExpressions: [] },
    { matchLabels: new Map([['team', 'shop']]), matchExpressions: [] },
    {
      matchLabels: new Map(),
      matchExpressions: [
        { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['shop'] },
      ],
    },
  ),
  matchLabelKeys: someKeys,
  mismatchLabelKeys: someKeys,
});

const constraints: fc.Arbitrary<TopologySpreadConstraint> = fc.record({
  topologyKey: fc.constantFrom(...keys),
  maxSkew: fc.constantFrom(1, 1, 1, 2, 3),
  whenUnsatisfiable: fc.constantFrom('DoNotSchedule', 'DoNotSchedule', 'ScheduleAnyway'),
  labelSelector: selectors,
  nodeAffinityPolicy: fc.constantFrom('Honor', 'Ignore'),
  nodeTaintsPolicy: fc.constantFrom('Honor', 'Ignore'),
  minDomains: fc.constantFrom(1, 1, 3, 9),
  matchLabelKeys: someKeys,
});

const places = fc.array(
  fc.record({
    zone: fc.constantFrom(undefined, 'z1', 'z1', 'z2', 'z3'),
    rack: fc.constantFrom(undefined, 'r1', 'r2'),
    taints: fc.constantFrom([], [], [], [taint('dedicated=x:NoSchedule')]),
    memory: fc.constantFrom(2, 8, 8),
  }),
  { minLength: 2, maxLength: 4 },
);

const ports = fc.constantFrom(
  [],
  [],
  [],
  [],
  [{ name: '', containerPort: 80, hostPort: 80, hostIp: '', protocol: 'TCP' }],
);

export const spreadCases: fc.Arbitrary<SpreadCase> = fc
  .record({
    places,
    ports,
    kind: fc.constantFrom('Deployment' as const, 'StatefulSet' as const),
    replicas: fc.integer({ min: 2, max: 4 }),
    tier: fc.constantFrom('front', undefined),
    memory: fc.constantFrom(0, 0, 0, 1, 1, 3),
    antiAffinity: fc.array(terms, { maxLength: 2 }),
    spread: fc.array(constraints, { maxLength: 2 }),
    foreign: fc.record({
      replicas: fc.integer({ min: 0, max: 2 }),
      namespace: fc.constantFrom('shop', 'shop', 'other'),
      antiAffinity: fc.array(terms, { maxLength: 1 }),
    }),
  })
  .map((given) => ({
    nodes: given.places.map(({ zone: inZone, rack, taints, memory }, index) => {
      const made = node(`n-${index}`, {
        taints,
        allocatable: { milliCpu: 4000, memory, pods: 110 },
      });
      const labels = new Map<string, string>([
        ['kubernetes.io/hostname', made.name],
        ...(inZone === undefined ? [] : [[zone, inZone] as const]),
        ...(rack === undefined ? [] : [['rack', rack] as const]),
      ]);
      return { ...made, labels };
    }),
    own: workload({
      kind: given.kind,
      replicas: given.replicas,
      podLabels: new Map<string, string>([
        ['app', 'web'],
        ...(given.tier === undefined ? [] : [['tier', given.tier] as const]),
      ]),
      podSpec: podSpec({
        ports: given.ports,
        requests: { milliCpu: 0, memory: given.memory },
        requiredPodAntiAffinity: given.antiAffinity,
        topologySpread: given.spread,
      }),
    }),
    foreign: workload({
      name: 'api',
      namespace: given.foreign.namespace,
      replicas: given.foreign.replicas,
      podLabels: new Map([
        ['app', 'api'],
        ['tier', 'front'],
      ]),
      podSpec: podSpec({ requiredPodAntiAffinity: given.foreign.antiAffinity }),
    }),
    namespaces: [
      { name: 'shop', labels: new Map([['team', 'shop']]) },
      { name: 'other', labels: new Map() },
    ],
  }));
