import { listsAsked, readNetwork, type KubernetesTransport } from '../../collect/index.ts';
import { CallError, deadline, lineOf, openCluster } from '../../collect/live/index.ts';
import { listClusters } from '../../discover/index.ts';
import { ofSubscription, type KubeconfigAnswer } from '../../input/index.ts';
import type { ManagedCluster, Read } from '../../model/index.ts';
import type { Azure } from '../../audit/azure.ts';
import { probeObserved } from './probe-observed.ts';
import type { AccessResult, AccessCheck } from './probed.ts';

export interface SubscriptionProbe {
  readonly id: string;
  readonly name: string;
  readonly lists: readonly AccessCheck[];
}

export interface ClusterProbe {
  readonly cluster: ManagedCluster;
  /** The user kubeconfig, where the server and its authority stand. */
  readonly credentials: AccessResult;
  /** The way to the API server; absent where the credentials already failed. */
  readonly api?: AccessResult;
  /** Empty where there is no way in. */
  readonly lists: readonly AccessCheck[];
}

const readable = { kind: 'readable' } as const;

/** The five lists of a subscription, as an audit reads them, its clusters, and what Azure observed. */
export async function probeSubscription(
  azure: Azure,
  { id, name }: { readonly id: string; readonly name: string },
  signal?: AbortSignal,
): Promise<SubscriptionProbe & { readonly clusters: Read<readonly ManagedCluster[]> }> {
  const access = ofSubscription(azure.arm);
  const clusters = await listClusters(access, id, signal);
  const network = await readNetwork(access, id, signal);
  const lists: readonly [string, Read<unknown>][] = [
    ['managedClusters', clusters],
    ['loadBalancers', network.loadBalancers],
    ['networkInterfaces', network.networkInterfaces],
    ['publicIPAddresses', network.publicIpAddresses],
    ['networkSecurityGroups', network.securityGroups],
  ];
  const observed = await probeObserved(azure, {
    subscriptionId: id,
    clusters,
    loadBalancers: network.loadBalancers,
    signal,
  });
  return {
    id,
    name,
    clusters,
    lists: [...lists.map(([what, list]) => ({ what, probe: ofArm(list) })), ...observed],
  };
}

function ofArm(list: Read<unknown>): AccessResult {
  if (list.kind === 'read') return readable;
  // ARM's refusals stand behind their path; what the message says after the status is its own.
  const denied = /^\/\S+: 403\b/u.test(list.why);
  return { kind: denied ? 'denied' : 'unreadable', why: list.why };
}

/** The way into a cluster and one item of each list. Never throws for what anybody answers. */
export async function probeCluster(
  azure: Azure,
  cluster: ManagedCluster,
  outer?: AbortSignal,
): Promise<ClusterProbe> {
  const seconds = azure.limits.clusterMs / 1000;
  const late = new CallError('timeout', `timed out after ${seconds} s`);
  const { signal, clear } = deadline(azure.limits.clusterMs, late, outer);
  let answer: KubeconfigAnswer | undefined;
  const connector = {
    ...azure.connector,
    async kubeconfigOf(of: ManagedCluster, given?: AbortSignal) {
      answer = await azure.connector.kubeconfigOf(of, given);
      return answer;
    },
  };
  try {
    const opened = await openCluster(cluster, connector, signal);
    if (opened.kind === 'closed') {
      const kind = opened.word === 'skipped' || opened.word === 'gone' ? 'skipped' : 'unreadable';
      const closed = { kind, why: opened.reason } as const;
      if (answer?.kind === 'kubeconfig')
        return { cluster, credentials: readable, api: closed, lists: [] };
      const forbidden = answer?.status === 403;
      const why = answer?.why ?? opened.reason;
      return { cluster, credentials: forbidden ? { kind: 'denied', why } : closed, lists: [] };
    }
    try {
      const { transport } = opened;
      const lists = await Promise.all(listsAsked.map((list) => probeList(transport, list, signal)));
      return { cluster, credentials: readable, api: readable, lists };
    } finally {
      await opened.transport.close();
    }
  } catch (error) {
    return { cluster, credentials: { kind: 'unreadable', why: lineOf(error) }, lists: [] };
  } finally {
    clear();
  }
}

async function probeList(
  transport: KubernetesTransport,
  { path, query, mayBeAbsent }: (typeof listsAsked)[number],
  signal: AbortSignal,
): Promise<AccessCheck> {
  const what = resourceOf(path);
  try {
    const one = new URLSearchParams({ ...query, limit: '1' });
    const { status } = await transport.get(path, one, signal);
    // Nothing is amiss with the rights where the API is not installed.
    if (status === 200 || (status === 404 && mayBeAbsent !== undefined))
      return { what, probe: readable };
    const why =
      status === 403 ? `403: no permission to list ${what}` : `the API server returned ${status}`;
    return { what, probe: { kind: status === 403 ? 'denied' : 'unreadable', why } };
  } catch (error) {
    return { what, probe: { kind: 'unreadable', why: lineOf(error) } };
  }
}

/** `nodes`, `deployments.apps`: as Kubernetes names resources in roles and refusals. */
function resourceOf(path: string): string {
  const [, group, named] = /^\/apis\/([^/]+)\/[^/]+\/([^/]+)$/u.exec(path) ?? [];
  return named === undefined ? (path.split('/').at(-1) ?? path) : `${named}.${group}`;
}
