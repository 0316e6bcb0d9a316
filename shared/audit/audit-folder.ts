import { caseArm, caseKubernetes, type Case } from '../casefolder/index.ts';
import {
  collectCluster,
  networkByGroup,
  readConfigurations,
  readNetwork,
  type Collected,
  type KubernetesTransport,
} from '../collect/index.ts';
import { listClusters } from '../discover/index.ts';
import { Problems, type ArmAccess } from '../input/index.ts';
import {
  armId,
  compareText,
  optionalSlices,
  read,
  sliceNames,
  unread,
  type ClusterIdentity,
  type ClusterSnapshot,
  type ManagedCluster,
  type Read,
} from '../model/index.ts';
import type { ClusterReport } from '../report/report.ts';
import type { Policy } from '../policy/index.ts';
import { auditSnapshot } from './audit-snapshot.ts';
import { caseLines } from './case-lines.ts';
import { caseIdentity, chooseCluster } from './choose-cluster.ts';
import { clusterIdentity } from './cluster-identity.ts';
import { collectOwn, throughProxy } from './collect-own.ts';
import { withGrant, resultOf, type ClusterAccessed } from './live-report.ts';
import { nothingJudged } from './nothing-judged.ts';
import { callWithSnapshot, type OnSnapshot } from './on-snapshot.ts';
import { readVirtualMachines } from './virtual-machines.ts';

export interface CaseOptions {
  /** Names or ARM ids; empty = whichever cluster the case is about. */
  readonly clusters: readonly string[];
  /** ISO 8601, UTC. */
  readonly takenAt: string;
  readonly policy?: Policy | undefined;
  /** Smaller pages than usual, for tests: page cuts must not change anything. */
  readonly pageItems?: number;
  /** The Kubernetes side from a running `kubectl proxy`; that of the case is not read. */
  readonly kubernetes?: KubernetesTransport | undefined;
  /** Called with what was read, before it is judged. */
  readonly onSnapshot?: OnSnapshot | undefined;
}

export interface FolderAudit {
  /** Empty where the case holds none of the clusters that were asked for. */
  readonly clusters: readonly ClusterReport[];
  /** Names of the clusters that it holds instead. */
  readonly others: readonly string[];
  /** One clear line for each input fault. */
  readonly problems: readonly string[];
  /** Something that was given could not be read. */
  readonly unreadable: boolean;
  /** Files were given, and none of them is for us. */
  readonly nothingOurs: boolean;
}

/** A saved case needs no credential; the Azure clients insist on asking for one. */
const noCredential = {
  getToken: () => Promise.resolve({ token: 'saved', expiresOnTimestamp: Date.now() + 3_600_000 }),
};

/** Audits the cluster of one case by the same reading path as a live one. */
export async function auditCase(whole: Case, options: CaseOptions): Promise<FolderAudit> {
  const { pageItems } = options;
  const saved = options.kubernetes === undefined ? whole : azureSide(whole);
  const problems = new Problems();
  if (saved.lists.size === 0 && !saved.layout)
    return { clusters: [], others: [], ...caseLines(saved, problems, undefined, []) };
  const access: ArmAccess = {
    credential: noCredential,
    endpoint: 'https://management.azure.com',
    httpClient: caseArm(saved, pageItems),
    retries: 0,
    problems,
    maxCharacters: Number.MAX_SAFE_INTEGER,
    sourceOf: (list) => sourceOf(saved, `arm/${list}.json`),
  };
  const kubernetes = options.kubernetes ?? caseKubernetes(saved, pageItems);
  const clusters = await listClusters(access, 'saved');
  const wanted = { name: saved.name, wanted: options.clusters };
  const chosen = await chooseCluster(clusters, kubernetes, wanted, problems);
  const lines = (report?: ClusterReport, ...more: readonly string[]): FolderAudit => ({
    clusters: report === undefined ? [] : [report],
    others: [],
    ...caseLines(saved, problems, report, more),
  });
  switch (chosen.kind) {
    case 'none':
      if (clusters.kind === 'unread') return lines(undefined, clusters.why);
      return { ...lines(), others: clusters.value.map(({ name }) => name) };
    case 'several': {
      const { why } = chosen;
      const report = nothingJudged(caseIdentity(saved.name), { result: 'failed', reason: why });
      return lines(report, why);
    }
    case 'one': {
      const { policy } = options;
      const collected = await collectCase(saved, options, access, kubernetes, chosen.cluster);
      await callWithSnapshot(options.onSnapshot, collected.snapshot, policy, kubernetes);
      const contradicted = contradictedLists(saved, collected.snapshot);
      const { access: reached } = saved.record;
      if (reached !== undefined && chosen.cluster.kind === 'read')
        return lines(
          savedReport(collected, reached, chosen.cluster.value, policy),
          ...contradicted,
        );
      const report = auditSnapshot({ ...collected, policy, inputFaults: problems.faults });
      return lines(report, ...contradicted);
    }
  }
}

/** Needed lists of a case folder that count as unread for what others say, each file once. */
function contradictedLists(saved: Case, snapshot: ClusterSnapshot): readonly string[] {
  if (!saved.layout) return [];
  const lines = sliceNames.flatMap((slice) => {
    const list = snapshot[slice];
    if (list.kind === 'read' || list.code !== 'contradicted' || optionalSlices.has(slice))
      return [];
    const name = slice.endsWith('Pods') ? 'pods' : slice.toLowerCase();
    const file = [...saved.lists.keys()].find((each) =>
      each.toLowerCase().endsWith(`/${name}.json`),
    );
    return file === undefined ? [] : [`${sourceOf(saved, file)}: ${list.why}`];
  });
  return [...new Set(lines)];
}

/** The report that the live cluster had when it was saved. */
function savedReport(
  collected: Collected,
  access: ClusterAccessed,
  cluster: ManagedCluster,
  policy: Policy | undefined,
): ClusterReport {
  const result = resultOf(access, cluster, collected.snapshot.nodes);
  const report = auditSnapshot({ ...collected, result, policy });
  return withGrant(report, access, result, cluster);
}

/** What is left of a case whose Kubernetes side comes another way: nobody reads the rest. */
function azureSide(saved: Case): Case {
  return {
    ...saved,
    lists: new Map([...saved.lists].filter(([file]) => !isOfKubernetes(file))),
    faults: saved.faults.filter(({ source }) => !isOfKubernetes(source)),
    notes: saved.notes.filter(({ source }) => !isOfKubernetes(source)),
    sources: saved.sources.filter((source) => !isOfKubernetes(source)),
  };
}

function isOfKubernetes(file: string): boolean {
  return file.startsWith('kubernetes/');
}

/** The file that a list came from, where it is one; else where it would be in a case folder. */
function sourceOf(saved: Case, file: string): string {
  const sources = new Set(saved.lists.get(file)?.parts.map(({ source }) => source));
  const [only] = sources;
  return only !== undefined && sources.size === 1 ? only : file;
}

async function collectCase(
  saved: Case,
  { takenAt, kubernetes: proxy }: CaseOptions,
  access: ArmAccess,
  kubernetes: KubernetesTransport,
  managedCluster: Read<ManagedCluster>,
): Promise<Collected> {
  const identity = identityOf(managedCluster, saved);
  const network = networkByGroup(await readNetwork(access, 'saved'));
  // The case has one answer, whatever the cluster is called.
  const configurations = await readConfigurations(access, {
    id: armId('/subscriptions/saved/providers/Microsoft.ContainerService/managedClusters/saved'),
    subscriptionId: 'saved',
  });
  const inputs = {
    identity,
    managedCluster,
    network,
    configurations,
    takenAt,
    problems: access.problems,
  };
  const { access: reached } = saved.record;
  if (reached !== undefined && proxy === undefined)
    return await collectCluster({
      ...inputs,
      networkAgain: () => Promise.resolve(network),
      kubernetes:
        reached.kind === 'open'
          ? read(kubernetes)
          : unread(reached.reason, reached.word === 'denied' ? 'forbidden' : undefined),
    });
  const virtualMachines = await readVirtualMachines(access);
  const savedNodes = {
    source: sourceOf(saved, 'kubernetes/nodes.json'),
    remedy: 'save both sides of one cluster',
  };
  return await collectOwn(
    { ...inputs, virtualMachines, kubernetes: read(kubernetes) },
    proxy === undefined ? savedNodes : throughProxy,
  );
}

function identityOf(cluster: Read<ManagedCluster>, saved: Case): ClusterIdentity {
  return cluster.kind === 'unread' ? caseIdentity(saved.name) : clusterIdentity(cluster.value);
}

/** Clusters of several cases in one order, whatever the order of the cases. */
export function byClusterId(a: ClusterReport, b: ClusterReport): number {
  return compareText(a.id, b.id);
}
