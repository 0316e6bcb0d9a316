import { deletionOf, nodePoolChange } from '../../shared/plan/index.ts';
import { readManifests } from '../../shared/plan/manifests.ts';
import { readObjects } from '../../shared/plan/objects.ts';
import { changedCluster } from '../../shared/plan/plan.ts';
import type { PlanInputs } from '../../shared/plan/inputs.ts';
import {
  mapRead,
  poolNameOf,
  valueOr,
  type ClusterSnapshot,
  type LoadBalancerService,
} from '../../shared/model/index.ts';

/** A cluster a moment later, both sides settled. */
export interface Neighbour {
  readonly title: string;
  readonly after: ClusterSnapshot;
}

/** States that a cluster may be in next: a Service more or less, a node more or less, a workload moved. */
export function neighboursOf(snapshot: ClusterSnapshot): readonly Neighbour[] {
  const services = valueOr(snapshot.services, []);
  const workloads = [...valueOr(snapshot.deployments, []), ...valueOr(snapshot.statefulSets, [])]
    .filter((workload) => services.some((service) => isBehind(service, workload)))
    .slice(0, 6);
  const nodes = Map.groupBy(valueOr(snapshot.nodes, []), poolNameOf);
  const [first] = services;
  return [
    ...services.slice(0, 6).map(({ namespace, name }) =>
      state(snapshot, `Service ${namespace}/${name} is deleted`, {
        deletions: [valid(deletionOf(`svc/${namespace}/${name}`))],
      }),
    ),
    ...(first === undefined
      ? []
      : ['Local', 'Cluster'].map((policy) =>
          state(snapshot, `a Service with ${policy} is created`, {}, serviceBeside(first, policy)),
        )),
    ...[...nodes].flatMap(([name = '', { length }]) =>
      [length + 1, length - 1]
        .filter((count) => name !== '' && count > 0)
        .map((count) =>
          state(snapshot, `pool ${name} ${count > length ? 'gains' : 'loses'} a node`, {
            nodePools: [valid(nodePoolChange({ name, taints: [], labels: [], count }))],
          }),
        ),
    ),
    ...workloads.flatMap(({ kind, namespace, name, podLabels, replicas = 1 }) => {
      const labels = Object.fromEntries(podLabels);
      const spec = (more: object, podSpec: object): string =>
        JSON.stringify({
          apiVersion: 'apps/v1',
          kind,
          metadata: { namespace, name },
          spec: {
            ...more,
            selector: { matchLabels: labels },
            template: { metadata: { labels }, spec: podSpec },
          },
        });
      const to = (mode: string) =>
        state(
          snapshot,
          `${namespace}/${name} moves to ${mode} pools`,
          {},
          spec({}, { nodeSelector: { 'kubernetes.azure.com/mode': mode } }),
        );
      return [
        to('user'),
        to('system'),
        state(snapshot, `${namespace}/${name} scales`, {}, spec({ replicas: replicas + 2 }, {})),
      ];
    }),
  ];
}

function isBehind(
  { namespace, selector }: LoadBalancerService,
  workload: { readonly namespace: string; readonly podLabels: ReadonlyMap<string, string> },
): boolean {
  return (
    namespace === workload.namespace &&
    selector !== undefined &&
    [...selector].every(([key, value]) => workload.podLabels.get(key) === value)
  );
}

function serviceBeside({ namespace, selector }: LoadBalancerService, policy: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace, name: 'beside' },
    spec: {
      type: 'LoadBalancer',
      externalTrafficPolicy: policy,
      selector: Object.fromEntries(selector ?? []),
      ports: [{ name: 'beside', port: 7070 }],
    },
  });
}

function state(
  snapshot: ClusterSnapshot,
  title: string,
  changes: Partial<Pick<PlanInputs, 'nodePools' | 'deletions'>>,
  manifest?: string,
): Neighbour {
  const { wanted } = readObjects(
    manifest === undefined ? [] : readManifests('app.json', manifest).objects,
    'default',
  );
  const after = changedCluster({
    snapshot,
    wanted,
    live: new Map(),
    nodePools: [],
    deletions: [],
    ...changes,
  });
  return { title, after: dated(after, snapshot) };
}

/** What is new has the times that it has half a minute later, and DaemonSets of every node count them. */
function dated(after: ClusterSnapshot, before: ClusterSnapshot): ClusterSnapshot {
  const moment = new Date(Date.parse(before.takenAt) - 30_000).toISOString();
  const isOld = new Set<unknown>([
    ...valueOr(before.endpointSlices, []),
    ...valueOr(before.nodes, []).map(({ name }) => name),
    ...valueOr(before.services, []).map(({ uid }) => uid),
  ]);
  return {
    ...after,
    nodes: mapRead(after.nodes, (all) =>
      all.map((each) =>
        isOld.has(each.name) ? each : { ...each, createdAt: moment, readyChangedAt: moment },
      ),
    ),
    daemonSets: mapRead(after.daemonSets, (all) =>
      all.map((each) =>
        each.statusCount === valueOr(before.nodes, []).length
          ? { ...each, statusCount: valueOr(after.nodes, []).length }
          : each,
      ),
    ),
    services: mapRead(after.services, (all) =>
      all.map((each) => (isOld.has(each.uid) ? each : { ...each, createdAt: moment })),
    ),
    endpointSlices: mapRead(after.endpointSlices, (all) =>
      all.map((each) => (isOld.has(each) ? each : { ...each, lastChangeAt: moment })),
    ),
  };
}

function valid<T>(value: T | string): T {
  if (typeof value === 'string') throw new Error(value);
  return value;
}
