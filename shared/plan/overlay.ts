import {
  read,
  valueOr,
  type ClusterSnapshot,
  type IpFamily,
  type LoadBalancerService,
  type Node,
  type NodeName,
  type Read,
  type Workload,
} from '../model/index.ts';
import { serviceControllerExcludes } from '../load-balancing/index.ts';
import type { Applied } from './applied.ts';
import { same, type Manifest } from './fields.ts';
import { withNodePools } from './node-pools.ts';
import { titleOf, workloadSlices, type Wanted } from './objects.ts';
import {
  changedService,
  newService,
  serviceChanges,
  type ServiceDefaults,
} from './overlay-service.ts';
import { changedWorkload, workloadChanges } from './overlay-workload.ts';
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
    const routing = routingSlices.get(each.kind);
    if (routing !== undefined) {
      const { kind, namespace, name, place } = each;
      const rows: Read<readonly Named[]> = current[routing];
      if (rows.kind === 'unread') {
        unknown.push(`${titleOf(each)}: ${routing} were not read, so that it is not planned`);
        continue;
      }
      const live = find(rows, each);
      const next = live === undefined ? each.parsed : withStatus(each.parsed, live);
      const changed = !same(live, next);
      if (changed) current = put(current, routing, next, (row: Named) => isNamed(row, each));
      const action = live === undefined ? 'create' : changed ? 'update' : 'unchanged';
      changes.push({ kind, namespace, name, action, place, fields: [], notes: [] });
      continue;
    }
    // The kinds above are named by that table.
    if (!isCore(each)) continue;
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
  if (type !== 'LoadBalancer') {
    const change: ObjectChange = {
      ...base,
      action: live === undefined ? 'unchanged' : 'update',
      fields: live === undefined ? [] : [`type: LoadBalancer → ${type}`],
      notes: [`type ${type}: it has no load balancer`],
    };
    if (live === undefined) return { snapshot, change, touched: false, unknown: unread };
    const services = valueOr(snapshot.services, []).filter((each) => each !== live);
    return {
      snapshot: { ...snapshot, services: read(services) },
      change,
      touched: false,
      deleted: live,
      unknown: unread,
    };
  }
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
  return {
    snapshot: changed
      ? put(snapshot, 'services', next, (row: LoadBalancerService) => isNamed(row, wanted))
      : snapshot,
    change,
    touched: changed,
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

interface Named {
  readonly namespace: string;
  readonly name: string;
}

/** Objects that are replaced whole: what is in them are lists, which apply does not merge. */
const routingSlices: ReadonlyMap<
  string,
  'networkPolicies' | 'ingresses' | 'httpRoutes' | 'grpcRoutes'
> = new Map([
  ['NetworkPolicy', 'networkPolicies'],
  ['Ingress', 'ingresses'],
  ['HTTPRoute', 'httpRoutes'],
  ['GRPCRoute', 'grpcRoutes'],
]);

function isCore(
  each: Wanted,
): each is Extract<Wanted, { kind: 'Service' | 'Deployment' | 'StatefulSet' | 'DaemonSet' }> {
  return !routingSlices.has(each.kind) && each.kind !== 'Namespace';
}

/** A manifest says nothing of what the controllers wrote: that stays. */
function withStatus(next: object, live: object): object {
  const status = ['addresses', 'parentStatuses', 'createdAt', 'deleting'];
  const kept = Object.entries(live).filter(([key]) => status.includes(key));
  return { ...next, ...Object.fromEntries(kept) };
}

type Listed =
  | 'services'
  | 'namespaces'
  | 'networkPolicies'
  | 'ingresses'
  | 'httpRoutes'
  | 'grpcRoutes'
  | 'deployments'
  | 'statefulSets'
  | 'daemonSets';

/** The object in place of the one that it is, or at its place in the order of names. */
function put(
  snapshot: ClusterSnapshot,
  slice: Listed,
  item: object,
  is: (row: never) => boolean,
): ClusterSnapshot {
  const rows: readonly unknown[] = valueOr<readonly unknown[]>(snapshot[slice], []);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- rows of the slice that the item belongs to
  const at = rows.findIndex((row) => is(row as never));
  const next = at === -1 ? [...rows, item] : rows.with(at, item);
  return { ...snapshot, [slice]: read(next) };
}

function find<T extends { readonly namespace: string; readonly name: string }>(
  rows: Read<readonly T[]>,
  wanted: { readonly namespace: string; readonly name: string },
): T | undefined {
  return valueOr(rows, []).find((row) => isNamed(row, wanted));
}

function isNamed(
  row: { readonly namespace: string; readonly name: string },
  wanted: { readonly namespace: string; readonly name: string },
): boolean {
  return row.namespace === wanted.namespace && row.name === wanted.name;
}

const deletable: ReadonlyMap<
  string,
  { readonly slice: Exclude<Listed, 'namespaces'>; readonly kind: string }
> = new Map([
  ['service', { slice: 'services', kind: 'Service' }],
  ['deployment', { slice: 'deployments', kind: 'Deployment' }],
  ['statefulset', { slice: 'statefulSets', kind: 'StatefulSet' }],
  ['ingress', { slice: 'ingresses', kind: 'Ingress' }],
  ['httproute', { slice: 'httpRoutes', kind: 'HTTPRoute' }],
  ['grpcroute', { slice: 'grpcRoutes', kind: 'GRPCRoute' }],
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
  const { slice, kind: title } = known;
  const rows = snapshot[slice];
  if (rows.kind === 'unread') return `${slice} were not read: ${rows.why}`;
  const found = find<{ namespace: string; name: string }>(rows, { namespace, name });
  if (found === undefined)
    return slice === 'services'
      ? 'there is no such Service of type LoadBalancer in the cluster'
      : `there is no such ${title} in the cluster`;
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
