/**
 * What the parsers read of each list of ARM, in the REST shape: an object is its fields, a list of one
 * is a list of such, a word says what kind of value stands there. A list whose elements have
 * `properties` is a list of parts (frontends, rules, …): each of them must have some.
 */
export type ArmShape =
  | 'text'
  | 'number'
  | 'flag'
  /** Texts by name. */
  | 'map'
  /** The same, of which only those of Azure itself are read. */
  | 'provider-tags'
  /** `{ "id": … }` of another resource. */
  | 'reference'
  /** Whatever it is, it is only counted. */
  | 'any'
  | readonly [ArmShape]
  | ShapeFields;

export interface ShapeFields {
  readonly [field: string]: ArmShape;
}

const id = { id: 'text', name: 'text', type: 'text' } as const;
const resource = { ...id, location: 'text' } as const;
const part = (properties: ShapeFields): ShapeFields => ({ ...id, properties });
const texts: ArmShape = ['text'];
const references: ArmShape = ['reference'];
const nat = part({ frontendIPConfiguration: 'reference' });

const loadBalancer: ShapeFields = {
  ...resource,
  sku: { name: 'text' },
  properties: {
    frontendIPConfigurations: [
      part({
        privateIPAddress: 'text',
        publicIPAddress: 'reference',
        subnet: 'reference',
        outboundRules: references,
      }),
    ],
    backendAddressPools: [
      part({
        backendIPConfigurations: references,
        loadBalancerBackendAddresses: [
          {
            name: 'text',
            properties: {
              ipAddress: 'text',
              adminState: 'text',
              networkInterfaceIPConfiguration: 'reference',
            },
          },
        ],
      }),
    ],
    loadBalancingRules: [
      part({
        protocol: 'text',
        frontendPort: 'number',
        backendPort: 'number',
        frontendIPConfiguration: 'reference',
        backendAddressPool: 'reference',
        backendAddressPools: references,
        probe: 'reference',
        enableFloatingIP: 'flag',
        enableTcpReset: 'flag',
        loadDistribution: 'text',
        idleTimeoutInMinutes: 'number',
      }),
    ],
    probes: [
      part({
        protocol: 'text',
        port: 'number',
        requestPath: 'text',
        intervalInSeconds: 'number',
        probeThreshold: 'number',
        noHealthyBackendsBehavior: 'text',
      }),
    ],
    outboundRules: [
      part({ allocatedOutboundPorts: 'number', frontendIPConfigurations: references }),
    ],
    inboundNatRules: [nat],
    inboundNatPools: [nat],
  },
};

const networkInterface: ShapeFields = {
  ...resource,
  properties: {
    virtualMachine: 'reference',
    networkSecurityGroup: 'reference',
    provisioningState: 'text',
    ipConfigurations: [
      part({
        privateIPAddressVersion: 'text',
        subnet: 'reference',
        loadBalancerBackendAddressPools: references,
      }),
    ],
  },
};

const publicIpAddress: ShapeFields = {
  ...resource,
  tags: 'provider-tags',
  sku: { name: 'text' },
  properties: {
    ipAddress: 'text',
    ipConfiguration: 'reference',
  },
};

const securityRule = part({
  access: 'text',
  direction: 'text',
  priority: 'number',
  protocol: 'text',
  sourceAddressPrefix: 'text',
  sourceAddressPrefixes: texts,
  sourcePortRange: 'text',
  sourcePortRanges: texts,
  destinationAddressPrefix: 'text',
  destinationAddressPrefixes: texts,
  destinationPortRange: 'text',
  destinationPortRanges: texts,
  sourceApplicationSecurityGroups: references,
  destinationApplicationSecurityGroups: references,
});

const networkSecurityGroup: ShapeFields = {
  ...resource,
  properties: {
    subnets: references,
    networkInterfaces: references,
    securityRules: [securityRule],
    defaultSecurityRules: [securityRule],
  },
};

const agentPool: ShapeFields = {
  name: 'text',
  mode: 'text',
  type: 'text',
  count: 'number',
  minCount: 'number',
  maxCount: 'number',
  enableAutoScaling: 'flag',
  upgradeSettings: { maxSurge: 'text' },
  osType: 'text',
  osSKU: 'text',
  vmSize: 'text',
  vnetSubnetID: 'text',
  nodeLabels: 'map',
  nodeTaints: texts,
  availabilityZones: texts,
  scaleSetPriority: 'text',
  powerState: { code: 'text' },
  nodeImageVersion: 'text',
  virtualMachineNodesStatus: [{ size: 'text', count: 'number' }],
  virtualMachinesProfile: {
    scale: { autoscale: [{ minCount: 'number', maxCount: 'number' }] },
  },
};

const managedCluster: ShapeFields = {
  ...resource,
  tags: 'map',
  properties: {
    kubernetesVersion: 'text',
    currentKubernetesVersion: 'text',
    nodeResourceGroup: 'text',
    provisioningState: 'text',
    powerState: { code: 'text' },
    fqdn: 'text',
    privateFQDN: 'text',
    apiServerAccessProfile: { enablePrivateCluster: 'flag' },
    aadProfile: { enableAzureRBAC: 'flag', tenantID: 'text', serverAppID: 'text' },
    networkProfile: {
      loadBalancerSku: 'text',
      outboundType: 'text',
      networkPlugin: 'text',
      networkDataplane: 'text',
      networkPolicy: 'text',
      ipFamilies: texts,
      loadBalancerProfile: {
        backendPoolType: 'text',
        enableMultipleStandardLoadBalancers: 'flag',
        allocatedOutboundPorts: 'number',
        managedOutboundIPs: { count: 'number' },
        effectiveOutboundIPs: references,
      },
    },
    nodeProvisioningProfile: { mode: 'text' },
    hostedSystemProfile: { enabled: 'flag' },
    ingressProfile: {
      webAppRouting: {
        enabled: 'flag',
        nginx: { defaultIngressControllerType: 'text' },
        gatewayAPIImplementations: { appRoutingIstio: { mode: 'text' } },
      },
    },
    agentPoolProfiles: [agentPool],
  },
};

const virtualMachine: ShapeFields = {
  ...resource,
  properties: {
    provisioningState: 'text',
    osProfile: { computerName: 'text' },
    availabilitySet: 'reference',
    virtualMachineScaleSet: 'reference',
  },
};

const selector: ShapeFields = {
  matchLabels: 'any',
  matchExpressions: [{ key: 'text', operator: 'text', values: texts }],
};

const loadBalancerConfiguration: ShapeFields = {
  ...id,
  properties: {
    primaryAgentPoolName: 'text',
    allowServicePlacement: 'flag',
    nodeSelector: selector,
    serviceLabelSelector: selector,
    serviceNamespaceSelector: selector,
  },
};

/** The list of load balancer configurations of a cluster, as `listOfPath` names it. */
export const listOfCluster = 'managedclusters/loadbalancers';

/** By the name that `listOfPath` gives. */
export const armShapes: ReadonlyMap<string, ShapeFields> = new Map([
  ['managedclusters', managedCluster],
  ['loadbalancers', loadBalancer],
  ['networkinterfaces', networkInterface],
  ['publicipaddresses', publicIpAddress],
  ['networksecuritygroups', networkSecurityGroup],
  ['virtualmachines', virtualMachine],
  [listOfCluster, loadBalancerConfiguration],
]);

/** The last part of a list's request path, lower-cased: `loadbalancers`; `listOfCluster` for that of a cluster. */
export function listOfPath(path: string): string {
  const segments = path.toLowerCase().split('/').filter(Boolean);
  const last = segments.at(-1) ?? '';
  const ofCluster = segments.includes('managedclusters') && last === 'loadbalancers';
  return ofCluster ? listOfCluster : last;
}

/** Tags of the cloud provider and of AKS; only these are read of what the network has. */
export function isProviderTag(name: string): boolean {
  return /^(?:k8s-azure-|aks-managed-|kubernetes-cluster-name$|service$)/iu.test(name);
}
