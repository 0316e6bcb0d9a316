import path from 'node:path';
import { fileNotSaved, folderArm, folderKubernetes, saveCommand } from '../casefolder/index.ts';
import {
  networkByGroup,
  readConfigurations,
  readNetwork,
  type Collected,
  type KubernetesTransport,
} from '../collect/index.ts';
import { listClusters } from '../discover/index.ts';
import { oneLine, Problems, type ArmAccess } from '../input/index.ts';
import {
  armId,
  compareText,
  read,
  type ClusterIdentity,
  type ManagedCluster,
  type Read,
} from '../model/index.ts';
import type { ClusterReport } from '../report/report.ts';
import type { Policy } from '../policy/index.ts';
import { auditSnapshot } from './audit-snapshot.ts';
import { chooseCluster, folderIdentity } from './choose-cluster.ts';
import { clusterIdentity } from './cluster-identity.ts';
import { collectOwn, throughProxy } from './collect-own.ts';
import { notSaved, readVirtualMachines } from './virtual-machines.ts';

export interface FolderOptions {
  readonly directory: string;
  /** Names or ARM ids; empty = whichever cluster the folder is about. */
  readonly clusters: readonly string[];
  /** ISO 8601, UTC. */
  readonly takenAt: string;
  readonly policy?: Policy;
  /** Smaller pages than usual, for tests: page cuts must not change anything. */
  readonly pageItems?: number;
  /** The Kubernetes side from a running `kubectl proxy`; `kubernetes/` of the folder is not read. */
  readonly kubernetes?: KubernetesTransport;
}

export interface FolderAudit {
  /** Empty where the folder holds none of the clusters that were asked for. */
  readonly clusters: readonly ClusterReport[];
  /** One clear line for each input fault. */
  readonly problems: readonly string[];
}

/** A saved folder needs no credential; the Azure clients insist on asking for one. */
const noCredential = {
  getToken: () => Promise.resolve({ token: 'saved', expiresOnTimestamp: Date.now() + 3_600_000 }),
};

/** Audits the cluster of one case folder by the same reading path as a live one. */
export async function auditFolder(options: FolderOptions): Promise<FolderAudit> {
  const { directory, pageItems } = options;
  const problems = new Problems();
  const access: ArmAccess = {
    credential: noCredential,
    endpoint: 'https://management.azure.com',
    httpClient: folderArm(directory, pageItems),
    retries: 0,
    problems,
    maxCharacters: Number.MAX_SAFE_INTEGER,
    sourceOf: (list) => `arm/${list}.json`,
  };
  const kubernetes = options.kubernetes ?? folderKubernetes(directory, pageItems);
  const clusters = await listClusters(access, 'saved');
  const folder = { directory, wanted: options.clusters };
  const chosen = await chooseCluster(clusters, kubernetes, folder, problems);
  const lines = (unreadWhys: readonly string[]): readonly string[] =>
    inFolder(directory, [...problems.lines, ...unreadWhys]);
  switch (chosen.kind) {
    case 'none':
      return {
        clusters: [],
        problems: lines(clusters.kind === 'unread' ? advised([clusters.why]) : []),
      };
    case 'several':
      return { clusters: [notAudited(directory, chosen.why)], problems: lines([chosen.why]) };
    case 'one': {
      const collected = await collectFolder(options, access, kubernetes, chosen.cluster);
      const { policy } = options;
      const report = auditSnapshot({
        ...collected,
        ...(policy !== undefined && { policy }),
        inputFaults: problems.count,
      });
      return { clusters: [report], problems: lines(advised(unreadFiles(report))) };
    }
  }
}

async function collectFolder(
  { takenAt, directory, kubernetes: proxy }: FolderOptions,
  access: ArmAccess,
  kubernetes: KubernetesTransport,
  managedCluster: Read<ManagedCluster>,
): Promise<Collected> {
  const identity = identityOf(managedCluster, directory);
  const network = await readNetwork(access, 'saved');
  // The folder has one answer, whatever the cluster is called.
  const configurations = await readConfigurations(access, {
    id: armId('/subscriptions/saved/providers/Microsoft.ContainerService/managedClusters/saved'),
    subscriptionId: 'saved',
  });
  const inputs = {
    identity,
    managedCluster,
    network: networkByGroup(network),
    configurations,
    virtualMachines: await readVirtualMachines(access),
    takenAt,
    problems: access.problems,
  };
  return await collectOwn(
    { ...inputs, kubernetes: read(kubernetes) },
    proxy === undefined ? savedNodes : throughProxy,
  );
}

const savedNodes = {
  source: 'kubernetes/nodes.json',
  remedy: 'save both sides of one cluster',
};

function identityOf(cluster: Read<ManagedCluster>, directory: string): ClusterIdentity {
  return cluster.kind === 'unread' ? folderIdentity(directory) : clusterIdentity(cluster.value);
}

/** A folder of which nothing can be said is still in the report. */
function notAudited(directory: string, reason: string): ClusterReport {
  const { id, name } = folderIdentity(directory);
  return {
    id,
    name,
    result: 'failed',
    reason,
    coverage: [],
    services: [],
    findings: [],
    unknown: [],
  };
}

/** Files that kept slices from being read, each with its reason once. */
function unreadFiles(report: ClusterReport): readonly string[] {
  const lines = report.coverage.flatMap(({ state, why = '' }) => {
    const [line] = savedFile.exec(why) ?? [];
    return state === 'read' ||
      line === undefined ||
      line.endsWith(notSaved) ||
      line.endsWith(fileNotSaved)
      ? []
      : [line];
  });
  return [...new Set(lines)];
}

const savedFile = /((?:arm|kubernetes)\/\w+\.json): .*/su;

/** The same lines, each with the command that saves its file. */
function advised(lines: readonly string[]): readonly string[] {
  return lines.map((line) => {
    const command = saveCommand(savedFile.exec(line)?.[1] ?? '');
    const again = line.endsWith('the file is missing') ? '' : ' again';
    return command === undefined ? line : `${line}; save it${again} with: ${command}`;
  });
}

function inFolder(directory: string, lines: readonly string[]): readonly string[] {
  const prefix = directory.endsWith(path.sep) ? directory : `${directory}${path.sep}`;
  // What came through a proxy stands under a path of the API.
  return lines.map((line) => oneLine(line.startsWith('/') ? line : `${prefix}${line}`));
}

/** Clusters of several folders in one order, whatever the order of the folders. */
export function byClusterId(a: ClusterReport, b: ClusterReport): number {
  return compareText(a.id, b.id);
}
