import type { ArmId } from './ids.ts';
import type { Taint } from './scheduling.ts';

export type IpFamily = 'IPv4' | 'IPv6';
/** Folded to lower case; a value that Azure adds later stays as it is and must be treated as unknown. */
export type LoadBalancerSku = 'basic' | 'standard' | (string & {});

/** One AKS cluster as ARM describes it. Optional = ARM did not say. */
export interface ManagedCluster {
  readonly id: ArmId;
  readonly name: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly location: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly kubernetesVersion?: string;
  /** Where load balancers and NICs live; letter case as ARM gives it. */
  readonly nodeResourceGroup?: string;
  readonly provisioningState?: string;
  readonly powerState?: string;
  readonly loadBalancerSku?: LoadBalancerSku;
  readonly outboundType?: string;
  /** `nodeipconfiguration`, `nodeip` or `podip`, lower-cased; absent in old API answers. */
  readonly backendPoolType?: string;
  readonly multipleLoadBalancers?: boolean;
  readonly outbound?: OutboundProfile;
  readonly networkDataplane?: string;
  /** `azure`, `calico`, `cilium` or `none`, lower-cased: what enforces NetworkPolicies. */
  readonly networkPolicy?: string;
  /** `azure`, `kubenet` or `none`, lower-cased. */
  readonly networkPlugin?: string;
  readonly ipFamilies: readonly string[];
  /** Node auto-provisioning is on (`nodeProvisioningProfile.mode` is `Auto`); absent = ARM did not say. */
  readonly nodeAutoProvisioning?: boolean;
  /** System nodes live in a Microsoft subscription and in no pool of this cluster. */
  readonly hostedSystemPools?: boolean;
  readonly ingress?: IngressProfile;
  readonly access: ClusterAccess;
  readonly nodePools: readonly NodePool[];
}

/** What decides whether and how the cluster's Kubernetes API can be read. */
export interface ClusterAccess {
  readonly fqdn?: string;
  readonly privateFqdn?: string;
  readonly privateCluster: boolean;
  readonly entra: boolean;
  readonly azureRbac: boolean;
  readonly tenantId?: string;
  /** Legacy Entra integration brings its own server application. */
  readonly legacyServerAppId?: string;
}

/** The managed ways in: application routing (NGINX, Gateway API). Optional = ARM did not say. */
export interface IngressProfile {
  readonly applicationRouting?: boolean;
  /** `AnnotationControlled`, `External`, `Internal` or `None`: the controller that application routing brings by default. */
  readonly defaultNginx?: string;
  /** Application routing by the Gateway API: `Enabled` or `Disabled`. */
  readonly routingIstio?: string;
}

export interface OutboundProfile {
  readonly allocatedOutboundPorts?: number;
  readonly managedIpCount?: number;
  /** Public IP addresses and prefixes in force, by id. */
  readonly effectiveIpIds: readonly ArmId[];
}

export type NodePoolMode = 'system' | 'user' | 'gateway' | (string & {});

/** A node pool (ARM: agentPoolProfile). */
export interface NodePool {
  readonly name: string;
  /** Lower-cased; absent in bodies of 2019. */
  readonly mode?: NodePoolMode;
  /** `VirtualMachineScaleSets`, `AvailabilitySet`, `VirtualMachines` as ARM spells it. */
  readonly type?: string;
  /** Absent for Virtual Machines pools, whose sizes are counted per size. */
  readonly count?: number;
  readonly minCount?: number;
  readonly maxCount?: number;
  readonly autoscaling: boolean;
  readonly maxSurge?: string;
  readonly osType?: string;
  readonly osSku?: string;
  readonly vmSizes: readonly string[];
  readonly labels: ReadonlyMap<string, string>;
  readonly taints: readonly Taint[];
  readonly zones: readonly string[];
  readonly spot: boolean;
  readonly powerState?: string;
  readonly nodeImageVersion?: string;
  /** Where its nodes live; absent where AKS made the network itself, in the node resource group. */
  readonly subnetId?: ArmId;
}

export interface LoadBalancer {
  readonly id: ArmId;
  readonly name: string;
  readonly resourceGroup: string;
  readonly sku: LoadBalancerSku;
  readonly frontends: readonly Frontend[];
  readonly backendPools: readonly BackendPool[];
  readonly rules: readonly LoadBalancerRule[];
  /** Names of rules that say nothing that can be read: their ports are unknown, not without a rule. */
  readonly unreadableRules?: readonly string[];
  readonly probes: readonly Probe[];
  readonly outboundRules: readonly OutboundRule[];
  /** Inbound NAT rules and pools count against the rule limit. */
  readonly inboundNatRuleCount: number;
  /** Frontends that inbound NAT rules and pools use; absent = none. */
  readonly natFrontendIds?: readonly ArmId[];
}

export interface Frontend {
  readonly id: ArmId;
  readonly name: string;
  readonly privateIp?: string;
  readonly publicIpId?: ArmId;
  readonly subnetId?: ArmId;
  readonly hasOutboundRules: boolean;
}

export interface BackendPool {
  readonly id: ArmId;
  readonly name: string;
  readonly members: readonly BackendMember[];
  /** It lists an address without an `ipAddress`: the mark of a pool by NIC, whatever else it holds. */
  readonly byNic?: true;
}

/** One entry of a backend pool, by NIC ip configuration or by address. `adminState` is lower-cased. */
export type BackendMember =
  | { readonly kind: 'nic'; readonly ipConfigurationId: ArmId; readonly adminState?: string }
  | {
      readonly kind: 'ip';
      readonly ip: string;
      readonly name?: string;
      readonly adminState?: string;
    };

export interface LoadBalancerRule {
  readonly id: ArmId;
  readonly name: string;
  /** `tcp`, `udp` or `all`, lower-cased. */
  readonly protocol: string;
  readonly frontendPort: number;
  readonly backendPort?: number;
  readonly frontendId?: ArmId;
  readonly backendPoolIds: readonly ArmId[];
  readonly probeId?: ArmId;
  readonly floatingIp: boolean;
  readonly loadDistribution?: string;
  readonly idleTimeoutMinutes?: number;
  readonly tcpReset?: boolean;
}

export interface Probe {
  readonly id: ArmId;
  readonly name: string;
  /** `http`, `https` or `tcp`, lower-cased. */
  readonly protocol: string;
  readonly port: number;
  readonly path?: string;
  readonly intervalSeconds?: number;
  readonly threshold?: number;
  /** `noHealthyBackendsBehavior` is `AllProbedUp`: where all backends are down, Azure treats all as up. */
  readonly upWhenAllDown?: true;
}

export interface OutboundRule {
  readonly name: string;
  readonly allocatedOutboundPorts?: number;
  readonly frontendIds: readonly ArmId[];
}

export interface NetworkInterface {
  readonly id: ArmId;
  readonly name: string;
  readonly resourceGroup: string;
  readonly virtualMachineId?: ArmId;
  readonly securityGroupId?: ArmId;
  /** Lower-cased. */
  readonly provisioningState?: string;
  readonly ipConfigurations: readonly IpConfiguration[];
}

export interface IpConfiguration {
  readonly id: ArmId;
  readonly family: IpFamily;
  readonly subnetId?: ArmId;
  readonly backendPoolIds: readonly ArmId[];
}

export interface PublicIpAddress {
  readonly id: ArmId;
  readonly name: string;
  readonly resourceGroup: string;
  readonly sku?: string;
  readonly address?: string;
  readonly ipConfigurationId?: ArmId;
  readonly tags: ReadonlyMap<string, string>;
}

export interface SecurityGroup {
  readonly id: ArmId;
  readonly name: string;
  readonly resourceGroup: string;
  readonly subnetIds: readonly ArmId[];
  readonly networkInterfaceIds: readonly ArmId[];
  /** Own and default rules together, by priority. */
  readonly rules: readonly SecurityRule[];
}

export interface SecurityRule {
  readonly name: string;
  readonly allow: boolean;
  readonly inbound: boolean;
  readonly priority: number;
  /** `tcp`, `udp`, `icmp`, `*`, lower-cased. */
  readonly protocol: string;
  readonly sources: readonly string[];
  /** Absent = every port. */
  readonly sourcePorts?: readonly string[];
  readonly destinations: readonly string[];
  readonly destinationPorts: readonly string[];
  /** Application security groups stand where addresses would; what is in them is not read. */
  readonly usesApplicationGroups: boolean;
}

/** Only for precision: which set a standalone VM belongs to. */
export interface VirtualMachine {
  readonly id: ArmId;
  readonly name: string;
  readonly computerName?: string;
  readonly availabilitySetId?: ArmId;
  readonly scaleSetId?: ArmId;
  readonly provisioningState?: string;
}

/** One configuration of several Standard load balancers (`managedClusters/…/loadBalancers`, preview). */
export interface LoadBalancerConfiguration {
  readonly name: string;
  readonly primaryNodePool?: string;
  readonly allowServicePlacement: boolean;
  readonly nodeSelector?: ConfigurationSelector;
  readonly serviceLabelSelector?: ConfigurationSelector;
  readonly serviceNamespaceSelector?: ConfigurationSelector;
}

export type ConfigurationSelector = import('./scheduling.ts').LabelSelector;
