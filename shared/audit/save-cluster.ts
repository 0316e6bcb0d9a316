import {
  anonymized,
  FolderError,
  Recording,
  writeCase,
  type SavedCase,
  type SavedFile,
} from '../casefolder/index.ts';
import { networkByGroup, readNetwork, type SubscriptionNetwork } from '../collect/index.ts';
import { listClusters } from '../discover/index.ts';
import { isObject, ofSubscription } from '../input/index.ts';
import { armId, armIdParts, type ManagedCluster, type Read } from '../model/index.ts';
import type { ClusterReport } from '../report/report.ts';
import { auditCluster } from './audit-cluster.ts';
import type { Azure } from './azure.ts';
import { InputError } from './input-error.ts';
import type { ClusterAccessed } from './live-report.ts';
import { planSubscriptions } from './subscriptions.ts';
import { version } from './version.ts';

export interface SaveOptions {
  readonly azure: Azure;
  readonly subscriptions: 'all' | readonly string[];
  readonly wanted: (cluster: ManagedCluster) => boolean;
  /** ISO 8601, UTC. */
  readonly takenAt: string;
  /** Where the case folder goes; made where it is not there. */
  readonly directory: (cluster: ManagedCluster) => string;
  /** Replaces names, ids and public addresses, the same by the same. */
  readonly anonymize: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface SavedCluster {
  readonly directory: string;
  /** Files that were written, by their names in the folder, with the number of items. */
  readonly files: readonly { readonly file: string; readonly items: number }[];
  /** What an audit of it says, as the live one did. */
  readonly report: ClusterReport;
}

/**
 * Saves one cluster as a case folder: it is audited live, and what the audit reads is kept, of every
 * object the fields that are read. Secrets are never asked for.
 * @throws {InputError} where the name fits no cluster or several, or the folder holds another.
 */
export async function saveCluster(options: SaveOptions): Promise<SavedCluster> {
  const { azure, takenAt, signal } = options;
  const recording = new Recording();
  const { cluster, network } = await findCluster(options, recording);
  let access: ClusterAccessed = {
    kind: 'closed',
    word: 'unreachable',
    reason: 'it was not asked for',
  };
  const { report } = await auditCluster({
    azure: listening(azure, recording),
    cluster,
    network: networkByGroup(network),
    networkAgain: async () => networkByGroup(await readAll(azure, cluster, recording, signal)),
    takenAt,
    wrap: (transport) => recording.kubernetes(transport),
    onAccess: (reached) => (access = reached),
    signal,
  });
  const saved: SavedCase = {
    lists: new Map([
      ...ownResources(recording.armLists(), cluster, recording.kubernetesLists()),
      ...recording.kubernetesLists(),
    ]),
    about: aboutOf(cluster, network, access, recording, options),
  };
  const directory = options.directory(cluster);
  const files = written(directory, options.anonymize ? anonymized(saved) : saved);
  return { directory, files, report };
}

function written(directory: string, saved: SavedCase): ReturnType<typeof writeCase> {
  try {
    return writeCase(directory, saved);
  } catch (error) {
    if (error instanceof FolderError) throw new InputError(error.message, { cause: error });
    throw error;
  }
}

function listening(azure: Azure, recording: Recording): Azure {
  const { httpClient } = azure.arm;
  if (httpClient === undefined) return azure;
  return { ...azure, arm: { ...azure.arm, httpClient: recording.arm(httpClient) } };
}

async function readAll(
  azure: Azure,
  { subscriptionId }: ManagedCluster,
  recording: Recording,
  signal?: AbortSignal,
): Promise<SubscriptionNetwork> {
  const access = ofSubscription(listening(azure, recording).arm);
  return await readNetwork(access, subscriptionId, signal);
}

async function findCluster(
  { azure, subscriptions, wanted, signal }: SaveOptions,
  recording: Recording,
): Promise<{ readonly cluster: ManagedCluster; readonly network: SubscriptionNetwork }> {
  const plan = await planSubscriptions(azure, subscriptions, signal);
  const reasons = plan.outcomes.flatMap(({ reason }) => reason ?? []);
  const found: ManagedCluster[] = [];
  for (const { id } of plan.subscriptions) {
    const access = ofSubscription(azure.arm);
    const clusters = await listClusters(access, id, signal);
    if (clusters.kind === 'unread') reasons.push(clusters.why);
    else found.push(...clusters.value.filter(wanted));
  }
  const [cluster, ...others] = found;
  if (cluster === undefined)
    throw new InputError(
      ['the cluster was not found; --cluster must be a name or an ARM ID', ...reasons].join('; '),
    );
  if (others.length > 0)
    throw new InputError(
      `${found.length} clusters have that name; give an ARM id: ${found.map(({ id }) => id).join(', ')}`,
    );
  const recorded = ofSubscription(listening(azure, recording).arm);
  await listClusters(recorded, cluster.subscriptionId, signal);
  return { cluster, network: await readAll(azure, cluster, recording, signal) };
}

/** The cluster itself, its load balancers and interfaces; addresses and security groups may be others' and still decide. */
function ownResources(
  lists: ReadonlyMap<string, readonly unknown[]>,
  cluster: ManagedCluster,
  objects: ReadonlyMap<string, readonly { readonly [key: string]: unknown }[]>,
): ReadonlyMap<string, readonly unknown[]> {
  const groups = new Set([cluster.nodeResourceGroup?.toLowerCase()]);
  for (const { spec } of objects.get('kubernetes/nodes.json') ?? [])
    if (isObject(spec) && typeof spec['providerID'] === 'string')
      groups.add(armIdParts(armId(spec['providerID'])).resourceGroup);
  return new Map(
    [...lists].map(([file, items]) => [
      file,
      items.filter((item) => {
        const { id, machineId } = idsOf(item);
        if (file === 'arm/managedClusters.json') return armId(id) === cluster.id;
        if (file !== 'arm/loadBalancers.json' && file !== 'arm/networkInterfaces.json') return true;
        return [id, machineId].some((each) => groups.has(armIdParts(armId(each)).resourceGroup));
      }),
    ]),
  );
}

function textAt(value: unknown, ...path: readonly string[]): string {
  let found = value;
  for (const key of path) found = isObject(found) ? found[key] : undefined;
  return typeof found === 'string' ? found : '';
}

function idsOf(item: unknown): { readonly id: string; readonly machineId: string } {
  return { id: textAt(item, 'id'), machineId: textAt(item, 'properties', 'virtualMachine', 'id') };
}

function aboutOf(
  cluster: ManagedCluster,
  network: SubscriptionNetwork,
  access: ClusterAccessed,
  recording: Recording,
  { takenAt, anonymize }: SaveOptions,
): SavedFile {
  const lists: readonly [string, Read<unknown>][] = [
    ['arm/loadBalancers.json', network.loadBalancers],
    ['arm/networkInterfaces.json', network.networkInterfaces],
    ['arm/publicIPAddresses.json', network.publicIpAddresses],
    ['arm/networkSecurityGroups.json', network.securityGroups],
  ];
  return {
    savedBy: `evenkeel ${version}`,
    takenAt,
    cluster: cluster.id,
    anonymized: anonymize,
    access,
    unread: Object.fromEntries(
      lists.flatMap(([file, list]) => (list.kind === 'unread' ? [[file, list.why]] : [])),
    ),
    queries: recording.queries(),
  };
}
