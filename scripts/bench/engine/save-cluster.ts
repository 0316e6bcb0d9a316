import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { createPipelineRequest } from '@azure/core-rest-pipeline';
import type { KubernetesTransport } from '../../../shared/collect/index.ts';
import { isObject } from '../../../shared/input/index.ts';
import { fleet, subscription } from '../../../simulator/build.ts';
import { largeCluster, type ClusterSize } from '../../../simulator/fleets/large.ts';
import { createSimulator, type Simulator } from '../../../simulator/simulator.ts';
import { armHttpClient, kubernetesTransport } from '../../../simulator/transports.ts';

const subscriptionId = '00000000-0000-0000-0000-000000000001';
const armHost = 'https://management.azure.com';

/** A page of a list, and where the next one is. */
interface SavedListPage {
  readonly items: readonly unknown[];
  readonly next: string | undefined;
}

/** Gives the page at a place; `''` or an address is the first. */
type Pages = (at: string) => Promise<SavedListPage>;

/** Saves a simulated cluster of any size as a case folder. */
export async function saveLargeCluster(directory: string, size: ClusterSize): Promise<void> {
  const simulator = createSimulator({
    fleet: fleet({ subscriptions: [subscription(subscriptionId, 'Bench', [largeCluster(size)])] }),
  });
  const [cluster] = await simulatedClusters(simulator, subscriptionId);
  if (cluster !== undefined) await saveSimulatedCluster(directory, simulator, cluster);
}

/** A cluster of a simulated subscription, and the way into it. */
export interface SimulatedCluster {
  readonly subscriptionId: string;
  readonly id: string;
  readonly name: string;
  readonly host: string;
}

/** The clusters of a subscription, as its list in ARM names them. */
export async function simulatedClusters(
  simulator: Simulator,
  ofSubscription: string,
): Promise<readonly SimulatedCluster[]> {
  const pages = armPages(simulator);
  const clusters: SimulatedCluster[] = [];
  let at: string | undefined =
    `${armHost}/subscriptions/${ofSubscription}/providers/${armLists[0][1]}`;
  while (at !== undefined) {
    const { items, next }: SavedListPage = await pages(at);
    for (const item of items)
      clusters.push({
        subscriptionId: ofSubscription,
        id: textOf(item, 'id'),
        name: textOf(item, 'name'),
        host: textOf(item, 'properties', 'fqdn') || textOf(item, 'properties', 'privateFQDN'),
      });
    at = next;
  }
  return clusters;
}

/**
 * Saves a cluster as a case folder: what `az rest` and `kubectl get -o json` would have saved, page
 * by page. Lists that are refused are not saved.
 */
export async function saveSimulatedCluster(
  directory: string,
  simulator: Simulator,
  cluster: SimulatedCluster,
): Promise<void> {
  for (const name of ['arm', 'kubernetes'])
    mkdirSync(path.join(directory, name), { recursive: true });
  const pages = armPages(simulator);
  for (const [name, provider] of armLists) {
    const first = `${armHost}/subscriptions/${cluster.subscriptionId}/providers/${provider}`;
    await saveList(path.join(directory, 'arm', `${name}.json`), '{"value":', first, pages);
  }
  const configurations = `${armHost}${cluster.id}/loadBalancers?api-version=2026-04-02-preview`;
  const file = path.join(directory, 'arm', 'managedClusterLoadBalancers.json');
  await saveList(file, '{"value":', configurations, pages);
  const transport = kubernetesTransport(simulator, cluster.host);
  for (const [name, list, kind] of kubernetesLists) {
    const head = `{"kind":"${kind}List","apiVersion":"v1","metadata":{},"items":`;
    const listed = kubernetesPages(transport, `${list}/${name}`);
    await saveList(path.join(directory, 'kubernetes', `${name}.json`), head, '', listed);
  }
}

function armPages(simulator: Simulator): Pages {
  const http = armHttpClient(simulator);
  const token = simulator.identity.issue(armHost);
  return async (url) => {
    const request = createPipelineRequest({ url });
    request.headers.set('authorization', `Bearer ${token}`);
    const { status, bodyAsText } = await http.sendRequest(request);
    if (status !== 200) throw new Refused(`${url}: ${status}`);
    const body: ArmBody = JSON.parse(bodyAsText ?? '{}');
    return { items: body.value, next: body.nextLink };
  };
}

function kubernetesPages(transport: KubernetesTransport, list: string): Pages {
  return async (token) => {
    const query = new URLSearchParams({ limit: '500', ...(token !== '' && { continue: token }) });
    const { status, body: text } = await transport.get(list, query);
    // An API that is not installed has no objects.
    if (status === 404) return { items: [], next: undefined };
    if (typeof text !== 'string' || status !== 200) throw new Refused(`${list}: ${status}`);
    const body: KubernetesBody = JSON.parse(text);
    return { items: body.items, next: body.metadata.continue };
  };
}

interface ArmBody {
  readonly value: readonly unknown[];
  readonly nextLink?: string;
}

interface KubernetesBody {
  readonly items: readonly unknown[];
  readonly metadata: { readonly continue?: string };
}

const armLists = [
  ['managedClusters', 'Microsoft.ContainerService/managedClusters?api-version=2026-06-01'],
  ['loadBalancers', 'Microsoft.Network/loadBalancers?api-version=2026-01-01'],
  ['networkInterfaces', 'Microsoft.Network/networkInterfaces?api-version=2026-01-01'],
  ['publicIPAddresses', 'Microsoft.Network/publicIPAddresses?api-version=2026-01-01'],
  ['networkSecurityGroups', 'Microsoft.Network/networkSecurityGroups?api-version=2026-01-01'],
] as const;

const kubernetesLists = [
  ['nodes', '/api/v1', 'Node'],
  ['services', '/api/v1', 'Service'],
  ['endpointslices', '/apis/discovery.k8s.io/v1', 'EndpointSlice'],
  ['pods', '/api/v1', 'Pod'],
  ['deployments', '/apis/apps/v1', 'Deployment'],
  ['statefulsets', '/apis/apps/v1', 'StatefulSet'],
  ['daemonsets', '/apis/apps/v1', 'DaemonSet'],
  ['namespaces', '/api/v1', 'Namespace'],
  ['events', '/api/v1', 'Event'],
  ['networkpolicies', '/apis/networking.k8s.io/v1', 'NetworkPolicy'],
  ['ingresses', '/apis/networking.k8s.io/v1', 'Ingress'],
  ['ingressclasses', '/apis/networking.k8s.io/v1', 'IngressClass'],
  ['gatewayclasses', '/apis/gateway.networking.k8s.io/v1', 'GatewayClass'],
  ['gateways', '/apis/gateway.networking.k8s.io/v1', 'Gateway'],
  ['httproutes', '/apis/gateway.networking.k8s.io/v1', 'HTTPRoute'],
  ['grpcroutes', '/apis/gateway.networking.k8s.io/v1', 'GRPCRoute'],
  ['referencegrants', '/apis/gateway.networking.k8s.io/v1beta1', 'ReferenceGrant'],
] as const;

class Refused extends Error {
  override readonly name = 'Refused';
}

/** Writes a list as one document, each item as it comes. */
async function saveList(file: string, head: string, first: string, pages: Pages): Promise<void> {
  const handle = openSync(file, 'w');
  let refused = false;
  try {
    writeSync(handle, `${head}[`);
    let separator = '';
    for (let at: string | undefined = first; at !== undefined;) {
      const { items, next } = await pages(at);
      for (const item of items) {
        writeSync(handle, separator + JSON.stringify(item));
        separator = ',';
      }
      at = next === '' ? undefined : next;
    }
    writeSync(handle, ']}');
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    refused = true;
  } finally {
    closeSync(handle);
  }
  if (refused) rmSync(file);
}

/** A text in a body, by the path to it; `''` where there is none. */
function textOf(body: unknown, ...keys: readonly string[]): string {
  const found = keys.reduce<unknown>(
    (value, key) => (isObject(value) ? value[key] : undefined),
    body,
  );
  return typeof found === 'string' ? found : '';
}
