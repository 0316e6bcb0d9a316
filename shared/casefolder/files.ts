/** The files of a case folder, and how each is saved: a file that is missing is named with its command. */

const armUrl = 'https://management.azure.com/subscriptions/SUBSCRIPTION/providers';

interface ArmFile {
  readonly file: string;
  readonly command: string;
}

/** By the last part of the request path, lower-cased. */
export const armFiles: ReadonlyMap<string, ArmFile> = new Map(
  (
    [
      ['managedClusters', 'Microsoft.ContainerService/managedClusters', '2026-06-01'],
      ['loadBalancers', 'Microsoft.Network/loadBalancers', '2025-01-01'],
      ['networkInterfaces', 'Microsoft.Network/networkInterfaces', '2025-01-01'],
      ['publicIPAddresses', 'Microsoft.Network/publicIPAddresses', '2025-01-01'],
      ['networkSecurityGroups', 'Microsoft.Network/networkSecurityGroups', '2025-01-01'],
      ['virtualMachines', 'Microsoft.Compute/virtualMachines', '2025-04-01'],
    ] as const
  ).map(([name, type, version]) => [
    name.toLowerCase(),
    {
      file: `arm/${name}.json`,
      command: `az rest --url "${armUrl}/${type}?api-version=${version}" > arm/${name}.json`,
    },
  ]),
);

export const configurationsFile: ArmFile = {
  file: 'arm/managedClusterLoadBalancers.json',
  command:
    'az rest --url "https://management.azure.com/CLUSTER_ID/loadBalancers?api-version=2026-04-02-preview" > arm/managedClusterLoadBalancers.json',
};

/** How to save a file of a case folder, by its path there; `undefined` = none of ours. */
export function saveCommand(file: string): string | undefined {
  const known = [configurationsFile, ...armFiles.values(), ...kubernetesFiles.values()];
  return known.find((each) => each.file === file)?.command;
}

export interface KubernetesFile {
  readonly file: string;
  readonly kind: string;
  readonly command: string;
  /** Only some rules need it: nothing is amiss where it was not saved. */
  readonly optional: boolean;
  /** The path is one object's own; the file holds a list with it. */
  readonly single?: { readonly namespace: string; readonly name: string };
  /**
   * Fields that the API lets selectors name, and what an object without the field counts as;
   * `undefined` = every object has it, so that one without is handed out, and refused by the reader.
   */
  readonly fields: ReadonlyMap<string, string | undefined>;
}

/** Why there is none of an optional file. */
export const fileNotSaved = 'not saved; only the rules that need it are unknown';

const gatewayApi = '/apis/gateway.networking.k8s.io';
const ciliumConfig = '/api/v1/namespaces/kube-system/configmaps/cilium-config';

/** By request path. */
export const kubernetesFiles: ReadonlyMap<string, KubernetesFile> = new Map(
  (
    [
      ['/api/v1/nodes', 'nodes', 'Node', { 'spec.unschedulable': 'false' }],
      ['/api/v1/services', 'services', 'Service', { 'spec.type': undefined }],
      [
        '/api/v1/pods',
        'pods',
        'Pod',
        { 'spec.nodeName': '', 'status.phase': '', 'spec.hostNetwork': 'false' },
      ],
      ['/api/v1/namespaces', 'namespaces', 'Namespace', { 'status.phase': '' }],
      [
        '/api/v1/events',
        'events',
        'Event',
        {
          'involvedObject.kind': '',
          'involvedObject.namespace': '',
          'involvedObject.name': '',
          reason: '',
          type: '',
        },
      ],
      ['/apis/discovery.k8s.io/v1/endpointslices', 'endpointslices', 'EndpointSlice', {}],
      ['/apis/apps/v1/deployments', 'deployments', 'Deployment', {}],
      ['/apis/apps/v1/statefulsets', 'statefulsets', 'StatefulSet', {}],
      ['/apis/apps/v1/daemonsets', 'daemonsets', 'DaemonSet', {}],
      ['/apis/apps/v1/replicasets', 'replicasets', 'ReplicaSet', {}],
      ['/apis/networking.k8s.io/v1/ingresses', 'ingresses', 'Ingress', {}],
      ['/apis/networking.k8s.io/v1/ingressclasses', 'ingressclasses', 'IngressClass', {}],
      [`${gatewayApi}/v1/gatewayclasses`, 'gatewayclasses', 'GatewayClass', {}],
      [`${gatewayApi}/v1/gateways`, 'gateways', 'Gateway', {}],
      [`${gatewayApi}/v1/httproutes`, 'httproutes', 'HTTPRoute', {}],
      [`${gatewayApi}/v1/grpcroutes`, 'grpcroutes', 'GRPCRoute', {}],
      [`${gatewayApi}/v1beta1/referencegrants`, 'referencegrants', 'ReferenceGrant', {}],
      ['/apis/networking.k8s.io/v1/networkpolicies', 'networkpolicies', 'NetworkPolicy', {}],
      [ciliumConfig, 'configmaps', 'ConfigMap', {}],
    ] as const
  ).map(([path, name, kind, fields]) => [
    path,
    {
      file: `kubernetes/${name}.json`,
      kind,
      command:
        path === ciliumConfig
          ? `kubectl get configmaps -n kube-system --field-selector metadata.name=cilium-config -o json > kubernetes/${name}.json`
          : `kubectl get ${name} -A -o json > kubernetes/${name}.json`,
      optional: path.includes('networking.k8s.io') || path === ciliumConfig,
      ...(path === ciliumConfig && { single: { namespace: 'kube-system', name: 'cilium-config' } }),
      fields: new Map<string, string | undefined>([
        ['metadata.name', ''],
        ['metadata.namespace', ''],
        ...Object.entries<string | undefined>(fields),
      ]),
    },
  ]),
);
