import { present } from '../model/index.ts';

/** A list of the Kubernetes API that an audit reads, and how it is saved. */
export interface KubernetesListInfo {
  /** Where it lives in a case folder: `kubernetes/pods.json`. */
  readonly file: string;
  readonly command: string;
  readonly kind: string;
  /** API group; `''` = the core one. */
  readonly group: string;
  /** As in a request path: `pods`. */
  readonly resource: string;
  /** Fields that the API lets selectors name, and what an object without the field counts as. */
  readonly fields: ReadonlyMap<string, string>;
  /** Names of files that say what an empty list is of, lower-cased. */
  readonly names: readonly string[];
  /** Only some rules need it: nothing is amiss where it was not saved. */
  readonly optional: boolean;
  /** The one object of the list that is read; of another name it is none of ours. */
  readonly only?: { readonly namespace: string; readonly name: string };
}

interface More {
  readonly fields?: Readonly<Record<string, string>>;
  readonly short?: string;
  readonly only?: KubernetesListInfo['only'];
}

const about = Object.fromEntries(
  ['involvedObject.kind', 'involvedObject.namespace', 'involvedObject.name', 'reason', 'type'].map(
    (field) => [field, ''],
  ),
);

/** Why there is none of an optional list. */
export const listNotSaved = 'not saved; rules that need it are unknown';

const network = 'networking.k8s.io';
const gateway = 'gateway.networking.k8s.io';

export const savedKubernetesLists: readonly KubernetesListInfo[] = [
  list('', 'nodes', 'Node', { fields: { 'spec.unschedulable': 'false' }, short: 'no' }),
  list('', 'services', 'Service', { fields: { 'spec.type': 'ClusterIP' }, short: 'svc' }),
  list('', 'pods', 'Pod', {
    fields: { 'spec.nodeName': '', 'status.phase': '', 'spec.hostNetwork': 'false' },
    short: 'po',
  }),
  list('', 'namespaces', 'Namespace', { fields: { 'status.phase': '' }, short: 'ns' }),
  list('', 'events', 'Event', { fields: about, short: 'ev' }),
  list('', 'configmaps', 'ConfigMap', {
    only: { namespace: 'kube-system', name: 'cilium-config' },
  }),
  list('discovery.k8s.io', 'endpointslices', 'EndpointSlice'),
  list('apps', 'deployments', 'Deployment', { short: 'deploy' }),
  list('apps', 'statefulsets', 'StatefulSet', { short: 'sts' }),
  list('apps', 'daemonsets', 'DaemonSet', { short: 'ds' }),
  list('apps', 'replicasets', 'ReplicaSet', { short: 'rs' }),
  list(network, 'networkpolicies', 'NetworkPolicy', { short: 'netpol' }),
  list(network, 'ingresses', 'Ingress', { short: 'ing' }),
  list(network, 'ingressclasses', 'IngressClass'),
  list(gateway, 'gateways', 'Gateway'),
  list(gateway, 'gatewayclasses', 'GatewayClass'),
  list(gateway, 'httproutes', 'HTTPRoute'),
  list(gateway, 'grpcroutes', 'GRPCRoute'),
  list(gateway, 'referencegrants', 'ReferenceGrant'),
];

function list(group: string, resource: string, kind: string, more: More = {}): KubernetesListInfo {
  const { only, short } = more;
  const file = `kubernetes/${resource}.json`;
  const what = ['', 'apps', 'discovery.k8s.io'].includes(group) ? resource : `${resource}.${group}`;
  const which =
    only === undefined ? '-A' : `-n ${only.namespace} --field-selector metadata.name=${only.name}`;
  return {
    file,
    kind,
    group,
    resource,
    command: `kubectl get ${what} ${which} -o json > ${file}`,
    fields: new Map([
      ['metadata.name', ''],
      ['metadata.namespace', ''],
      ...Object.entries(more.fields ?? {}),
    ]),
    optional: only !== undefined || [network, gateway].includes(group),
    names: [resource, kind.toLowerCase(), ...(short === undefined ? [] : [short])],
    ...(only !== undefined && { only }),
  };
}

/** The list of a kind; of any group where the object does not say its own. */
export function kubernetesListOf(
  kind: string,
  apiVersion: unknown,
): KubernetesListInfo | undefined {
  const found = savedKubernetesLists.find((each) => each.kind === kind);
  if (typeof apiVersion !== 'string' || found === undefined) return found;
  // Some tools write `v1` on lists of every group.
  if (apiVersion === 'v1') return found;
  const [group, version = ''] = apiVersion.split('/');
  return found.group === group && !version.includes('alpha') ? found : undefined;
}

/** What a request path of the Kubernetes API asks for. */
export interface ListPath {
  readonly list: KubernetesListInfo;
  readonly namespace?: string;
  /** One object in place of a list. */
  readonly name?: string;
}

/** `/apis/apps/v1/namespaces/shop/deployments` is that list, of one namespace. */
export function readListPath(path: string): ListPath | undefined {
  const [, group = '', rest = ''] = /^\/api(?:s\/([^/]+))?\/[^/]+\/(.+)$/u.exec(path) ?? [];
  const segments = rest.split('/');
  const inNamespace = segments[0] === 'namespaces' && segments.length > 2;
  const [resource, name] = inNamespace ? segments.slice(2) : segments;
  const found = savedKubernetesLists.find(
    (each) => each.group === group && each.resource === resource,
  );
  if (found === undefined) return undefined;
  return present({ list: found, namespace: inNamespace ? segments[1] : undefined, name });
}
