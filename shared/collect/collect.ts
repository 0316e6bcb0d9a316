import type { Problems } from '../input/index.ts';
import {
  armIdParts,
  armId,
  read,
  sameName,
  sliceNames,
  unread,
  valueOr,
  type ClusterIdentity,
  type ClusterSnapshot,
  type LoadBalancerConfiguration,
  type ManagedCluster,
  type Node,
  type Read,
  type SliceName,
  type VirtualMachine,
} from '../model/index.ts';
import {
  kubernetesSliceNames,
  readKubernetes,
  readKubernetesAgain,
  type KubernetesSlices,
} from './cluster-objects.ts';
import { configurationsOf } from './configurations.ts';
import { contradictions, withoutContradictions } from './contradictions.ts';
import type { KubernetesTransport } from './kubernetes-transport.ts';
import { lastHopSliceNames, readLastHop } from './last-hop.ts';
import type { SubscriptionNetwork } from './network.ts';
import { notObserved, observedByGroup, type ObservedOfCluster } from './observed/observations.ts';

export interface CollectInputs {
  readonly identity: ClusterIdentity;
  readonly managedCluster: Read<ManagedCluster>;
  /** The subscription's network by node resource group. */
  readonly network: (nodeResourceGroup: string | undefined) => SubscriptionNetwork;
  readonly configurations: Read<readonly LoadBalancerConfiguration[]>;
  readonly virtualMachines?: Read<readonly VirtualMachine[]>;
  /** What Azure itself saw. */
  readonly observed?: ObservedOfCluster | undefined;
  /** The way to the cluster's Kubernetes API, or why there is none. */
  readonly kubernetes: Read<KubernetesTransport>;
  /** Reads the subscription's network once more, where a list contradicts another; absent for saved answers. */
  readonly networkAgain?: (() => Promise<CollectInputs['network']>) | undefined;
  /** ISO 8601, UTC: the clock of the run. */
  readonly takenAt: string;
  readonly problems: Problems;
  readonly signal?: AbortSignal;
}

export interface Collected {
  readonly snapshot: ClusterSnapshot;
  readonly coverage: readonly Coverage[];
  /** A resource group in which all nodes live and which is not the cluster's own: they are another cluster's. */
  readonly foreignGroup?: string;
}

/** What was read of a slice, for people. */
interface Coverage {
  readonly slice: SliceName;
  readonly state: 'read' | 'unread';
  readonly why?: string;
  readonly readAt?: string;
  readonly items?: number;
}

/**
 * One cluster's snapshot from both sides. Nothing here throws for what a cluster or ARM answers: a
 * slice that cannot be read says why, and the rest goes on.
 */
export async function collectCluster(inputs: CollectInputs): Promise<Collected> {
  const objects = await kubernetesSlices(inputs);
  const first = await joined(inputs, objects);
  const found = new Set<string>(contradictions(first).map(({ slice }) => slice));
  const snapshot =
    found.size === 0 || inputs.networkAgain === undefined
      ? first
      : await readAgain(inputs, objects, found, inputs.networkAgain);
  const sound = withoutContradictions(snapshot);
  const foreignGroup = foreignNodeGroup(snapshot);
  return {
    snapshot: sound,
    coverage: coverageOf(sound),
    ...(foreignGroup !== undefined && { foreignGroup }),
  };
}

const armLists: ReadonlySet<string> = new Set<SliceName>([
  'loadBalancers',
  'networkInterfaces',
  'publicIpAddresses',
]);

/** Objects come and go between two reads: a list that contradicts another is read once more. */
async function readAgain(
  inputs: CollectInputs,
  objects: KubernetesSlices,
  found: ReadonlySet<string>,
  networkAgain: () => Promise<CollectInputs['network']>,
): Promise<ClusterSnapshot> {
  const { kubernetes } = inputs;
  const network = [...found].some((name) => armLists.has(name))
    ? await networkAgain()
    : inputs.network;
  const again =
    kubernetes.kind === 'unread'
      ? objects
      : await readKubernetesAgain({ ...inputs, transport: kubernetes.value }, objects, found);
  return joined({ ...inputs, network }, again);
}

async function joined(inputs: CollectInputs, objects: KubernetesSlices): Promise<ClusterSnapshot> {
  const cluster = inputs.managedCluster.kind === 'read' ? inputs.managedCluster.value : undefined;
  const group = cluster?.nodeResourceGroup ?? groupOfNodes(objects.nodes);
  const network = inputs.network(group);
  const slices = {
    managedCluster: inputs.managedCluster,
    ...network,
    networkInterfaces: interfacesOf(inputs, network, objects.nodes),
    loadBalancerConfigurations: configurationsOf(
      inputs.configurations,
      cluster,
      network.loadBalancers,
      scaleSetNames(objects.nodes),
    ),
    virtualMachines: inputs.virtualMachines ?? unread('not asked for: it adds precision only'),
    ...(inputs.observed ?? observedByGroup(notObserved))(inputs.identity.id, group),
    ...objects,
    ...(await lastHopSlices(inputs, network, objects)),
  };
  return { ...inputs.identity, takenAt: inputs.takenAt, ...slices };
}

/** The snapshot with what Azure's lists say later; a list that was not read then stays. */
export function withNetwork(
  snapshot: ClusterSnapshot,
  network: CollectInputs['network'],
): ClusterSnapshot {
  const { managedCluster, nodes } = snapshot;
  const cluster = valueOr(managedCluster, undefined);
  const own = network(cluster?.nodeResourceGroup ?? groupOfNodes(nodes));
  const lists = { ...own, networkInterfaces: interfacesOf({ network }, own, nodes) };
  const now = Object.entries(lists).filter(([, { kind }]) => kind === 'read');
  return withoutContradictions({ ...snapshot, ...Object.fromEntries(now) });
}

/** Those of the node resource group, and of every other group in which a node of the cluster has its machine. */
function interfacesOf(
  { network }: Pick<CollectInputs, 'network'>,
  own: SubscriptionNetwork,
  nodes: Read<readonly Node[]>,
): SubscriptionNetwork['networkInterfaces'] {
  if (own.networkInterfaces.kind === 'unread') return own.networkInterfaces;
  const groups = new Set(
    valueOr(nodes, []).flatMap(
      ({ providerId }) => armIdParts(armId(providerId)).resourceGroup ?? [],
    ),
  );
  const found = [...groups].flatMap((group) => valueOr(network(group).networkInterfaces, []));
  return read([...new Set([...own.networkInterfaces.value, ...found])]);
}

/** What was read of each slice, or why it was not; nothing of those that nobody asked for. */
export function coverageOf(snapshot: ClusterSnapshot): readonly Coverage[] {
  return sliceNames
    .filter((slice) => {
      const value = snapshot[slice];
      return value.kind === 'read' || value.code !== 'not-asked';
    })
    .map((slice) => coverageOfSlice(slice, snapshot));
}

function coverageOfSlice(slice: SliceName, snapshot: ClusterSnapshot): Coverage {
  const value: Read<unknown> = snapshot[slice];
  if (value.kind === 'unread') return { slice, state: 'unread', why: value.why };
  const items = Array.isArray(value.value) ? value.value.length : 1;
  return { slice, state: 'read', readAt: snapshot.takenAt, items };
}

async function kubernetesSlices(inputs: CollectInputs): Promise<KubernetesSlices> {
  const { kubernetes, managedCluster, problems, signal } = inputs;
  if (kubernetes.kind === 'read')
    return readKubernetes({
      transport: kubernetes.value,
      managedCluster,
      problems,
      ...(signal !== undefined && { signal }),
    });
  const slices = kubernetesSliceNames.map((name) => [
    name,
    unread(kubernetes.why, kubernetes.code),
  ]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one entry per name of the list above
  return Object.fromEntries(slices) as KubernetesSlices;
}

/** The load balancers say what of it there is reason to read. */
async function lastHopSlices(
  { kubernetes, managedCluster, problems, signal }: CollectInputs,
  { loadBalancers }: SubscriptionNetwork,
  { services, daemonSets }: KubernetesSlices,
): ReturnType<typeof readLastHop> {
  if (kubernetes.kind === 'read')
    return readLastHop({
      transport: kubernetes.value,
      managedCluster,
      problems,
      loadBalancers,
      services,
      daemonSets,
      ...(signal !== undefined && { signal }),
    });
  const slices = lastHopSliceNames.map((name) => [name, unread(kubernetes.why, kubernetes.code)]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one entry per name of the list above
  return Object.fromEntries(slices) as Awaited<ReturnType<typeof readLastHop>>;
}

/** Where ARM was not read the nodes tell: the group in their providerID, which is where their machines live. */
export function groupOfNodes(nodes: Read<readonly Node[]>): string | undefined {
  for (const node of valueOr(nodes, [])) {
    const group = armIdParts(armId(node.providerId)).resourceGroup;
    if (group !== undefined) return group;
  }
  return undefined;
}

function foreignNodeGroup({ nodes, managedCluster }: ClusterSnapshot): string | undefined {
  const own = managedCluster.kind === 'read' ? managedCluster.value.nodeResourceGroup : undefined;
  const groups = valueOr(nodes, []).flatMap(
    (node) => armIdParts(armId(node.providerId)).resourceGroup ?? [],
  );
  if (own === undefined || groups.some((group) => sameName(group, own))) return undefined;
  return groups[0];
}

function scaleSetNames(nodes: Read<readonly Node[]>): ReadonlySet<string> {
  const names = valueOr(nodes, []).flatMap(
    (node) =>
      /\/virtualmachinescalesets\/([^/]+)\//iu.exec(node.providerId)?.[1]?.toLowerCase() ?? [],
  );
  return new Set(names);
}
