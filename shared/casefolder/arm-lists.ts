import {
  armShapes,
  isObject,
  listOfCluster,
  listOfPath,
  type ShapeFields,
} from '../input/index.ts';

const armUrl = 'https://management.azure.com/subscriptions/SUBSCRIPTION/providers';

/** A list of ARM that an audit reads, and how it is saved. */
export interface ArmListInfo {
  /** Where it lives in a case folder: `arm/loadBalancers.json`. */
  readonly file: string;
  readonly command: string;
  /** The same in the words of the `az` CLI, whose shape is as good. */
  readonly cli?: string;
  /** Type of its resources, lower-cased. */
  readonly type: string;
  readonly shape: ShapeFields;
  /** Names of files that say what an empty list is of, lower-cased. */
  readonly names: readonly string[];
}

const compute = 'Microsoft.Compute';
const container = 'Microsoft.ContainerService';
const network = 'Microsoft.Network';

/** By the last part of the request path, lower-cased. */
export const armLists: ReadonlyMap<string, ArmListInfo> = new Map(
  [
    ofSubscription(container, 'managedClusters', '2026-06-01', 'aks', 'aks list'),
    ofSubscription(network, 'loadBalancers', '2025-01-01', 'lb', 'network lb list'),
    ofSubscription(network, 'networkInterfaces', '2025-01-01', 'nic', 'network nic list'),
    ofSubscription(network, 'publicIPAddresses', '2025-01-01', 'pip', 'network public-ip list'),
    ofSubscription(network, 'networkSecurityGroups', '2025-01-01', 'nsg', 'network nsg list'),
    ofSubscription(compute, 'virtualMachines', '2025-04-01', 'vm', 'vm list'),
  ].map((list) => [list.names[0] ?? '', list]),
);

/** Configurations of several Standard load balancers: a list below the cluster. */
export const configurationsList = armList(
  'managedClusterLoadBalancers',
  `${container}/managedClusters/loadBalancers`,
  'az rest --url "https://management.azure.com/CLUSTER_ID/loadBalancers?api-version=2026-04-02-preview"',
);

function ofSubscription(
  provider: string,
  name: string,
  version: string,
  short: string,
  cli: string,
): ArmListInfo {
  const type = `${provider}/${name}`;
  const call = `az rest --url "${armUrl}/${type}?api-version=${version}"`;
  return { ...armList(name, type, call, short), cli: `az ${cli} -o json > ${name}.json` };
}

function armList(name: string, type: string, call: string, short?: string): ArmListInfo {
  const file = `arm/${name}.json`;
  const folded = type.toLowerCase();
  const shape = armShapes.get(folded.slice(folded.indexOf('/') + 1)) ?? {};
  const names = [name.toLowerCase(), ...(short === undefined ? [] : [short])];
  return { file, command: `${call} > ${file}`, type: folded, shape, names };
}

const byType = new Map([...armLists.values(), configurationsList].map((each) => [each.type, each]));

/** Type of a resource by its `type`, else by the form of its id; lower-cased, `undefined` = it has neither. */
export function armTypeOf(item: unknown): string | undefined {
  if (!isObject(item)) return undefined;
  const type = item['type'] ?? item['Type'];
  if (typeof type === 'string' && type.includes('/')) return type.toLowerCase();
  const id = item['id'] ?? item['Id'];
  const path = typeof id === 'string' ? /^\/subscriptions\/.*\/providers\/(.+)$/isu.exec(id) : null;
  const [provider = '', ...rest] = (path?.[1] ?? '').toLowerCase().split('/');
  const types = rest.filter((_, index) => index % 2 === 0);
  return provider === '' || types.length === 0 ? undefined : [provider, ...types].join('/');
}

/** The list of a type of resources, lower-cased. */
export function armListOf(type: string): ArmListInfo | undefined {
  return byType.get(type);
}

/** The list that a request path of ARM names. */
export function armListOfPath(path: string): ArmListInfo | undefined {
  const name = listOfPath(path);
  return name === listOfCluster ? configurationsList : armLists.get(name);
}
