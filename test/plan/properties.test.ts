import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import { landing } from '../../shared/placement/index.ts';
import {
  valueOr,
  type ClusterSnapshot,
  type Node,
  type PodSpec,
  type Workload,
} from '../../shared/model/index.ts';
import { trafficOfServices, type PortTraffic } from '../../shared/traffic/index.ts';
import type { PortAfter } from '../../shared/plan/index.ts';
import {
  apart,
  cluster,
  endpoint,
  loadBalancer,
  nicMember,
  node,
  service,
  slice,
  taint,
  workload,
} from '../builders/index.ts';
import { planOf } from './read-case.ts';
import { runsOf } from '../support/long.ts';

/**
 * Against every placement there is: clusters are small enough to list all of them, and what each gives
 * is asked of the audit of a cluster that was built with it, not of the plan.
 */
const runs = { seed: 20_190_601, numRuns: runsOf(1_500, 60) };

interface SmallCluster {
  readonly nodes: readonly Node[];
  readonly members: readonly Node[];
  readonly policy: 'Local' | 'Cluster';
  readonly probe: 'health-check' | 'node-port' | 'kube-proxy' | 'none';
  readonly pods: number;
  readonly spec: Partial<PodSpec>;
  readonly manifestSpec: object;
  /** Pods that run already and are not touched, by node. */
  readonly running: readonly string[];
}

const specs: readonly { readonly spec: Partial<PodSpec>; readonly manifest: object }[] = [
  { spec: {}, manifest: {} },
  { spec: { nodeSelector: new Map([['pool', 'a']]) }, manifest: { nodeSelector: { pool: 'a' } } },
  {
    spec: apart('web'),
    manifest: {
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            {
              topologyKey: 'kubernetes.io/hostname',
              labelSelector: { matchLabels: { app: 'web' } },
            },
          ],
        },
      },
    },
  },
  {
    spec: {
      topologySpread: [
        {
          topologyKey: 'kubernetes.io/hostname',
          maxSkew: 1,
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: { matchLabels: new Map([['app', 'web']]), matchExpressions: [] },
          nodeAffinityPolicy: 'Honor',
          nodeTaintsPolicy: 'Honor',
        },
      ],
    },
    manifest: {
      topologySpreadConstraints: [
        {
          topologyKey: 'kubernetes.io/hostname',
          maxSkew: 1,
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: { matchLabels: { app: 'web' } },
          nodeTaintsPolicy: 'Honor',
        },
      ],
    },
  },
];

const smallClusters: fc.Arbitrary<SmallCluster> = fc
  .record({
    kinds: fc.array(
      fc.record({
        pool: fc.constantFrom('a', 'b'),
        taint: fc.constantFrom('', '', 'soft=x:PreferNoSchedule', 'hard=x:NoSchedule'),
        member: fc.boolean(),
        ready: fc.constantFrom(true, true, true, false),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    policy: fc.constantFrom('Local' as const, 'Local' as const, 'Cluster' as const),
    probe: fc.constantFrom(
      'health-check' as const,
      'health-check' as const,
      'node-port' as const,
      'kube-proxy' as const,
      'none' as const,
    ),
    pods: fc.integer({ min: 1, max: 4 }),
    spec: fc.constantFrom(...specs),
    running: fc.array(fc.nat(), { maxLength: 3 }),
  })
  .map(({ kinds, spec, running, probe, policy, ...rest }) => {
    const nodes = kinds.map(({ pool, taint: text, ready }, at) =>
      node(`user-${at}`, {
        labels: new Map([['pool', pool]]),
        taints: text === '' ? [] : [taint(text)],
        ready: ready ? 'true' : 'false',
      }),
    );
    return {
      ...rest,
      policy,
      probe: policy === 'Cluster' && probe === 'health-check' ? 'node-port' : probe,
      nodes,
      members: nodes.filter((_, at) => kinds[at]?.member === true),
      spec: spec.spec,
      manifestSpec: spec.manifest,
      running: running.map((at) => nodes[at % nodes.length]?.name ?? ''),
    };
  });

function snapshotOf(
  { nodes, members, policy, probe, running }: SmallCluster,
  deployment: Workload,
  placed: readonly string[],
): ClusterSnapshot {
  const ready = (name: string): boolean =>
    nodes.find((each) => each.name === name)?.ready === 'true';
  return cluster({
    nodes,
    loadBalancers: [loadBalancer({ members: members.map(nicMember), probe })],
    services: [service({ externalTrafficPolicy: policy })],
    deployments: [deployment],
    endpointSlices: [
      slice([
        ...running.map((name, at) =>
          endpoint(`web-old${at}`, name, { ready: ready(name), address: `10.244.1.${at + 1}` }),
        ),
        ...placed.map((name, at) =>
          endpoint(`web-new-${at + 1}`, name, { address: `10.244.2.${at + 1}` }),
        ),
      ]),
    ],
  });
}

/** Every way to put pods on nodes that the constraints of the spec allow, one list of nodes each. */
function allPlacements(
  { nodes, pods, spec, running }: SmallCluster,
  deployment: Workload,
): readonly (readonly string[])[] {
  const fit = nodes
    .filter((each) => landing(deployment.podSpec, each).now === 'yes')
    .map(({ name }) => name);
  const domains = nodes
    .filter(
      ({ taints, labels }) =>
        !taints.some(({ effect }) => effect === 'NoSchedule') &&
        (spec.nodeSelector === undefined || labels.get('pool') === 'a'),
    )
    .map(({ name }) => name);
  const fits = (name: string, placed: readonly string[]): boolean => {
    const count = (on: string): number =>
      [...running, ...placed].filter((each) => each === on).length;
    if (spec.requiredPodAntiAffinity !== undefined && count(name) > 0) return false;
    if (spec.topologySpread === undefined) return true;
    return count(name) + 1 - Math.min(...domains.map(count)) <= 1;
  };
  const step = (placed: readonly string[]): readonly (readonly string[])[] => {
    if (placed.length === pods) return [placed];
    const next = fit
      .filter((name) => fits(name, placed))
      .flatMap((name) => step([...placed, name]));
    return next.length > 0 ? next : [placed];
  };
  return step([]);
}

interface Numbers {
  readonly verdict: string;
  readonly lost: number;
  readonly starved: number;
  readonly shares: readonly number[];
  readonly old: readonly number[];
}

function numbersOf({ verdict, lost, endpoints }: PortTraffic): Numbers {
  const ready = endpoints.filter((each) => each.ready);
  return {
    verdict,
    lost,
    starved: ready.filter(({ share }) => share === 0).length,
    shares: ready.map(({ share }) => share).toSorted((a, b) => a - b),
    old: endpoints.filter(({ pod }) => pod.startsWith('web-old')).map(({ share }) => share),
  };
}

function ends(values: readonly number[]): { readonly min: number; readonly max: number } {
  return {
    min: values.length === 0 ? 0 : Math.min(...values),
    max: values.length === 0 ? 0 : Math.max(...values),
  };
}

/** What of the plan is not so under all placements; nothing where every one lies inside and both ends are reached. */
function differences(
  after: PortAfter | undefined,
  outcomes: readonly Numbers[],
): readonly string[] {
  const found: string[] = [];
  const check = (what: string, planned: readonly number[], real: readonly number[]): void => {
    const equal =
      planned.length === real.length &&
      planned.every((value, at) => Math.abs(value - (real[at] ?? NaN)) < 1e-9);
    if (!equal) found.push(`${what}: planned ${planned.join('/')}, real ${real.join('/')}`);
  };
  if (after?.certainty === 'exact') {
    const planned = after.endpoints.filter(({ ready }) => ready).map(({ share }) => share);
    const old = after.endpoints.filter(({ pod }) => pod.startsWith('web-old'));
    for (const outcome of outcomes) {
      if (outcome.verdict !== after.verdict)
        found.push(`verdict: planned ${after.verdict}, real ${outcome.verdict}`);
      check('lost', [after.lost], [outcome.lost]);
      check('shares', planned.toSorted(ascending), outcome.shares);
      check(
        'pods that stay',
        old.map(({ share }) => share),
        outcome.old,
      );
    }
    return found;
  }
  if (after?.certainty !== 'range') return [`certainty is ${after?.certainty}`];
  for (const [what, range, values] of [
    ['lost', after.lost, outcomes.map(({ lost }) => lost)],
    ['starved', after.starved, outcomes.map(({ starved }) => starved)],
    ['share', after.share, outcomes.flatMap(({ shares }) => shares)],
  ] as const)
    check(what, [range.min, range.max], [ends(values).min, ends(values).max]);
  const verdicts = [...new Set(outcomes.map(({ verdict }) => verdict))].toSorted().join();
  if ([...after.verdicts].toSorted().join() !== verdicts)
    found.push(`verdicts: planned ${after.verdicts.join()}, real ${verdicts}`);
  return found;
}

function ascending(a: number, b: number): number {
  return a - b;
}

function deploymentText(replicas: number, podSpec: object, spec: object = {}): string {
  return JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: podSpec },
      ...spec,
    },
  });
}

describe('a plan against every allowed placement', () => {
  test('pods that are made anew', async () => {
    await fc.assert(
      fc.asyncProperty(smallClusters, async (given) => {
        const here = { ...given, running: [] };
        const before = snapshotOf(
          here,
          workload({ replicas: 1, spec: { nodeSelector: new Map([['old', 'x']]) } }),
          ['user-0'],
        );
        const after = workload({ replicas: here.pods, spec: here.spec });
        const plan = await planOf(
          { snapshot: before },
          {
            manifests: deploymentText(
              here.pods,
              { nodeSelector: null, ...withNull(here.manifestSpec) },
              { strategy: { type: 'Recreate' } },
            ),
          },
        );
        const outcomes = allPlacements(here, after).map((placed) => {
          const port = trafficOfServices(snapshotOf(here, after, placed))[0]?.ports[0];
          if (port === undefined) throw new Error('no port');
          return numbersOf(port);
        });
        const port = plan.services[0]?.ports[0];
        expect(differences(port?.after ?? unchanged(before), outcomes)).toEqual([]);
      }),
      runs,
    );
  });

  test('pods that are added to those that run', async () => {
    await fc.assert(
      fc.asyncProperty(smallClusters, async (here) => {
        const live = workload({ replicas: here.running.length, spec: here.spec });
        const before = snapshotOf(here, live, []);
        const after = { ...live, replicas: here.running.length + here.pods };
        const plan = await planOf(
          { snapshot: before },
          { manifests: deploymentText(after.replicas, {}) },
        );
        const outcomes = allPlacements(here, after).map((placed) => {
          const port = trafficOfServices(snapshotOf(here, after, placed))[0]?.ports[0];
          if (port === undefined) throw new Error('no port');
          return numbersOf(port);
        });
        const port = plan.services[0]?.ports[0];
        expect(differences(port?.after ?? unchanged(before), outcomes)).toEqual([]);
      }),
      runs,
    );
  });
});

/** All ways to leave out so many. */
function subsets<T>(all: readonly T[], out: number): readonly (readonly T[])[] {
  const [first, ...rest] = all;
  if (out === 0 || first === undefined) return out === 0 ? [all] : [];
  return [...subsets(rest, out - 1), ...subsets(rest, out).map((each) => [first, ...each])];
}

describe('a pool that loses some of its nodes', () => {
  test('lies inside of what every choice of nodes gives, and both ends are attained', async () => {
    await fc.assert(
      fc.asyncProperty(smallClusters, fc.nat(), async (given, count) => {
        fc.pre(given.nodes.length > 1 && given.running.length > 0);
        const here = {
          ...given,
          probe: given.policy === 'Local' ? ('health-check' as const) : ('node-port' as const),
          members: given.nodes,
        };
        const left = 1 + (count % (here.nodes.length - 1));
        const live = workload({ replicas: here.running.length, spec: here.spec });
        const before = snapshotOf(here, live, []);
        const plan = await planOf(
          { snapshot: before },
          {
            nodePools: [
              {
                name: 'user',
                addTaints: [],
                removeTaints: [],
                labels: new Map(),
                removeLabels: [],
                count: left,
              },
            ],
          },
        );
        const outcomes = subsets(here.nodes, here.nodes.length - left).flatMap((nodes) => {
          const names = new Set<string>(nodes.map(({ name }) => name));
          const running = here.running.filter((name) => names.has(name));
          const pods = here.running.length - running.length;
          const next = { ...here, nodes, members: nodes, running, pods };
          return allPlacements(next, live).map((placed) => {
            const port = trafficOfServices(snapshotOf(next, live, placed))[0]?.ports[0];
            if (port === undefined) throw new Error('no port');
            return numbersOf(port);
          });
        });
        const after = plan.services[0]?.ports[0]?.after ?? unchanged(before);
        const stays =
          after.certainty === 'exact'
            ? after.endpoints.filter(({ pod }) => pod.startsWith('web-old'))
            : [];
        const old = stays.map(({ share }) => share);
        expect(
          differences(
            after,
            outcomes.map((each) => ({ ...each, old })),
          ),
        ).toEqual([]);
      }),
      runs,
    );
  });
});

/** `nodeSelector` of the old template goes, unless the new one has its own. */
function withNull(spec: object): object {
  return 'nodeSelector' in spec
    ? { nodeSelector: { ...(spec.nodeSelector as object), old: null } }
    : spec;
}

/** A Service that the plan leaves out is as it was. */
function unchanged(before: ClusterSnapshot): PortAfter {
  const port = trafficOfServices(before)[0]?.ports[0];
  if (port === undefined) throw new Error('no port');
  return {
    certainty: 'exact',
    ...port,
    starved: 0,
    sourceAddress: 'client',
    endpoints: port.endpoints,
  } as unknown as PortAfter;
}

describe('a plan of a changed Service is the audit of the changed cluster', () => {
  test('traffic policy, probe annotations, and nodes that leave the pool', async () => {
    const change = fc.record({
      policy: fc.constantFrom('Local' as const, 'Cluster' as const),
      noProbe: fc.boolean(),
      excluded: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(smallClusters, change, async (given, { policy, noProbe, excluded }) => {
        const here = {
          ...given,
          members: given.nodes,
          probe: given.policy === 'Local' ? ('health-check' as const) : ('node-port' as const),
        };
        const deployment = workload({ replicas: here.running.length });
        const before = snapshotOf(here, deployment, []);
        const plan = await planOf(
          { snapshot: before },
          {
            manifests: JSON.stringify({
              apiVersion: 'v1',
              kind: 'Service',
              metadata: {
                name: 'web',
                namespace: 'shop',
                annotations: noProbe
                  ? { 'service.beta.kubernetes.io/port_80_no_probe_rule': 'true' }
                  : {},
              },
              spec: {
                type: 'LoadBalancer',
                externalTrafficPolicy: policy,
                ports: [{ name: 'http', port: 80 }],
              },
            }),
            nodePools: excluded
              ? [
                  {
                    name: 'user',
                    addTaints: [],
                    removeTaints: [],
                    labels: new Map([
                      ['node.kubernetes.io/exclude-from-external-load-balancers', 'true'],
                    ]),
                    removeLabels: [],
                  },
                ]
              : [],
          },
        );
        const nodes = excluded
          ? here.nodes.map((each) => ({
              ...each,
              labels: new Map([
                ...each.labels,
                ['node.kubernetes.io/exclude-from-external-load-balancers', 'true'],
              ]),
            }))
          : here.nodes;
        const changed = snapshotOf(
          {
            ...here,
            nodes,
            policy,
            probe: noProbe ? 'none' : policy === 'Local' ? 'health-check' : 'node-port',
            // A pool that would become empty keeps what it has.
            members: here.nodes,
          },
          deployment,
          [],
        );
        const wanted = trafficOfServices(changed)[0]?.ports[0];
        const port = plan.services[0]?.ports[0];
        if (wanted === undefined) throw new Error('no port');
        const after = port?.after ?? unchanged(before);
        if (after.certainty !== 'exact') throw new Error(`certainty is ${after.certainty}`);
        expect({ verdict: after.verdict, lost: after.lost }).toEqual({
          verdict: wanted.verdict,
          lost: wanted.lost,
        });
        expect(after.endpoints.map(({ pod, share }) => [pod, share])).toEqual(
          wanted.endpoints.map(({ pod, share }) => [pod, share]),
        );
      }),
      runs,
    );
  });
});

test('the clusters are not trivial', () => {
  const samples = fc.sample(smallClusters, { ...runs, numRuns: 100 });
  const counts = samples.map(
    (here) => allPlacements(here, workload({ replicas: here.pods, spec: here.spec })).length,
  );
  expect(counts.filter((count) => count > 1).length).toBeGreaterThan(20);
  expect(
    valueOr(snapshotOf(samples[0] as SmallCluster, workload(), []).nodes, []).length,
  ).toBeGreaterThan(0);
});
