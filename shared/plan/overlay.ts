import {
  read,
  valueOr,
  type ClusterIpService,
  type ClusterSnapshot,
  type IpFamily,
  type LoadBalancerService,
  type Node,
  type NodeName,
  type Workload,
} from '../model/index.ts';
import { serviceControllerExcludes } from '../load-balancing/index.ts';
import type { Applied } from './applied.ts';
import { mapChanges, same, type Manifest } from './fields.ts';
import { withNodePools } from './node-pools.ts';
import { isRouting, titleOf, workloadSlices, type Wanted } from './objects.ts';
import { overlayRouting } from './overlay-routing.ts';
import {
  changedService,
  newService,
  serviceChanges,
  type ServiceDefaults,
} from './overlay-service.ts';
import { changedWorkload, workloadChanges } from './overlay-workload.ts';
import { find, isNamed, put, type Listed } from './rows.ts';
import type { Deletion, NodePoolChange, ObjectChange, Problem } from './types.ts';

/** The cluster after the API server took everything, before any controller acts on it. */
export interface Overlaid {
  readonly snapshot: ClusterSnapshot;
  readonly changes: readonly ObjectChange[];
  /** Services whose spec the cloud provider looks at again, by `namespace/name`. */
  readonly touched: ReadonlySet<string>;
  /** Services that are no longer of type LoadBalancer. */
  readonly deleted: readonly LoadBalancerService[];
  readonly removedNodes: ReadonlySet<NodeName>;
  readonly undecidedNodes: ReadonlyMap<NodeName, string>;
  readonly problems: readonly Problem[];
  readonly unknown: readonly string[];
}

export interface OverlayInputs {
  readonly snapshot: ClusterSnapshot;
  readonly wanted: readonly Wanted[];
  readonly applied: Applied;
  readonly nodePools: readonly NodePoolChange[];
  readonly deletions: readonly Deletion[];
}

export function overlay(inputs: OverlayInputs): Overlaid {
  const { snapshot, applied } = inputs;
  const changes: ObjectChange[] = [];
  const problems: Problem[] = [];
  const unknown: string[] = [];
  const touched = new Set<string>();
  const deleted: LoadBalancerService[] = [];
  const defaults = serviceDefaults(snapshot);
  let current = snapshot;

  for (const each of inputs.wanted) {
    const manifest: Manifest = {
      raw: each.raw,
      applied: applied.get(`${each.kind}/${each.namespace}/${each.name}`),
    };
    if (each.kind === 'Namespace') {
      current = put(current, 'namespaces', each.parsed, ({ name }) => name === each.name);
      continue;
    }
    const routing = overlayRouting(current, each);
    if (routing !== undefined) {
      current = routing.snapshot;
      if (routing.change !== undefined) changes.push(routing.change);
      unknown.push(...routing.unknown);
      continue;
    }
    // The kinds above were that function's.
    if (isRouting(each)) continue;
    if (each.kind === 'Service') {
      const result = overlayService(current, each, manifest, defaults);
      current = result.snapshot;
      changes.push(result.change);
      if (result.touched) touched.add(`${each.namespace}/${each.name}`);
      if (result.deleted !== undefined) deleted.push(result.deleted);
      unknown.push(...result.unknown);
      continue;
    }
    const slice = workloadSlices[each.kind];
    const live = find(current[slice], each);
    if (current[slice].kind === 'unread')
      unknown.push(`${titleOf(each)}: ${slice} were not read, so that it is taken as new`);
    const next =
      live === undefined
        ? each.parsed
        : settled(live, changedWorkload(live, each.parsed, manifest));
    const fields = live === undefined ? [] : workloadChanges(live, next);
    changes.push({
      kind: each.kind,
      namespace: each.namespace,
      name: each.name,
      action: live === undefined ? 'create' : fields.length === 0 ? 'unchanged' : 'update',
      place: each.place,
      fields,
      notes: notesOf(live !== undefined, manifest),
    });
    if (live === undefined || fields.length > 0)
      current = put(current, slice, next, (row: Workload) => isNamed(row, each));
  }

  for (const deletion of inputs.deletions) {
    const result = deleteObject(current, deletion);
    if (typeof result === 'string') {
      problems.push({
        text: `--delete ${deletion.kind}/${deletion.namespace}/${deletion.name}: ${result}`,
      });
      continue;
    }
    current = result.snapshot;
    if (result.service !== undefined) deleted.push(result.service);
    changes.push({ ...deletion, kind: result.kind, action: 'delete', fields: [], notes: [] });
  }

  const pooled = withNodePools(current, inputs.nodePools);
  const nodesChanged = membershipInputs(snapshot) !== membershipInputs(pooled.snapshot);
  if (nodesChanged)
    for (const { namespace, name } of valueOr(pooled.snapshot.services, []))
      touched.add(`${namespace}/${name}`);
  return {
    snapshot: withoutRemoved(pooled.snapshot, pooled.removed),
    changes: [...changes, ...pooled.changes],
    touched,
    deleted,
    removedNodes: pooled.removed,
    undecidedNodes: pooled.undecided,
    problems: [...problems, ...pooled.problems],
    unknown,
  };
}

/** What makes the service controller look at every Service: nodes that come, go, or change their part in it. */
function membershipInputs(snapshot: ClusterSnapshot): string {
  return valueOr(snapshot.nodes, [])
    .map((node: Node) => `${node.name} ${node.providerId} ${serviceControllerExcludes(node) ?? ''}`)
    .toSorted()
    .join('\n');
}

function withoutRemoved(
  snapshot: ClusterSnapshot,
  removed: ReadonlySet<NodeName>,
): ClusterSnapshot {
  if (removed.size === 0 || snapshot.systemPods.kind === 'unread') return snapshot;
  const stays = ({ node }: { readonly node: NodeName | undefined }): boolean =>
    node === undefined || !removed.has(node);
  return { ...snapshot, systemPods: read(snapshot.systemPods.value.filter(stays)) };
}

interface OverlaidService {
  readonly snapshot: ClusterSnapshot;
  readonly change: ObjectChange;
  readonly touched: boolean;
  readonly deleted?: LoadBalancerService;
  readonly unknown: readonly string[];
}

function overlayService(
  snapshot: ClusterSnapshot,
  wanted: Extract<Wanted, { kind: 'Service' }>,
  manifest: Manifest,
  defaults: ServiceDefaults,
): OverlaidService {
  const live = find(snapshot.services, wanted);
  const unread =
    snapshot.services.kind === 'unread'
      ? [`${titleOf(wanted)}: services were not read, so that it is taken as new`]
      : [];
  const base = {
    kind: 'Service',
    namespace: wanted.namespace,
    name: wanted.name,
    place: wanted.place,
  };
  const type =
    wanted.type ??
    (live === undefined || manifest.applied?.has('spec.type') === true
      ? 'ClusterIP'
      : 'LoadBalancer');
  if (type !== 'LoadBalancer') return innerService(snapshot, { wanted, type, live, base, unread });
  const next =
    live === undefined
      ? newService(wanted, defaults)
      : changedService(live, wanted, manifest, defaults);
  const fields = live === undefined ? [] : serviceChanges(live, next);
  const changed = live === undefined || !same(live, next);
  const change: ObjectChange = {
    ...base,
    action: live === undefined ? 'create' : changed ? 'update' : 'unchanged',
    fields,
    notes: notesOf(live !== undefined, manifest),
  };
  const inner = valueOr(snapshot.clusterIpServices, []);
  const others = inner.filter((each) => !isNamed(each, wanted));
  const rest =
    others.length === inner.length ? snapshot : { ...snapshot, clusterIpServices: read(others) };
  return {
    snapshot: changed
      ? put(rest, 'services', next, (row: LoadBalancerService) => isNamed(row, wanted))
      : rest,
    change,
    touched: changed,
    unknown: unread,
  };
}

interface Inner {
  readonly wanted: Extract<Wanted, { kind: 'Service' }>;
  readonly type: string;
  readonly live: LoadBalancerService | undefined;
  readonly base: Pick<ObjectChange, 'kind' | 'namespace' | 'name' | 'place'>;
  readonly unread: readonly string[];
}

/** A Service of another type: an ingress may route to it. */
function innerService(
  snapshot: ClusterSnapshot,
  { wanted, type, live, base, unread }: Inner,
): OverlaidService {
  const known = find(snapshot.clusterIpServices, wanted);
  const createdAt = known?.createdAt;
  const next: ClusterIpService | undefined = wanted.inner && {
    ...wanted.inner,
    ...(createdAt !== undefined && { createdAt }),
  };
  const isListed = snapshot.clusterIpServices.kind === 'read' && next !== undefined;
  const changed = isListed && !same(known, next);
  const services = valueOr(snapshot.services, []).filter((each) => each !== live);
  const rest = live === undefined ? snapshot : { ...snapshot, services: read(services) };
  return {
    snapshot: changed
      ? put(rest, 'clusterIpServices', next, (row: ClusterIpService) => isNamed(row, wanted))
      : rest,
    change: {
      ...base,
      action:
        live !== undefined
          ? 'update'
          : changed
            ? known === undefined
              ? 'create'
              : 'update'
            : 'unchanged',
      fields: [
        ...(live === undefined ? [] : [`type: LoadBalancer → ${type}`]),
        ...(known === undefined || next === undefined
          ? []
          : mapChanges('selector', known.selector ?? new Map(), next.selector ?? new Map())),
      ],
      notes: [`type ${type}: it has no load balancer`],
    },
    touched: false,
    ...(live !== undefined && { deleted: live }),
    unknown: unread,
  };
}

function notesOf(exists: boolean, { applied }: Manifest): readonly string[] {
  return exists && applied === undefined
    ? ['it has no last applied configuration: fields that the manifest leaves out stay as they are']
    : [];
}

/** Counts of its status are those of before; a changed workload has yet to reach its own. */
function settled(live: Workload, next: Workload): Workload {
  if (same(live, next)) return live;
  const { statusCount: _count, ...rest } = next;
  return rest;
}

const deletable: ReadonlyMap<
  string,
  {
    readonly slice: Exclude<Listed, 'namespaces' | 'ingressClasses' | 'gatewayClasses'>;
    readonly kind: string;
  }
> = new Map([
  ['service', { slice: 'services', kind: 'Service' }],
  ['deployment', { slice: 'deployments', kind: 'Deployment' }],
  ['statefulset', { slice: 'statefulSets', kind: 'StatefulSet' }],
  ['ingress', { slice: 'ingresses', kind: 'Ingress' }],
  ['gateway', { slice: 'gateways', kind: 'Gateway' }],
  ['httproute', { slice: 'httpRoutes', kind: 'HTTPRoute' }],
  ['grpcroute', { slice: 'grpcRoutes', kind: 'GRPCRoute' }],
  ['referencegrant', { slice: 'referenceGrants', kind: 'ReferenceGrant' }],
  ['networkpolicy', { slice: 'networkPolicies', kind: 'NetworkPolicy' }],
  ['daemonset', { slice: 'daemonSets', kind: 'DaemonSet' }],
]);

const shortNames: ReadonlyMap<string, string> = new Map([
  ['svc', 'service'],
  ['deploy', 'deployment'],
  ['sts', 'statefulset'],
  ['ds', 'daemonset'],
  ['ing', 'ingress'],
  ['ingresses', 'ingress'],
  ['gtw', 'gateway'],
  ['netpol', 'networkpolicy'],
  ['networkpolicies', 'networkpolicy'],
]);

/** Kinds that `--delete` takes, as people write them. */
export function deletableKind(kind: string): string | undefined {
  const word = kind.toLowerCase();
  const names = [word, word.replace(/s$/u, ''), shortNames.get(word) ?? ''];
  return names.find((each) => deletable.has(each));
}

function deleteObject(
  snapshot: ClusterSnapshot,
  { kind, namespace, name }: Deletion,
):
  | {
      readonly snapshot: ClusterSnapshot;
      readonly kind: string;
      readonly service?: LoadBalancerService;
    }
  | string {
  const word = deletableKind(kind);
  const known = deletable.get(word ?? '');
  if (known === undefined)
    return `this kind is not planned; it takes ${[...deletable.values()]
      .map((each) => each.kind)
      .join(', ')}`;
  const isInner =
    known.slice === 'services' &&
    find(snapshot.services, { namespace, name }) === undefined &&
    find(snapshot.clusterIpServices, { namespace, name }) !== undefined;
  const { kind: title } = known;
  const slice = isInner ? 'clusterIpServices' : known.slice;
  const rows = snapshot[slice];
  if (rows.kind === 'unread') return `${slice} were not read: ${rows.why}`;
  const found = find<{ namespace: string; name: string }>(rows, { namespace, name });
  if (found === undefined)
    return slice === 'services'
      ? 'the cluster has no such Service of type LoadBalancer or ClusterIP'
      : `the cluster has no such ${title}`;
  const left = (rows.value as readonly { namespace: string; name: string }[]).filter(
    (row) => row !== found,
  );
  const service = slice === 'services' ? find(snapshot.services, { namespace, name }) : undefined;
  return {
    snapshot: { ...snapshot, [slice]: read(left) },
    kind: title,
    ...(service !== undefined && { service }),
  };
}

function serviceDefaults(snapshot: ClusterSnapshot): ServiceDefaults {
  const services = valueOr(snapshot.services, []);
  const used = new Set(
    services.flatMap(({ ports, healthCheckNodePort }) => [
      ...ports.flatMap(({ nodePort }) => nodePort ?? []),
      ...(healthCheckNodePort === undefined ? [] : [healthCheckNodePort]),
    ]),
  );
  let next = 32_767;
  const cluster =
    snapshot.managedCluster.kind === 'read' ? snapshot.managedCluster.value.ipFamilies : [];
  const families = cluster.flatMap((each): readonly IpFamily[] =>
    each === 'IPv4' || each === 'IPv6' ? [each] : [],
  );
  const at = Date.parse(snapshot.takenAt);
  return {
    families: families.length > 0 ? families : ['IPv4'],
    // What is planned is judged once it has settled.
    createdAt: new Date(Number.isNaN(at) ? 0 : at - 3_600_000).toISOString(),
    allocatePort: () => {
      while (used.has(next)) next--;
      used.add(next);
      return next;
    },
  };
}
