import { isDeepStrictEqual } from 'node:util';
import {
  collectCluster,
  coverageOf,
  needsConfigurations,
  readConfigurations,
  withNetwork,
  type CollectInputs,
  type KubernetesTransport,
  type ObservedOfCluster,
  type SubscriptionNetwork,
} from '../collect/index.ts';
import {
  CallError,
  deadline,
  healthLimits,
  lineOf,
  openCluster,
  ThrottledError,
  type OpenedCluster,
} from '../collect/live/index.ts';
import { Problems } from '../input/index.ts';
import type { ObservedBefore } from '../findings/index.ts';
import { read, unread, type ClusterSnapshot, type ManagedCluster } from '../model/index.ts';
import type { Policy } from '../policy/index.ts';
import type { ClusterReport } from '../report/report.ts';
import { auditSnapshot } from './audit-snapshot.ts';
import type { Azure } from './azure.ts';
import { clusterIdentity } from './cluster-identity.ts';
import { nothingJudged } from './nothing-judged.ts';
import { callWithSnapshot, type OnSnapshot } from './on-snapshot.ts';
import { collectOwn, throughProxy } from './collect-own.ts';
import { withGrant, resultOf, type AnswerCounts, type ClusterAccessed } from './live-report.ts';
import { comparesAnew, unconfirmed, withoutUnconfirmed } from './second-reading.ts';
import { verified, type Verification } from './verify.ts';

export interface ClusterAuditInputs {
  readonly azure: Azure;
  readonly cluster: ManagedCluster;
  /** Of the cluster's subscription, by node resource group. */
  readonly network: (nodeResourceGroup: string | undefined) => SubscriptionNetwork;
  readonly observed?: ObservedOfCluster | undefined;
  /** How much Azure is asked about the backends; nothing where absent. */
  readonly verification?: Verification;
  /** What earlier runs observed of the cluster. */
  readonly before?: ObservedBefore | undefined;
  /** Reads it once more, where one of its lists contradicts what the cluster says, or a new finding compares the two. */
  readonly networkAgain?: (() => Promise<ClusterAuditInputs['network']>) | undefined;
  /** ISO 8601, UTC: the clock of the run. */
  readonly takenAt: string;
  readonly policy?: Policy | undefined;
  /** `kubectl proxy` in place of the network. Closed by whoever opened it. */
  readonly kubernetes?: KubernetesTransport | undefined;
  /** Called with what was read, before it is judged. */
  readonly onSnapshot?: OnSnapshot | undefined;
  /** Around the transport that the readers get: what saves a cluster hears them there. */
  readonly wrap?: (transport: KubernetesTransport) => KubernetesTransport;
  /** Called with how the Kubernetes API was reached, once it was read. */
  readonly onAccess?: (access: ClusterAccessed) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface ClusterAudit {
  readonly report: ClusterReport;
  /** Faults of single objects. */
  readonly problems: Problems;
}

/**
 * Audits one live cluster in its time, whatever it answers: without a way in the Azure side is judged
 * alone, and the word and the reason say so.
 * @throws {ThrottledError} where ARM asks to come back later, and nothing else.
 */
export async function auditCluster(inputs: ClusterAuditInputs): Promise<ClusterAudit> {
  const { azure, cluster, kubernetes } = inputs;
  const problems = new Problems();
  const { clusterMsWhenAsked } = healthLimits;
  const extraMs = inputs.verification?.all === true ? clusterMsWhenAsked : 0;
  const allowedMs = azure.limits.clusterMs + extraMs;
  const seconds = allowedMs / 1000;
  const late = new CallError('timeout', `timed out after ${seconds} s`);
  const limit = deadline(allowedMs, late, inputs.signal);
  const { signal } = limit;
  try {
    if (kubernetes !== undefined) {
      const report = await judge(inputs, { kind: 'open', transport: kubernetes }, problems, signal);
      return { report, problems };
    }
    const opened = await openCluster(cluster, azure.connector, signal);
    try {
      const report = await judge(inputs, opened, problems, signal);
      return { report, problems };
    } finally {
      if (opened.kind === 'open') await opened.transport.close();
    }
  } catch (error) {
    if (error instanceof ThrottledError) throw error;
    const reason = `the audit of this cluster failed: ${lineOf(error)}`;
    const report = nothingJudged(clusterIdentity(cluster), { result: 'failed', reason });
    return { report, problems };
  } finally {
    limit.clear();
  }
}

type KubernetesAccess =
  | { readonly kind: 'open'; readonly transport: KubernetesTransport }
  | Extract<OpenedCluster, { kind: 'closed' }>;

async function judge(
  inputs: ClusterAuditInputs,
  access: KubernetesAccess,
  problems: Problems,
  signal: AbortSignal,
): Promise<ClusterReport> {
  const { azure, cluster, policy, before, verification } = inputs;
  if (access.kind === 'closed' && access.word === 'gone')
    return nothingJudged(clusterIdentity(cluster), { result: 'gone', reason: access.reason });
  const counts = { answered: 0, forbidden: 0 };
  const slices = await slicesOf(inputs, access, counts, problems, signal);
  const { snapshot } =
    inputs.kubernetes === undefined
      ? await collectCluster(slices)
      : await collectOwn(slices, throughProxy);
  const transport = access.kind === 'open' ? access.transport : undefined;
  const accessed = accessedBy(access, counts);
  inputs.onAccess?.(accessed);
  const result = resultOf(accessed, cluster, snapshot.nodes);
  const reportOf = (judged: ClusterSnapshot): ClusterReport =>
    auditSnapshot({ snapshot: judged, coverage: coverageOf(judged), result, policy, before });
  const first = reportOf(snapshot);
  const later = await readLater(inputs, snapshot, first);
  await callWithSnapshot(inputs.onSnapshot, later, policy, transport);
  const predicted = later === snapshot ? first : reportOf(later);
  const withHealth =
    verification === undefined
      ? later
      : await verified(azure, later, predicted.findings, verification, signal);
  const report = withHealth === later ? predicted : reportOf(withHealth);
  const told = withoutUnconfirmed(report, unconfirmed(first, predicted));
  return withGrant(told, accessed, result, cluster);
}

/** The snapshot with Azure's lists as they are now, where a new finding compares them with those of Kubernetes and they changed. */
async function readLater(
  { before, networkAgain }: ClusterAuditInputs,
  snapshot: ClusterSnapshot,
  report: ClusterReport,
): Promise<ClusterSnapshot> {
  if (networkAgain === undefined || !comparesAnew(report, before)) return snapshot;
  const later = withNetwork(snapshot, await networkAgain());
  return isDeepStrictEqual(later, snapshot) ? snapshot : later;
}

/** What the collectors read from: Azure's answers for the subscription, and the way into the cluster. */
async function slicesOf(
  { azure, cluster, network, networkAgain, observed, takenAt, wrap = asItIs }: ClusterAuditInputs,
  access: KubernetesAccess,
  counts: AnswerCounts,
  problems: Problems,
  signal: AbortSignal,
): Promise<CollectInputs> {
  const { loadBalancers } = network(cluster.nodeResourceGroup);
  const configurations = needsConfigurations(cluster, loadBalancers)
    ? await readConfigurations({ ...azure.arm, problems }, cluster, signal)
    : read([]);
  return {
    identity: clusterIdentity(cluster),
    managedCluster: read(cluster),
    network,
    networkAgain,
    configurations,
    kubernetes:
      access.kind === 'closed'
        ? unread(access.reason, access.word === 'denied' ? 'forbidden' : undefined)
        : read(wrap(counting(access.transport, counts))),
    observed,
    takenAt,
    problems,
    signal,
  };
}

function asItIs(transport: KubernetesTransport): KubernetesTransport {
  return transport;
}

function accessedBy(access: KubernetesAccess, counts: AnswerCounts): ClusterAccessed {
  if (access.kind === 'open') return { kind: 'open', ...counts };
  const word = access.word === 'gone' ? 'unreachable' : access.word;
  return { kind: 'closed', word, reason: access.reason };
}

function counting(transport: KubernetesTransport, counts: AnswerCounts): KubernetesTransport {
  return {
    ...transport,
    async get(path, query, signal) {
      const answer = await transport.get(path, query, signal);
      // Routes alone judge nothing: an identity that may list no more than those has no right that counts.
      if (answer.status === 200 && !path.includes('networking.k8s.io/')) counts.answered++;
      if (answer.status === 403) counts.forbidden++;
      return answer;
    },
  };
}
