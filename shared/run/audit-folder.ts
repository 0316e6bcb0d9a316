import path from 'node:path';
import { folderArm, folderKubernetes } from '../casefolder/index.ts';
import {
  collectCluster,
  groupOfNodes,
  networkByGroup,
  parseNode,
  readConfigurations,
  readList,
  readNetwork,
  type KubernetesTransport,
  type SubscriptionNetwork,
} from '../collect/index.ts';
import { listClusters } from '../discover/index.ts';
import { Problems, type ArmAccess } from '../input/index.ts';
import {
  armId,
  compareText,
  read,
  sameName,
  unread,
  type ClusterIdentity,
  type ManagedCluster,
  type Read,
} from '../model/index.ts';
import type { ClusterReport } from '../report/report.ts';
import type { RuleSettings } from '../rules/index.ts';
import { auditSnapshot } from './audit-snapshot.ts';
import { readVirtualMachines } from './virtual-machines.ts';

export interface FolderOptions {
  readonly directory: string;
  /** Names or ARM ids; empty = whichever cluster the folder is about. */
  readonly clusters: readonly string[];
  /** ISO 8601, UTC. */
  readonly takenAt: string;
  readonly settings?: RuleSettings;
  /** Smaller pages than usual, for tests: page cuts must not change anything. */
  readonly pageItems?: number;
}

export interface FolderAudit {
  /** Empty where the folder holds none of the clusters that were asked for. */
  readonly clusters: readonly ClusterReport[];
  /** One clear line for each input fault. */
  readonly problems: readonly string[];
}

const endpoint = 'https://management.azure.com';

/** A saved folder needs no credential; the Azure clients insist on asking for one. */
const noCredential = {
  getToken: () => Promise.resolve({ token: 'saved', expiresOnTimestamp: Date.now() + 3_600_000 }),
};

/** Audits the cluster of one case folder by the same reading path as a live one. */
export async function auditFolder(options: FolderOptions): Promise<FolderAudit> {
  const { directory, takenAt, settings, pageItems } = options;
  const problems = new Problems();
  const access: ArmAccess = {
    credential: noCredential,
    endpoint,
    httpClient: folderArm(directory, pageItems),
    retries: 0,
    problems,
    maxCharacters: Number.MAX_SAFE_INTEGER,
  };
  const kubernetes = folderKubernetes(directory, pageItems);
  const clusters = await listClusters(access, 'saved');
  const chosen = await choose(clusters, kubernetes, options, problems);
  if (chosen === 'none') return { clusters: [], problems: problems.lines };
  if (chosen === 'several') {
    problems.add(
      directory,
      'arm/managedClusters.json holds several clusters and none of them is the one of the nodes; name one with --cluster',
    );
    return { clusters: [], problems: problems.lines };
  }
  const network: SubscriptionNetwork = await readNetwork(access, 'saved');
  const identity = identityOf(chosen, directory);
  const collected = await collectCluster({
    identity,
    managedCluster: chosen,
    network: networkByGroup(network),
    configurations: await readConfigurations(access, { id: identity.id, subscriptionId: 'saved' }),
    virtualMachines: await readVirtualMachines(access),
    kubernetes: read(kubernetes),
    takenAt,
    problems,
  });
  const report = auditSnapshot({ ...collected, ...(settings !== undefined && { settings }) });
  return { clusters: [report], problems: [...problems.lines, ...unreadLines(report, directory)] };
}

/** Slices that a file kept from being read, as lines for the terminal; each file once. */
function unreadLines(report: ClusterReport, directory: string): readonly string[] {
  const lines = report.coverage.flatMap(({ state, why, slice }) =>
    state === 'unread' &&
    slice !== 'virtualMachines' &&
    why !== undefined &&
    why.includes('.json: ')
      ? [path.join(directory, why)]
      : [],
  );
  return [...new Set(lines)];
}

async function choose(
  clusters: Read<readonly ManagedCluster[]>,
  kubernetes: KubernetesTransport,
  { clusters: wanted, directory }: FolderOptions,
  problems: Problems,
): Promise<Read<ManagedCluster> | 'none' | 'several'> {
  const isWanted = (name: string, id: string): boolean =>
    wanted.length === 0 || wanted.some((each) => sameName(each, name) || armId(each) === id);
  if (clusters.kind === 'unread') {
    const folder = path.basename(path.resolve(directory));
    return isWanted(folder, `unknown/${folder}`) ? unread(clusters.why) : 'none';
  }
  const fitting = clusters.value.filter((each) => isWanted(each.name, each.id));
  const [only] = fitting;
  if (clusters.value.length === 0)
    return unread('arm/managedClusters.json: the list is empty; save the cluster of this folder');
  if (only === undefined) return 'none';
  if (fitting.length === 1) return read(only);
  const group = await nodeGroup(kubernetes, problems);
  const own = fitting.filter((each) => sameName(each.nodeResourceGroup ?? '', group ?? ' '));
  return own.length === 1 && own[0] !== undefined ? read(own[0]) : 'several';
}

/** The node resource group by the nodes' own word; a list that cannot be read is told later, with its slice. */
async function nodeGroup(
  kubernetes: KubernetesTransport,
  problems: Problems,
): Promise<string | undefined> {
  const nodes = await readList(
    kubernetes,
    { path: '/api/v1/nodes', kind: 'NodeList', parse: parseNode, identity: (node) => node.name },
    problems,
  );
  return groupOfNodes(nodes);
}

function identityOf(cluster: Read<ManagedCluster>, directory: string): ClusterIdentity {
  if (cluster.kind === 'unread') {
    const folder = path.basename(path.resolve(directory));
    return { id: armId(`unknown/${folder}`), name: folder };
  }
  const { id, name, subscriptionId, resourceGroup, location, kubernetesVersion } = cluster.value;
  return {
    id,
    name,
    subscriptionId,
    resourceGroup,
    location,
    ...(kubernetesVersion !== undefined && { kubernetesVersion }),
  };
}

/** Clusters of several folders in one order, whatever the order of the folders. */
export function byClusterId(a: ClusterReport, b: ClusterReport): number {
  return compareText(a.id, b.id);
}
