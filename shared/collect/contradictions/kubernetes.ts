import {
  isSystemNode,
  nodePoolsOf,
  valueOr,
  type ClusterSnapshot,
  type Endpoint,
  type Pod,
} from '../../model/index.ts';
import { namespacedName } from '../kubernetes-lists.ts';

import { namespaceOnly, wrongScope, type Contradiction } from './form.ts';

/** What Kubernetes' lists say against each other. */

const minuteMs = 60_000;

/** (b) Endpoints on nodes that the list of nodes lacks, half of their nodes or more. */
export function nodesOfEndpoints({
  nodes,
  endpointSlices,
}: ClusterSnapshot): readonly Contradiction[] {
  if (nodes.kind === 'unread' || endpointSlices.kind === 'unread') return [];
  const known = new Set<string>(nodes.value.map(({ name }) => name));
  const hosts = new Set(endpointSlices.value.flatMap(({ endpoints }) => endpoints.flatMap(hostOf)));
  const lacking = [...hosts].filter((name) => !known.has(name));
  if (lacking.length === 0 || lacking.length * 2 < hosts.size) return [];
  return [
    {
      slice: 'nodes',
      why: `the list lacks ${lacking.length} of the ${hosts.size} nodes that endpointSlices name, ${lacking[0] ?? ''} among them: ${wrongScope}`,
    },
  ];
}

function hostOf({ node, terminating }: Endpoint): readonly string[] {
  return node === undefined || terminating ? [] : [node];
}

/** (e) The controller keeps a slice, if an empty one, for each Service with a selector. */
export function noEndpointSlice(snapshot: ClusterSnapshot): readonly Contradiction[] {
  const { services, endpointSlices, takenAt } = snapshot;
  if (endpointSlices.kind === 'unread') return [];
  if (endpointSlices.value.length === 0)
    return [
      {
        slice: 'endpointSlices',
        why: `the list is empty, and default/kubernetes always has one: ${namespaceOnly}`,
      },
    ];
  const having = new Set(
    endpointSlices.value.map(({ namespace, service }) => `${namespace}/${service}`),
  );
  const lacking = valueOr(services, []).find((service) => {
    const age = Date.parse(takenAt) - Date.parse(service.createdAt ?? '');
    return (
      service.selector !== undefined &&
      service.selector.size > 0 &&
      !service.deleting &&
      age > minuteMs &&
      !having.has(namespacedName(service))
    );
  });
  return lacking === undefined
    ? []
    : [
        {
          slice: 'endpointSlices',
          why: `the list has none of services' ${namespacedName(lacking)}, for which the controller keeps one: ${namespaceOnly}`,
        },
      ];
}

/** (f) What every cluster with nodes has. */
export function emptyClusterLists(snapshot: ClusterSnapshot): readonly Contradiction[] {
  const { nodes, daemonSets, namespaces, systemPods, endpointSlices, managedCluster } = snapshot;
  if (nodes.kind === 'unread' || nodes.value.length === 0) return [];
  const why = `the list is empty, but nodes has ${nodes.value.length}`;
  const found: Contradiction[] = [];
  if (daemonSets.kind === 'read' && daemonSets.value.length === 0)
    found.push({ slice: 'daemonSets', why: `${why}: ${namespaceOnly}` });
  if (namespaces.kind === 'read' && namespaces.value.length === 0)
    found.push({ slice: 'namespaces', why: `${why}: ${wrongScope}` });
  if (systemPods.kind === 'unread' || systemPods.value.length > 0) return found;
  const pools = nodePoolsOf(managedCluster);
  const system = nodes.value.filter((node) => isSystemNode(node, pools));
  const names = new Set<string>(system.map(({ name }) => name));
  const host = valueOr(endpointSlices, [])
    .flatMap(({ endpoints }) => endpoints.flatMap(hostOf))
    .find((name) => names.has(name));
  const running = valueOr(daemonSets, []).find(
    ({ statusCount = 0 }) => statusCount >= nodes.value.length,
  );
  if (host === undefined && (running === undefined || system.length === 0)) return found;
  const because =
    host === undefined
      ? `daemonSets: ${running === undefined ? '' : namespacedName(running)} runs on all nodes`
      : `endpointSlices has pods on ${host}`;
  // Both lists are answers about the same resource: what hides the pods of one hides those of the other.
  for (const slice of ['systemPods', 'pendingPods'] as const)
    if (snapshot[slice].kind === 'read')
      found.push({
        slice,
        why: `no pod of a system node was listed, but ${because}: ${namespaceOnly}`,
      });
  return found;
}

const ownerLists = {
  Deployment: 'deployments',
  DaemonSet: 'daemonSets',
  StatefulSet: 'statefulSets',
} as const;

/** (h) Controllers that pods name as their owners, at least half of them lacking in their list. */
export function ownersOfPods(snapshot: ClusterSnapshot): readonly Contradiction[] {
  const pods = [...valueOr(snapshot.systemPods, []), ...valueOr(snapshot.pendingPods, [])];
  const owners = Map.groupBy(pods.flatMap(controllerOf), ({ kind }) => kind);
  return [...owners].flatMap(([kind, all]) => {
    const slice = ownerLists[kind];
    const list = snapshot[slice];
    if (list.kind === 'unread') return [];
    const listed = new Set(list.value.map(namespacedName));
    const names = [...new Set(all.map(({ name }) => name))];
    const lacking = names.filter((name) => !listed.has(name));
    if (lacking.length === 0 || lacking.length * 2 < names.length) return [];
    return [
      {
        slice,
        why: `the list lacks ${lacking.length} of the ${names.length} that pods name as their ${kind}, ${lacking[0] ?? ''} among them: ${namespaceOnly}`,
      },
    ];
  });
}

interface Controller {
  readonly kind: keyof typeof ownerLists;
  /** `namespace/name` */
  readonly name: string;
}

/** A Deployment owns by way of a ReplicaSet, whose name ends in the hash that its pods are labelled with. */
function controllerOf({ namespace, owner, labels, deleting }: Pod): readonly Controller[] {
  if (owner === undefined || deleting) return [];
  const { kind, name } = owner;
  if (kind === 'DaemonSet' || kind === 'StatefulSet')
    return [{ kind, name: `${namespace}/${name}` }];
  const hash = labels.get('pod-template-hash') ?? '';
  return kind === 'ReplicaSet' && hash !== '' && name.endsWith(`-${hash}`)
    ? [{ kind: 'Deployment', name: `${namespace}/${name.slice(0, -hash.length - 1)}` }]
    : [];
}
