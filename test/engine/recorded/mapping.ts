import { createHttpHeaders, type HttpClient } from '@azure/core-rest-pipeline';
import {
  readConfigurations,
  readNetwork,
  type SubscriptionNetwork,
} from '../../../shared/collect/index.ts';
import { listClusters } from '../../../shared/discover/index.ts';
import { Problems, type ArmAccess } from '../../../shared/input/index.ts';
import {
  armId,
  type LoadBalancer,
  type LoadBalancerConfiguration,
  type ManagedCluster,
  type NetworkInterface,
  type Read,
  type VirtualMachine,
} from '../../../shared/model/index.ts';
import { readVirtualMachines } from '../../../shared/audit/virtual-machines.ts';
import type { Resource } from './bodies.ts';

/** What the production mapping makes of bodies: the real clients, and an answer that holds them. */

export interface Mapped<T> {
  readonly rows: T;
  readonly problems: readonly string[];
}

/** ARM that knows these resources, by the last part of the request path in lower case. */
function answering(lists: Readonly<Record<string, readonly unknown[]>>): ArmAccess {
  const httpClient: HttpClient = {
    sendRequest(request) {
      const last = new URL(request.url).pathname.toLowerCase().split('/').at(-1) ?? '';
      return Promise.resolve({
        request,
        status: 200,
        headers: createHttpHeaders({ 'content-type': 'application/json' }),
        bodyAsText: JSON.stringify({ value: lists[last] ?? [] }),
      });
    },
  };
  const token = { token: 'recorded', expiresOnTimestamp: Date.now() + 3_600_000 };
  return {
    credential: { getToken: () => Promise.resolve(token) },
    endpoint: 'https://management.azure.com',
    httpClient,
    retries: 0,
    problems: new Problems(),
  };
}

export function valueOf<T>(slice: Read<T>): T {
  if (slice.kind === 'unread') throw new Error(slice.why);
  return slice.value;
}

export async function mapClusters(
  resources: readonly unknown[],
): Promise<Mapped<readonly ManagedCluster[]>> {
  const access = answering({ managedclusters: resources });
  const rows = valueOf(await listClusters(access, 'recorded'));
  return { rows, problems: access.problems.lines };
}

/** Node pools come to us inside their cluster, without their own id and properties. */
export async function mapNodePools(
  resources: readonly Resource[],
): Promise<Mapped<ManagedCluster['nodePools']>> {
  const agentPoolProfiles = resources.map(({ name, properties }) => ({ name, ...properties }));
  const id =
    '/subscriptions/s/resourcegroups/g/providers/Microsoft.ContainerService/managedClusters/c';
  const { rows, problems } = await mapClusters([
    { id, name: 'c', properties: { agentPoolProfiles } },
  ]);
  return { rows: rows[0]?.nodePools ?? [], problems };
}

export async function mapNetwork(
  kind: string,
  resources: readonly unknown[],
): Promise<Mapped<SubscriptionNetwork>> {
  const access = answering({ [kind]: resources });
  const rows = await readNetwork(access, 'recorded');
  return { rows, problems: access.problems.lines };
}

/** Parts of a load balancer that were recorded alone. */
export async function mapLoadBalancerPart(
  part: string,
  resources: readonly Resource[],
): Promise<Mapped<LoadBalancer>> {
  const id = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/loadBalancers/lb';
  const whole = { id, name: 'lb', sku: { name: 'Standard' }, properties: { [part]: resources } };
  const { rows, problems } = await mapNetwork('loadbalancers', [whole]);
  const [found] = valueOf(rows.loadBalancers);
  if (found === undefined) throw new Error('the load balancer is gone');
  return { rows: found, problems };
}

export async function mapIpConfigurations(
  resources: readonly Resource[],
): Promise<Mapped<NetworkInterface>> {
  const id = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkInterfaces/nic';
  const whole = { id, name: 'nic', properties: { ipConfigurations: resources } };
  const { rows, problems } = await mapNetwork('networkinterfaces', [whole]);
  const [found] = valueOf(rows.networkInterfaces);
  if (found === undefined) throw new Error('the network interface is gone');
  return { rows: found, problems };
}

export async function mapConfigurations(
  resources: readonly unknown[],
): Promise<Mapped<readonly LoadBalancerConfiguration[]>> {
  const access = answering({ loadbalancers: resources });
  const cluster = {
    id: armId(
      '/subscriptions/s/resourcegroups/g/providers/microsoft.containerservice/managedclusters/c',
    ),
    subscriptionId: 's',
  };
  return {
    rows: valueOf(await readConfigurations(access, cluster)),
    problems: access.problems.lines,
  };
}

export async function mapVirtualMachines(
  resources: readonly unknown[],
): Promise<Mapped<readonly VirtualMachine[]>> {
  const access = answering({ virtualmachines: resources });
  return { rows: valueOf(await readVirtualMachines(access)), problems: access.problems.lines };
}
