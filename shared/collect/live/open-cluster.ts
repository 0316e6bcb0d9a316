import type { KubeconfigAnswer } from '../../input/index.ts';
import { scrubbed, type ManagedCluster, type Read } from '../../model/index.ts';
import type { ClusterAccessCache } from './access-cache.ts';
import { deadline, unlessAborted, type Clock } from './clock.ts';
import { cloudOf, type Cloud } from './clouds.ts';
import { CallError, failureKind, lineOf } from './failure.ts';
import { grantOfKubeconfig } from './grants.ts';
import { parseKubeconfig, type ServerAccess } from './kubeconfig.ts';
import type { LiveTransport } from './kubernetes-http.ts';
import type { KubernetesLimits } from './limits.ts';
import { pinnedTransport, type AddressOverride } from './pinned.ts';
import { checkServer, resolveServer, type Resolve } from './server.ts';
import { ThrottledError } from './throttled.ts';
import { TokenError, type AksToken, type TokenSource } from './tokens.ts';

export interface ClusterConnector {
  readonly cloud: Cloud;
  readonly tokens: TokenSource<AksToken>;
  /** Asks ARM; counts against a small budget of the subscription. */
  readonly kubeconfigOf: (
    cluster: ManagedCluster,
    signal?: AbortSignal,
  ) => Promise<KubeconfigAnswer>;
  /** Whether ARM, asked again, lists the cluster no more. */
  readonly isGone: (cluster: ManagedCluster, signal?: AbortSignal) => Promise<boolean>;
  readonly cache: ClusterAccessCache;
  readonly allowPrivateClusters: boolean;
  /** Who asks can come back later: a 429 is then thrown, where it is a cluster out of reach else. */
  readonly comesBack?: boolean;
  readonly resolve: Resolve;
  readonly route?: AddressOverride | undefined;
  readonly limits: KubernetesLimits;
  readonly clock: Clock;
}

export type OpenedCluster =
  { readonly kind: 'open'; readonly transport: LiveTransport } | ClosedCluster;

/**
 * The way into one cluster's Kubernetes API, tried with a first call; or the word and the reason that
 * its report carries. Throws for nothing that a cluster, ARM or the identity answers but one thing.
 * @throws {ThrottledError} where ARM asks to come back later.
 */
export async function openCluster(
  cluster: ManagedCluster,
  connector: ClusterConnector,
  signal?: AbortSignal,
): Promise<OpenedCluster> {
  const bar = barred(cluster, connector.allowPrivateClusters);
  if (bar !== undefined) return bar;
  const known = await connector.cache.get(cluster.id).catch(() => undefined);
  if (known !== undefined) {
    const opened = await enter(cluster, known, connector, signal);
    // Authorities are renewed and names change; what was kept is worth one try only.
    if (opened.kind === 'open' || opened.stale !== true) return opened;
  }
  const access = await askedAccess(cluster, connector, signal);
  if (access.kind === 'closed') return access;
  const opened = await enter(cluster, access.value, connector, signal);
  if (opened.kind === 'open')
    await connector.cache.set(cluster.id, access.value).catch(() => undefined);
  return opened;
}

/** AKS gives one more kubeconfig a second: half a minute later some are free. */
const throttledMs = 30_000;

const gone = closed('gone', 'the cluster was deleted during the run: ARM lists it no more');

async function askedAccess(
  cluster: ManagedCluster,
  connector: ClusterConnector,
  signal: AbortSignal | undefined,
): Promise<{ readonly kind: 'read'; readonly value: ServerAccess } | ClosedCluster> {
  const answer = await connector.kubeconfigOf(cluster, signal);
  if (answer.kind === 'refused') {
    if (answer.status === 404 && (await connector.isGone(cluster, signal))) return gone;
    if (answer.status === 429 && connector.comesBack === true)
      throw new ThrottledError(answer.why, throttledMs);
    if (answer.status === 401) return closed('denied', answer.why);
    if (answer.status === 403)
      return closed('denied', `${answer.why}; to grant it: ${grantOfKubeconfig(cluster)}`);
    return closed('unreachable', answer.why);
  }
  const access = parseKubeconfig(answer.text);
  return access.kind === 'read' ? access : closed('unreachable', access.why);
}

async function enter(
  cluster: ManagedCluster,
  { server, certificateAuthority }: ServerAccess,
  connector: ClusterConnector,
  signal: AbortSignal | undefined,
): Promise<OpenedCluster> {
  const host = checkServer(server, { ...cluster.access, cloud: connector.cloud });
  if (host.kind === 'unread') return { ...closed('unreachable', host.why), stale: true };
  let addresses: Read<readonly string[]>;
  try {
    const lookup = (name: string) => inTime(connector.resolve(name), connector, signal);
    addresses = await resolveServer(host.value, lookup, connector.allowPrivateClusters);
  } catch (error) {
    return await noName(cluster, lineOf(error), connector, signal);
  }
  if (addresses.kind === 'unread') return closed('unreachable', addresses.why);
  const transport = pinnedTransport({
    ...connector,
    host: host.value,
    addresses: addresses.value,
    certificateAuthority,
  });
  const fault = await firstCall(cluster, transport, signal);
  if (fault === undefined) return { kind: 'open', transport };
  await transport.close();
  return fault;
}

/** A resolver has no limit of its own. */
async function inTime<T>(
  promise: Promise<T>,
  { limits }: ClusterConnector,
  signal: AbortSignal | undefined,
): Promise<T> {
  const late = new CallError('unanswered', `no address within ${limits.connectMs / 1000} s`);
  const limit = deadline(limits.connectMs, late, signal);
  try {
    return await unlessAborted(promise, limit.signal);
  } finally {
    limit.clear();
  }
}

/** `undefined` = the API server is there, its certificate is good, and it takes the token. */
async function firstCall(
  { access }: ManagedCluster,
  transport: LiveTransport,
  signal: AbortSignal | undefined,
): Promise<ClosedCluster | undefined> {
  try {
    const { status } = await transport.get('/version', new URLSearchParams(), signal);
    if (status === 401)
      return closed(
        'denied',
        `the API server does not take the identity's token (401)${access.tenantId === undefined ? '' : `; it trusts tenant ${access.tenantId}`}`,
      );
    // Who may not even ask for the version may still list.
    return status === 200 || status === 403
      ? undefined
      : closed('unreachable', `the API server returned ${status}`);
  } catch (error) {
    if (error instanceof TokenError) return closed('denied', error.message);
    const reason = error instanceof CallError ? error.message : lineOf(error);
    const kind = failureKind(error);
    const hint =
      kind === 'unanswered'
        ? '; is the address of this app in the authorised IP ranges of the API server?'
        : '';
    return { ...closed('unreachable', `${reason}${hint}`), stale: kind === 'certificate' };
  }
}

async function noName(
  cluster: ManagedCluster,
  line: string,
  connector: ClusterConnector,
  signal: AbortSignal | undefined,
): Promise<ClosedCluster> {
  if (await connector.isGone(cluster, signal)) return gone;
  const hint = cluster.access.privateCluster
    ? '; the private DNS zone of the cluster has to be linked to the network of this app'
    : '';
  return closed('unreachable', `${line}${hint}`);
}

/** A cluster whose Kubernetes API is not read, by the report's words. */
interface ClosedCluster {
  readonly kind: 'closed';
  readonly word: 'skipped' | 'unreachable' | 'denied' | 'gone';
  readonly reason: string;
  /** A fresh kubeconfig might open it. */
  readonly stale?: boolean;
}

/** A cluster without a way in, its reason made fit for reports. */
export function closed(word: ClosedCluster['word'], reason: string): ClosedCluster {
  return { kind: 'closed', word, reason: scrubbed(reason) };
}

/** Why ARM's description alone says that the cluster cannot be read. */
function barred(
  { powerState, access }: ManagedCluster,
  allowPrivateClusters: boolean,
): ClosedCluster | undefined {
  if (powerState?.toLowerCase() === 'stopped')
    return closed('skipped', 'the cluster is stopped: its Kubernetes API is not there');
  if (!access.entra)
    return closed(
      'denied',
      'the cluster is not connected with Entra ID: the only way in is an admin certificate, which is never used; audit it with --kubernetes through your own kubectl proxy',
    );
  if (isLegacy(access.legacyServerAppId))
    return closed(
      'denied',
      'the cluster has the retired Entra integration with a server application of its own; az aks update --enable-aad moves it to the managed one',
    );
  if (access.privateCluster && !allowPrivateClusters)
    return closed(
      'unreachable',
      'the cluster is private; where the network of this app reaches it, set EVENKEEL_ALLOW_PRIVATE_CLUSTERS=true',
    );
  return undefined;
}

function isLegacy(serverAppId: string | undefined): boolean {
  return (
    serverAppId !== undefined &&
    serverAppId !== '' &&
    serverAppId.toLowerCase() !== cloudOf('AzurePublic').aksServerApp
  );
}
