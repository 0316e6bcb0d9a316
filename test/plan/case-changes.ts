import fc from 'fast-check';
import { deletionOf, nodePoolChange } from '../../shared/plan/index.ts';
import type { PlanRequest } from '../../shared/plan/run.ts';
import {
  valueOr,
  type ClusterSnapshot,
  type LoadBalancerService,
  type Workload,
} from '../../shared/model/index.ts';

/** A change of a cluster, as its user would give it. */
export interface CaseChange extends Pick<PlanRequest, 'nodePools' | 'deletions'> {
  readonly title: string;
  readonly manifests: readonly string[];
}

const prefix = 'service.beta.kubernetes.io/';

/** Every kind of change that a cluster offers something for. */
export function changesOf(snapshot: ClusterSnapshot): fc.Arbitrary<CaseChange> {
  const services = valueOr(snapshot.services, []);
  const workloads = [...valueOr(snapshot.deployments, []), ...valueOr(snapshot.statefulSets, [])];
  const pools =
    snapshot.managedCluster.kind === 'read'
      ? snapshot.managedCluster.value.nodePools.map(({ name }) => name)
      : [];
  const behind = workloads.filter((each) => services.some((service) => selects(service, each)));
  return fc.oneof(
    ...(services.length === 0 ? [] : [serviceChange(services)]),
    ...(behind.length === 0 ? [] : [workloadChange(behind), workloadChange(behind)]),
    ...(pools.length === 0 ? [] : [poolChange(pools), poolChange(pools)]),
    poolChange(['fresh']),
  );
}

function selects({ namespace, selector }: LoadBalancerService, workload: Workload): boolean {
  return (
    namespace === workload.namespace &&
    selector !== undefined &&
    [...selector].every(([key, value]) => workload.podLabels.get(key) === value)
  );
}

function serviceChange(services: readonly LoadBalancerService[]): fc.Arbitrary<CaseChange> {
  return fc
    .record({
      service: fc.constantFrom(...services),
      kind: fc.constantFrom('delete', 'policy', 'annotation', 'internal', 'probe', 'port'),
      at: fc.nat(9),
    })
    .map(({ service, kind, at }) => {
      const { namespace, name, externalTrafficPolicy: policy, annotations } = service;
      const title = `${kind} ${namespace}/${name}`;
      if (kind === 'delete')
        return change(title, { deletions: [valid(deletionOf(`svc/${namespace}/${name}`))] });
      const keys = [...annotations.keys()];
      const gone = keys[at % Math.max(1, keys.length)] ?? `${prefix}none`;
      const metadata = {
        namespace,
        name,
        annotations: {
          ...(kind === 'annotation' && { [gone]: null }),
          ...(kind === 'internal' && {
            [`${prefix}azure-load-balancer-internal`]: at % 2 === 0 ? 'true' : null,
          }),
          ...(kind === 'probe' && {
            [`${prefix}port_${service.ports[0]?.port ?? 80}_no_probe_rule`]: 'true',
          }),
        },
      };
      const spec = {
        type: 'LoadBalancer',
        ...(kind === 'policy' && {
          externalTrafficPolicy: policy === 'Local' ? 'Cluster' : 'Local',
        }),
        ports: [
          ...service.ports.map(({ name: port, ...rest }) => ({ ...rest, name: port })),
          ...(kind === 'port' ? [{ name: 'more', port: 9_443 + at }] : []),
        ],
      };
      return change(title, {
        manifests: [JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata, spec })],
      });
    });
}

function workloadChange(workloads: readonly Workload[]): fc.Arbitrary<CaseChange> {
  return fc
    .record({
      workload: fc.constantFrom(...workloads),
      kind: fc.constantFrom(
        'delete',
        'replicas',
        'replicas',
        'selector',
        'tolerations',
        'recreate',
      ),
      replicas: fc.nat(6),
    })
    .map(({ workload, kind, replicas }) => {
      const { kind: type, namespace, name, podLabels } = workload;
      const title = `${kind} ${type} ${namespace}/${name} ${replicas}`;
      if (kind === 'delete')
        return change(title, { deletions: [valid(deletionOf(`${type}/${namespace}/${name}`))] });
      const labels = Object.fromEntries(podLabels);
      const podSpec = {
        ...((kind === 'selector' || kind === 'recreate') && {
          nodeSelector: { 'kubernetes.azure.com/mode': replicas % 2 === 0 ? 'user' : 'system' },
        }),
        ...(kind === 'tolerations' && { tolerations: [{ operator: 'Exists' }] }),
      };
      const manifest = {
        apiVersion: 'apps/v1',
        kind: type,
        metadata: { namespace, name },
        spec: {
          ...(kind === 'replicas' && { replicas }),
          ...(kind === 'recreate' && type === 'Deployment' && { strategy: { type: 'Recreate' } }),
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: podSpec },
        },
      };
      return change(title, { manifests: [JSON.stringify(manifest)] });
    });
}

function poolChange(pools: readonly string[]): fc.Arbitrary<CaseChange> {
  return fc
    .record({
      name: fc.constantFrom(...pools),
      taint: fc.constantFrom('', '', 'x=y:NoSchedule', 'x=y:NoExecute', 'x=y:PreferNoSchedule'),
      label: fc.constantFrom(
        '',
        '',
        'tier=web',
        'node.kubernetes.io/exclude-from-external-load-balancers=true',
      ),
      count: fc.option(fc.constantFrom(0, 1, 2, 3, 5), { nil: undefined }),
    })
    .map(({ name, taint, label, count }) =>
      change(`pool ${name} ${taint} ${label} ${count ?? ''}`, {
        nodePools: [
          valid(
            nodePoolChange({
              name,
              taints: taint === '' ? [] : [taint],
              labels: label === '' ? [] : [label],
              count,
            }),
          ),
        ],
      }),
    );
}

function change(title: string, parts: Partial<CaseChange>): CaseChange {
  return { title, manifests: [], nodePools: [], deletions: [], ...parts };
}

function valid<T>(value: T | string): T {
  if (typeof value === 'string') throw new Error(value);
  return value;
}
