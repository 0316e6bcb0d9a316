import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { createPipelineRequest } from '@azure/core-rest-pipeline';
import type { KubernetesTransport } from '../../../shared/collect/index.ts';
import { isObject } from '../../../shared/input/index.ts';
import { fleet, subscription } from '../../../shared/simulator/build.ts';
import { largeCluster, type ClusterSize } from '../../../shared/simulator/fleets/large.ts';
import { createSimulator, type Simulator } from '../../../shared/simulator/simulator.ts';
import { armHttpClient, kubernetesTransport } from '../../../shared/simulator/transports.ts';

const subscriptionId = '00000000-0000-0000-0000-000000000001';
const armHost = 'https://management.azure.com';

/** A page of a list, and where the next one is. */
interface Page {
  readonly items: readonly unknown[];
  readonly next: string | undefined;
}

/** Gives the page at a place; `''` or an address is the first. */
type Pages = (at: string) => Promise<Page>;

/**
 * Saves a simulated cluster of any size as a case folder: what `az rest` and `kubectl get -o json`
 * would have saved, page by page.
 */
export async function saveCluster(directory: string, size: ClusterSize): Promise<void> {
  const simulator = createSimulator({
    fleet: fleet({ subscriptions: [subscription(subscriptionId, 'Bench', [largeCluster(size)])] }),
  });
  for (const name of ['arm', 'kubernetes'])
    mkdirSync(path.join(directory, name), { recursive: true });
  const pages = armPages(simulator);
  let host = '';
  for (const [name, provider] of armLists) {
    const first = `${armHost}/subscriptions/${subscriptionId}/providers/${provider}`;
    const file = path.join(directory, 'arm', `${name}.json`);
    await saveList(file, '{"value":', first, pages, (item) => {
      host ||= fqdnOf(item);
    });
  }
  const transport = kubernetesTransport(simulator, host);
  for (const [name, list, kind] of kubernetesLists) {
    const file = path.join(directory, 'kubernetes', `${name}.json`);
    const head = `{"kind":"${kind}List","apiVersion":"v1","metadata":{},"items":`;
    await saveList(file, head, '', kubernetesPages(transport, `${list}/${name}`));
  }
}

function armPages(simulator: Simulator): Pages {
  const http = armHttpClient(simulator);
  const token = simulator.identity.issue(armHost);
  return async (url) => {
    const request = createPipelineRequest({ url });
    request.headers.set('authorization', `Bearer ${token}`);
    const { status, bodyAsText } = await http.sendRequest(request);
    if (status !== 200) throw new Error(`${url}: ${status}`);
    const body: ArmBody = JSON.parse(bodyAsText ?? '{}');
    return { items: body.value, next: body.nextLink };
  };
}

function kubernetesPages(transport: KubernetesTransport, list: string): Pages {
  return async (token) => {
    const query = new URLSearchParams({ limit: '500', ...(token !== '' && { continue: token }) });
    const { status, body: text } = await transport.get(list, query);
    if (typeof text !== 'string' || status !== 200) throw new Error(`${list}: ${status}`);
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
] as const;

/** Writes a list as one document, each item as it comes. */
async function saveList(
  file: string,
  head: string,
  first: string,
  pages: Pages,
  look: (item: unknown) => void = () => undefined,
): Promise<void> {
  const handle = openSync(file, 'w');
  try {
    writeSync(handle, `${head}[`);
    let separator = '';
    for (let at: string | undefined = first; at !== undefined;) {
      const { items, next } = await pages(at);
      for (const item of items) {
        look(item);
        writeSync(handle, separator + JSON.stringify(item));
        separator = ',';
      }
      at = next === '' ? undefined : next;
    }
    writeSync(handle, ']}');
  } finally {
    closeSync(handle);
  }
}

/** The API server of a cluster, as its managed cluster says. */
function fqdnOf(item: unknown): string {
  const properties = isObject(item) ? item['properties'] : undefined;
  return isObject(properties) ? String(properties['fqdn']) : '';
}
