import {
  armId,
  type ArmId,
  type BackendMember,
  type BackendPool,
  type LoadBalancer,
  type LoadBalancerConfiguration,
  type LoadBalancerRule,
  type ManagedCluster,
  type NetworkInterface,
  type Node,
  type NodePool,
  type Probe,
  type SecurityGroup,
  type SecurityRule,
} from '../../shared/model/index.ts';
import { nodeGroup, serviceUid, subscription } from './kubernetes.ts';

export const clusterId = armId(
  `/subscriptions/${subscription}/resourcegroups/rg/providers/Microsoft.ContainerService/managedClusters/aks`,
);

export function nodePool(name: string, changes: Partial<NodePool> = {}): NodePool {
  return {
    name,
    mode: name.startsWith('system') ? 'system' : 'user',
    type: 'VirtualMachineScaleSets',
    count: 2,
    autoscaling: false,
    osType: 'Linux',
    osSku: 'Ubuntu',
    vmSizes: ['Standard_D4s_v5'],
    labels: new Map(),
    taints: [],
    zones: [],
    spot: false,
    powerState: 'Running',
    ...changes,
  };
}

/** A healthy Standard cluster with an isolated system pool and a user pool. */
export function managedCluster(changes: Partial<ManagedCluster> = {}): ManagedCluster {
  return {
    id: clusterId,
    name: 'aks',
    subscriptionId: subscription,
    resourceGroup: 'rg',
    location: 'westeurope',
    tags: new Map(),
    kubernetesVersion: '1.36.2',
    nodeResourceGroup: nodeGroup,
    provisioningState: 'Succeeded',
    powerState: 'Running',
    loadBalancerSku: 'standard',
    outboundType: 'loadBalancer',
    backendPoolType: 'nodeipconfiguration',
    outbound: { allocatedOutboundPorts: 0, managedIpCount: 1, effectiveIpIds: [] },
    ipFamilies: ['IPv4'],
    nodeAutoProvisioning: false,
    access: { privateCluster: false, entra: true, azureRbac: true },
    nodePools: [
      nodePool('system', {
        taints: [{ key: 'CriticalAddonsOnly', value: 'true', effect: 'NoSchedule' }],
      }),
      nodePool('user'),
    ],
    ...changes,
  };
}

/** The pool entry that the NIC of a scale set node gives, from its providerID. */
export function nicMember(of: Node): BackendMember {
  const machine = of.providerId.replace(/^azure:\/\//u, '');
  return {
    kind: 'nic',
    ipConfigurationId: armId(`${machine}/networkInterfaces/nic/ipConfigurations/ipconfig1`),
  };
}

/** The NIC of a node whose machine is a VM of its own. */
export function nicOf(of: Node, changes: Partial<NetworkInterface> = {}): NetworkInterface {
  const id = `/subscriptions/${subscription}/resourceGroups/${nodeGroup}/providers/Microsoft.Network/networkInterfaces/${of.name}-nic`;
  return {
    id: armId(id),
    name: `${of.name}-nic`,
    resourceGroup: nodeGroup.toLowerCase(),
    virtualMachineId: armId(of.providerId.replace(/^azure:\/\//u, '')),
    provisioningState: 'succeeded',
    ipConfigurations: [
      {
        id: armId(`${id}/ipConfigurations/ipconfig1`),
        family: 'IPv4',
        backendPoolIds: [],
      },
    ],
    ...changes,
  };
}

/** The pool entry of {@link nicOf}. */
export function vmMember(of: Node): BackendMember {
  return { kind: 'nic', ipConfigurationId: armId(`${nicOf(of).id}/ipConfigurations/ipconfig1`) };
}

export function ipMember(of: Node): BackendMember {
  return { kind: 'ip', ip: of.internalIps[0] ?? '', name: of.name };
}

/** A pool entry of a scale set instance that no node has. */
export function staleMember(instance = 99): BackendMember {
  return {
    kind: 'nic',
    ipConfigurationId: armId(
      `/subscriptions/${subscription}/resourceGroups/${nodeGroup}/providers/Microsoft.Compute/virtualMachineScaleSets/aks-gone-12345678-vmss/virtualMachines/${instance}/networkInterfaces/nic/ipConfigurations/ipconfig1`,
    ),
  };
}

export const serviceKeyOfWeb = `a${serviceUid.replaceAll('-', '')}`.slice(0, 32);

export interface LoadBalancerChanges extends Partial<
  Omit<LoadBalancer, 'id' | 'rules' | 'probes'>
> {
  readonly members?: readonly BackendMember[];
  /** `health-check` (Local's own), `node-port`, `kube-proxy`, `none`, or a probe of your own. */
  readonly probe?: 'health-check' | 'node-port' | 'kube-proxy' | 'none' | Partial<Probe>;
  readonly ports?: readonly { readonly port: number; readonly protocol?: string }[];
  readonly key?: string;
  readonly poolName?: string;
}

/** Load balancer `kubernetes` with one pool, and a rule per port for the Service of the builders. */
export function loadBalancer(changes: LoadBalancerChanges = {}): LoadBalancer {
  const {
    members = [],
    probe = 'health-check',
    ports = [{ port: 80 }],
    key = serviceKeyOfWeb,
    poolName = 'kubernetes',
    name = 'kubernetes',
    ...rest
  } = changes;
  const id = childId(name);
  const pool: BackendPool = {
    id: childId(name, 'backendAddressPools', poolName),
    name: poolName,
    members,
  };
  const probes = probeOf(name, key, probe, ports[0]?.port ?? 80);
  const frontendId = childId(name, 'frontendIPConfigurations', key);
  const rules = ports.map(({ port, protocol = 'tcp' }): LoadBalancerRule => ({
    id: childId(name, 'loadBalancingRules', `${key}-${protocol}-${port}`),
    name: `${key}-${protocol.toUpperCase()}-${port}`,
    protocol,
    frontendPort: port,
    backendPort: port,
    frontendId,
    backendPoolIds: [pool.id],
    floatingIp: true,
    loadDistribution: 'Default',
    ...(probes[0] !== undefined && { probeId: probes[0].id }),
  }));
  return {
    id,
    name,
    resourceGroup: nodeGroup.toLowerCase(),
    sku: 'standard',
    frontends: [{ id: frontendId, name: key, hasOutboundRules: false }],
    backendPools: [pool],
    rules,
    probes,
    outboundRules: [],
    inboundNatRuleCount: 0,
    ...rest,
  };
}

/** A configuration of several Standard load balancers, open to every Service. */
export function configuration(
  name: string,
  primaryNodePool: string,
  changes: Partial<LoadBalancerConfiguration> = {},
): LoadBalancerConfiguration {
  return { name, primaryNodePool, allowServicePlacement: true, ...changes };
}

/** A load balancer whose Service has rules of both families, each with its own pool. */
export function dualStack(
  ipv4: readonly BackendMember[],
  ipv6: readonly BackendMember[],
  changes: LoadBalancerChanges = {},
): LoadBalancer {
  const { poolName = 'kubernetes', ...rest } = changes;
  const first = loadBalancer({ ...rest, poolName, members: ipv4 });
  const second = loadBalancer({ ...rest, poolName: `${poolName}-IPv6`, members: ipv6 });
  return {
    ...first,
    backendPools: [...first.backendPools, ...second.backendPools],
    rules: [
      ...first.rules,
      ...second.rules.map((rule) => ({
        ...rule,
        id: armId(`${rule.id}-IPv6`),
        name: `${rule.name}-IPv6`,
      })),
    ],
  };
}

/** The pool entry of a node's address of IPv6. */
export function ipv6Member(of: Node): BackendMember {
  const ip = of.internalIps.find((each) => each.includes(':')) ?? '';
  return { kind: 'ip', ip, name: of.name };
}

function probeOf(
  name: string,
  key: string,
  probe: LoadBalancerChanges['probe'],
  port: number,
): readonly Probe[] {
  const probeName = `${key}-TCP-${probe === 'health-check' ? 31_000 : port}`;
  const id = childId(name, 'probes', probeName);
  const base = { id, name: probeName, intervalSeconds: 5, threshold: 2 };
  if (probe === 'none' || probe === undefined) return [];
  if (probe === 'health-check')
    return [{ ...base, protocol: 'http', port: 31_000, path: '/healthz' }];
  if (probe === 'node-port') return [{ ...base, protocol: 'tcp', port: 30_080 }];
  if (probe === 'kube-proxy')
    return [{ ...base, protocol: 'http', port: 10_256, path: '/healthz' }];
  return [{ ...base, protocol: 'tcp', port: 30_080, ...probe }];
}

export function childId(name: string, ...rest: readonly string[]): ArmId {
  return armId(
    [
      `/subscriptions/${subscription}/resourceGroups/${nodeGroup}/providers/Microsoft.Network/loadBalancers/${name}`,
      ...rest,
    ].join('/'),
  );
}

export const nodeSubnet = armId(
  `/subscriptions/${subscription}/resourceGroups/${nodeGroup}/providers/Microsoft.Network/virtualNetworks/aks-vnet-12345678/subnets/aks-subnet`,
);

/** A rule that lets everything in, at priority 200, unless it says otherwise. */
export function securityRule(name: string, changes: Partial<SecurityRule> = {}): SecurityRule {
  return {
    name,
    allow: true,
    inbound: true,
    priority: 200,
    protocol: '*',
    sources: ['*'],
    destinations: ['*'],
    destinationPorts: ['*'],
    usesApplicationGroups: false,
    ...changes,
  };
}

/** What the cloud provider writes for Service `shop/web`: port 80 of its address, from the Internet. */
export function allowWeb(changes: Partial<SecurityRule> = {}): SecurityRule {
  return securityRule('k8s-azure-lb_allow_IPv4_556f044ec033071ec0dfcf7cd85bc93b', {
    priority: 500,
    protocol: 'tcp',
    sources: ['Internet'],
    destinations: ['20.50.10.10'],
    destinationPorts: ['80'],
    ...changes,
  });
}

/** The group of the node subnet in the network that AKS made, with these rules and Azure's own. */
export function securityGroup(
  rules: readonly SecurityRule[] = [allowWeb()],
  changes: Partial<SecurityGroup> = {},
): SecurityGroup {
  const { name = 'aks-agentpool-12345678-nsg' } = changes;
  const fromNetwork = { sources: ['VirtualNetwork'], destinations: ['VirtualNetwork'] };
  return {
    id: armId(
      `/subscriptions/${subscription}/resourceGroups/${nodeGroup}/providers/Microsoft.Network/networkSecurityGroups/${name}`,
    ),
    name,
    resourceGroup: nodeGroup.toLowerCase(),
    subnetIds: [nodeSubnet],
    networkInterfaceIds: [],
    rules: [
      ...rules.toSorted((a, b) => a.priority - b.priority),
      securityRule('AllowVnetInBound', { priority: 65_000, ...fromNetwork }),
      securityRule('AllowAzureLoadBalancerInBound', {
        priority: 65_001,
        sources: ['AzureLoadBalancer'],
      }),
      securityRule('DenyAllInBound', { priority: 65_500, allow: false }),
    ],
    ...changes,
  };
}
