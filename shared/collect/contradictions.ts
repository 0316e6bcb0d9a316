import {
  armId,
  armIdParts,
  sameName,
  unread,
  valueOr,
  type ArmId,
  type BackendMember,
  type ClusterSnapshot,
  type Endpoint,
  type Pod,
  type SliceName,
} from '../model/index.ts';
import { named } from './kubernetes-lists.ts';

/** A list that lacks what another one shows to be there, and both in one line. */
export interface Contradiction {
  readonly slice: SliceName;
  readonly why: string;
}

/**
 * The snapshot with every list unread that another list contradicts: a list that was saved or
 * answered from the wrong scope is not an empty cluster. Objects come and go between two reads, so
 * that only what cannot be explained by that counts. `docs/share-model.md` lists the forms.
 */
export function withoutContradictions(snapshot: ClusterSnapshot): ClusterSnapshot {
  const found = contradictions(snapshot);
  if (found.length === 0) return snapshot;
  const changed = Object.fromEntries(
    found.map(({ slice, why }) => [slice, unread(why, 'contradicted')]),
  );
  return { ...snapshot, ...changed };
}

/** At most one for each slice, the first form that applies. */
export function contradictions(snapshot: ClusterSnapshot): readonly Contradiction[] {
  const bySlice = new Map<SliceName, Contradiction>();
  for (const form of forms)
    for (const found of form(snapshot))
      if (!bySlice.has(found.slice)) bySlice.set(found.slice, found);
  return [...bySlice.values()];
}

type Form = (snapshot: ClusterSnapshot) => readonly Contradiction[];

const forms: readonly Form[] = [
  noLoadBalancer,
  nodesOfEndpoints,
  interfacesOfMembers,
  nodesOfMembers,
  noService,
  noEndpointSlice,
  emptyClusterLists,
  frontendAddresses,
  ownersOfPods,
];

const wrongScope = 'saved or answered from another scope?';
const namespaceOnly =
  'was -A (all namespaces) forgotten, or does a right cover some namespaces only?';
const groupOnly =
  'was it listed in another resource group, or does a right cover some groups only?';

/** (a) An address, or outbound traffic by load balancer, and no load balancer at all. */
function noLoadBalancer({
  loadBalancers,
  services,
  managedCluster,
}: ClusterSnapshot): readonly Contradiction[] {
  if (loadBalancers.kind === 'unread' || loadBalancers.value.length > 0) return [];
  const served = valueOr(services, []).find(
    ({ ingressIps, loadBalancerClass }) => ingressIps.length > 0 && loadBalancerClass === undefined,
  );
  const cluster = managedCluster.kind === 'read' ? managedCluster.value : undefined;
  const egress =
    sameName(cluster?.outboundType ?? '', 'loadBalancer') && cluster?.loadBalancerSku !== 'basic';
  if (served === undefined && !egress) return [];
  const because =
    served === undefined
      ? 'the cluster has outboundType loadBalancer'
      : `services: ${named(served)} has the address ${served.ingressIps[0] ?? ''}`;
  return [
    {
      slice: 'loadBalancers',
      why: `the list has none in the node resource group, but ${because}: ${groupOnly}`,
    },
  ];
}

/** (b) Endpoints on nodes that the list of nodes lacks, half of their nodes or more. */
function nodesOfEndpoints({ nodes, endpointSlices }: ClusterSnapshot): readonly Contradiction[] {
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

/** (c) A pool member whose network interface the list lacks: Azure holds no member without its NIC. */
function interfacesOfMembers(snapshot: ClusterSnapshot): readonly Contradiction[] {
  const { loadBalancers, networkInterfaces, nodes } = snapshot;
  if (loadBalancers.kind === 'unread' || networkInterfaces.kind === 'unread') return [];
  const listed = new Set<string>(networkInterfaces.value.map(({ id }) => id));
  const groups = new Set([
    ...loadBalancers.value.map(({ resourceGroup }) => resourceGroup.toLowerCase()),
    ...valueOr(nodes, []).flatMap(
      ({ providerId }) => armIdParts(armId(providerId)).resourceGroup ?? [],
    ),
  ]);
  for (const { name, backendPools } of loadBalancers.value)
    for (const { members, name: pool } of backendPools)
      for (const member of members) {
        if (member.kind !== 'nic') continue;
        const nic = nicOf(member.ipConfigurationId);
        const group = nic === undefined ? undefined : armIdParts(armId(nic)).resourceGroup;
        if (nic === undefined || group === undefined || !groups.has(group) || listed.has(nic))
          continue;
        return [
          {
            slice: 'networkInterfaces',
            why: `the list lacks ${armIdParts(armId(nic)).name}, a member of pool ${name}/${pool} in loadBalancers: ${groupOnly}`,
          },
        ];
      }
  return [];
}

/** (c) Pools of the cluster's rules with members of which none is a node: another cluster's nodes. */
function nodesOfMembers(snapshot: ClusterSnapshot): readonly Contradiction[] {
  const { loadBalancers, networkInterfaces, nodes } = snapshot;
  if (loadBalancers.kind === 'unread' || nodes.kind === 'unread') return [];
  const machines = new Map(
    valueOr(networkInterfaces, []).map(({ id, virtualMachineId }) => [
      String(id),
      virtualMachineId,
    ]),
  );
  const nodeMachines = new Set(
    nodes.value.map(({ providerId }) => providerId.toLowerCase().replace(/^azure:\/\//u, '')),
  );
  const addresses = new Set(nodes.value.flatMap(({ internalIps }) => internalIps));
  const used = new Set(
    loadBalancers.value.flatMap(({ rules }) =>
      rules.flatMap(({ name, backendPoolIds }) =>
        ruleOfProvider.test(name) ? backendPoolIds : [],
      ),
    ),
  );
  const members = loadBalancers.value.flatMap(({ backendPools }) =>
    backendPools.flatMap((pool) => (used.has(pool.id) ? pool.members : [])),
  );
  const isNode = (member: BackendMember): boolean => {
    if (member.kind === 'ip') return addresses.has(member.ip);
    const nic = nicOf(member.ipConfigurationId);
    const machine =
      nic === undefined
        ? /^(.*\/virtualmachines\/\d+)\//u.exec(member.ipConfigurationId)?.[1]
        : machines.get(nic);
    // A NIC that was not read may be that of any node.
    return machine === undefined || nodeMachines.has(machine);
  };
  if (members.length === 0 || members.some(isNode)) return [];
  return [
    {
      slice: 'nodes',
      why: `none of the ${members.length} members of the pools in loadBalancers is among them: ${wrongScope}`,
    },
  ];
}

/** The id of a network interface of its own; those of scale sets are in no list. */
function nicOf(ipConfiguration: ArmId): string | undefined {
  const match = /^(.*\/providers\/microsoft\.network\/networkinterfaces\/[^/]+)\//u.exec(
    ipConfiguration,
  );
  return ipConfiguration.includes('/virtualmachinescalesets/') ? undefined : match?.[1];
}

const ruleOfProvider = /^a[0-9a-f]{31}-/iu;

/** (d) Rules that the cloud provider wrote, or its Warnings, and no Service of type LoadBalancer. */
function noService({
  services,
  loadBalancers,
  serviceEvents,
}: ClusterSnapshot): readonly Contradiction[] {
  if (services.kind === 'unread' || services.value.length > 0) return [];
  const rule = valueOr(loadBalancers, [])
    .flatMap((each) => each.rules.map(({ name }) => ({ name, of: each.name })))
    .find(({ name }) => ruleOfProvider.test(name));
  const warning = valueOr(serviceEvents, []).find(
    ({ type, reason }) => sameName(type, 'Warning') && /LoadBalancer/u.test(reason),
  );
  const because =
    rule === undefined
      ? warning && `serviceEvents has ${warning.reason} for ${warning.namespace}/${warning.service}`
      : `loadBalancers: ${rule.of} has rule ${rule.name} of one`;
  return because === undefined
    ? []
    : [
        {
          slice: 'services',
          why: `the list has no Service of type LoadBalancer, but ${because}: ${namespaceOnly}`,
        },
      ];
}

const minuteMs = 60_000;

/** (e) The controller keeps a slice, if an empty one, for each Service with a selector. */
function noEndpointSlice(snapshot: ClusterSnapshot): readonly Contradiction[] {
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
      !having.has(named(service))
    );
  });
  return lacking === undefined
    ? []
    : [
        {
          slice: 'endpointSlices',
          why: `the list has none of services' ${named(lacking)}, for which the controller keeps one: ${namespaceOnly}`,
        },
      ];
}

/** (f) What every cluster with nodes has. */
function emptyClusterLists(snapshot: ClusterSnapshot): readonly Contradiction[] {
  const { nodes, daemonSets, namespaces, systemPods, endpointSlices, managedCluster } = snapshot;
  if (nodes.kind === 'unread' || nodes.value.length === 0) return [];
  const why = `the list is empty, but nodes has ${nodes.value.length}`;
  const found: Contradiction[] = [];
  if (daemonSets.kind === 'read' && daemonSets.value.length === 0)
    found.push({ slice: 'daemonSets', why: `${why}: ${namespaceOnly}` });
  if (namespaces.kind === 'read' && namespaces.value.length === 0)
    found.push({ slice: 'namespaces', why: `${why}: ${wrongScope}` });
  if (systemPods.kind === 'unread' || systemPods.value.length > 0) return found;
  const modes = new Map(
    managedCluster.kind === 'read'
      ? managedCluster.value.nodePools.map(({ name, mode }) => [name, mode])
      : [],
  );
  const system = nodes.value.filter(({ labels }) => {
    const pool = labels.get('kubernetes.azure.com/agentpool') ?? labels.get('agentpool') ?? '';
    return (modes.get(pool) ?? labels.get('kubernetes.azure.com/mode')) === 'system';
  });
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
      ? `daemonSets: ${running === undefined ? '' : named(running)} runs on all nodes`
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

/** (g) A frontend's public address that the list lacks, in a group that the list covers. */
function frontendAddresses(snapshot: ClusterSnapshot): readonly Contradiction[] {
  const { publicIpAddresses, loadBalancers } = snapshot;
  if (publicIpAddresses.kind === 'unread' || loadBalancers.kind === 'unread') return [];
  const listed = new Set<string>(publicIpAddresses.value.map(({ id }) => id));
  const covered = new Set([
    ...publicIpAddresses.value.map(({ resourceGroup }) => resourceGroup.toLowerCase()),
    ...loadBalancers.value.map(({ resourceGroup }) => resourceGroup.toLowerCase()),
  ]);
  for (const { name, frontends } of loadBalancers.value)
    for (const { publicIpId } of frontends) {
      if (publicIpId === undefined || listed.has(publicIpId)) continue;
      const { resourceGroup, name: address } = armIdParts(publicIpId);
      if (resourceGroup === undefined || !covered.has(resourceGroup)) continue;
      return [
        {
          slice: 'publicIpAddresses',
          why: `the list lacks ${address}, which a frontend of ${name} in loadBalancers has: ${groupOnly}`,
        },
      ];
    }
  return [];
}

const ownerLists = {
  Deployment: 'deployments',
  DaemonSet: 'daemonSets',
  StatefulSet: 'statefulSets',
} as const;

/** (h) Controllers that pods name as their owners, at least half of them lacking in their list. */
function ownersOfPods(snapshot: ClusterSnapshot): readonly Contradiction[] {
  const pods = [...valueOr(snapshot.systemPods, []), ...valueOr(snapshot.pendingPods, [])];
  const owners = Map.groupBy(pods.flatMap(controllerOf), ({ kind }) => kind);
  return [...owners].flatMap(([kind, all]) => {
    const slice = ownerLists[kind];
    const list = snapshot[slice];
    if (list.kind === 'unread') return [];
    const listed = new Set(list.value.map(named));
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
