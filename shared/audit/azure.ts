import type { HttpClient } from '@azure/core-rest-pipeline';
import { lookup } from 'node:dns/promises';
import {
  aksTokens,
  cloudOf,
  kubernetesLimits,
  liveArm,
  liveMetrics,
  memoryAccessCache,
  systemClock,
  type Clock,
  type Cloud,
  type CloudName,
  type ClusterAccessCache,
  type ClusterConnector,
  type KubernetesLimits,
  type MetricsAccess,
  type Resolve,
  type AddressOverride,
} from '../collect/live/index.ts';
import { listClusters, readUserCredential } from '../discover/index.ts';
import { ofSubscription, type ArmAccess, type ArmCredential } from '../input/index.ts';
import { azureCredential } from './credential.ts';
import { InputError } from './input-error.ts';
import { unsafeTls, type Environment } from './environment.ts';
import type { ManagedCluster, Read } from '../model/index.ts';

export interface AzureOptions {
  readonly cloud: CloudName;
  readonly allowPrivateClusters: boolean;
  /** A person at a terminal: the credentials of `az` and `azd` count, too. */
  readonly commandLine: boolean;
  readonly environment: Environment;
  /** Another network than the one of this machine: a simulator's. */
  readonly network?: AzureNetwork | undefined;
  readonly cache?: ClusterAccessCache;
  /** A throttled cluster can be asked again later. */
  readonly comesBack?: boolean;
  /** Instead of the environment's. */
  readonly credential?: ArmCredential;
  readonly limits?: KubernetesLimits;
  readonly clock?: Clock;
}

export interface AzureNetwork {
  readonly httpClient: HttpClient;
  readonly resolve: Resolve;
  readonly route: AddressOverride;
}

/** One identity's way to Azure and its clusters, for one run. */
export interface Azure {
  readonly cloud: Cloud;
  /** Only this tenant's subscriptions are audited, where one is set. */
  readonly tenantId?: string;
  readonly arm: ArmAccess;
  /** Azure Monitor's hosts, by region. */
  readonly metrics: MetricsAccess;
  readonly clock: Clock;
  readonly connector: ClusterConnector;
  readonly limits: KubernetesLimits;
}

/**
 * Makes credentials and transports; asks nobody yet.
 * @throws {InputError} where the environment switches certificate checks off.
 */
export function connectAzure(options: AzureOptions): Azure {
  const { environment, network } = options;
  const unsafe = unsafeTls(environment);
  if (unsafe.length > 0) throw new InputError(unsafe.join('; '));
  const cloud = cloudOf(options.cloud);
  const clock = options.clock ?? systemClock;
  const limits = options.limits ?? kubernetesLimits;
  const credential =
    options.credential ?? azureCredential(environment, options.commandLine, cloud.authorityHost);
  const arm = liveArm({
    cloud,
    credential,
    clock,
    ...(network !== undefined && { httpClient: network.httpClient }),
  });
  const metrics = liveMetrics({
    cloud,
    credential,
    clock,
    ...(network !== undefined && { httpClient: network.httpClient }),
  });
  const tenantId = environment['AZURE_TENANT_ID']?.toLowerCase();
  return {
    cloud,
    arm,
    metrics,
    clock,
    limits,
    ...(tenantId !== undefined && tenantId !== '' && { tenantId }),
    connector: {
      cloud,
      limits,
      clock,
      tokens: aksTokens(credential, cloud, clock),
      kubeconfigOf: (cluster, signal) => readUserCredential(arm, cluster, signal),
      isGone: goneBy((id) => listClusters(ofSubscription(arm), id), clock),
      cache: options.cache ?? memoryAccessCache(),
      allowPrivateClusters: options.allowPrivateClusters,
      comesBack: options.comesBack ?? false,
      resolve: network?.resolve ?? resolveByDns,
      ...(network !== undefined && { route: network.route }),
    },
  };
}

/** Through the system's resolver: private DNS zones and the hosts file count. */
const resolveByDns: Resolve = async (host) => {
  const found = await lookup(host, { all: true, order: 'ipv4first' });
  return found.map(({ address }) => address);
};

type ListClusters = (subscriptionId: string) => Promise<Read<readonly ManagedCluster[]>>;

/** Clusters that vanish together (a resource group) share one list; a later run must not see it. */
const keptMs = 30_000;

/**
 * Asks for the list of a subscription once more when a cluster of it seems to be gone. A list is worth
 * something for a moment only: one from before a cluster was made would call it deleted, and close
 * its findings.
 */
export function goneBy(
  list: ListClusters,
  clock: Pick<Clock, 'elapsed'>,
): (cluster: Pick<ManagedCluster, 'id' | 'subscriptionId'>) => Promise<boolean> {
  const asked = new Map<
    string,
    { readonly atMs: number; readonly list: ReturnType<ListClusters> }
  >();
  return async ({ id, subscriptionId }) => {
    const atMs = clock.elapsed();
    for (const [key, each] of asked) if (atMs - each.atMs > keptMs) asked.delete(key);
    const known = asked.get(subscriptionId) ?? { atMs, list: list(subscriptionId) };
    asked.set(subscriptionId, known);
    const clusters = await known.list;
    return clusters.kind === 'read' && clusters.value.every((cluster) => cluster.id !== id);
  };
}
