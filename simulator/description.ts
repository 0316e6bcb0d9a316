/**
 * What a made-up fleet is described with. Only what a person would say is here: pools, workloads
 * with the nodes their pods stand on, Services, who is in which backend pool. Ids, names, rules,
 * probes and all the rest follow from it (`layout.ts`), the same each time.
 *
 * Nodes are named by pool and number: `user-0`. Services by `namespace/name`.
 */

/** A list that may be computed on demand; every array is one. */
export interface Sequence<T> {
  readonly length: number;
  at(index: number): T | undefined;
}

/** Text by key as a literal in a description; read with `Object.entries` only. */
export type Texts = Readonly<Record<string, string>>;

export interface FleetDescription {
  /** ISO 8601: the time the objects speak of, the same for every answer. */
  readonly now: string;
  readonly tenantId: string;
  readonly subscriptions: readonly SubscriptionDescription[];
}

/** Resource types whose list answers 403 in a subscription. */
export type ArmKind =
  | 'managedClusters'
  | 'loadBalancers'
  | 'networkInterfaces'
  | 'publicIPAddresses'
  | 'networkSecurityGroups';

/** What answers 403 beside the lists: health of rules, metrics, Resource Graph. */
export type ObservedKind = 'health' | 'metrics' | 'changes';

export interface SubscriptionDescription {
  readonly id: string;
  readonly name: string;
  readonly clusters: Sequence<ClusterDescription>;
  readonly denied: readonly (ArmKind | ObservedKind)[];
}

export interface ClusterDescription {
  readonly name: string;
  readonly resourceGroup: string;
  readonly location: string;
  readonly kubernetesVersion: string;
  readonly tags: Texts;
  readonly sku: 'Base' | 'Automatic';
  /** As the cluster's profile spells it; recorded clusters use all of these. */
  readonly loadBalancerSku: 'basic' | 'Basic' | 'standard' | 'Standard';
  readonly backendPoolType: 'nodeIPConfiguration' | 'nodeIP';
  readonly powerState: 'Running' | 'Stopped';
  readonly nodeAutoProvisioning: boolean;
  /** Managed system node pools: the system nodes are in Microsoft's subscription and in no list. */
  readonly hostedSystem: boolean;
  /** Eight digits in the names of nodes and VM sets, where a description has to know them. */
  readonly digits: string | undefined;
  readonly access: AccessDescription;
  readonly outbound: OutboundDescription;
  readonly pools: readonly PoolDescription[];
  readonly loadBalancers: readonly LoadBalancerDescription[];
  /** Several Standard load balancers; empty = not in use. */
  readonly configurations: readonly ConfigurationDescription[];
  readonly services: readonly ServiceDescription[];
  readonly workloads: readonly WorkloadDescription[];
  readonly namespaceLabels: Readonly<Record<string, Texts>>;
  readonly events: readonly EventDescription[];
  readonly securityGroup: SecurityGroupDescription | undefined;
  /** What Resource Graph remembers of it. */
  readonly changes: readonly ChangeDescription[];
  readonly routing: RoutingDescription;
  /** What enforces NetworkPolicies. */
  readonly policyEngine: 'none' | 'azure' | 'calico' | 'cilium';
  readonly networkPolicies: readonly NetworkPolicyDescription[];
  /** Cilium as the data plane; whether it follows zone hints. */
  readonly cilium: { readonly serviceTopology: boolean } | undefined;
}

/** One change of a resource of the cluster; which one: a load balancer by its name, the group, or the cluster. */
export interface ChangeDescription {
  readonly of: { readonly loadBalancer: string } | 'securityGroup' | 'cluster';
  readonly minutesAgo: number;
  readonly changeType?: 'Create' | 'Update' | 'Delete';
  readonly operation: string;
  readonly clientType: string;
  readonly changedBy: string;
  readonly paths: readonly string[];
}

export interface NetworkPolicyDescription {
  readonly namespace: string;
  readonly name: string;
  /** As Kubernetes JSON. */
  readonly spec: Readonly<Record<string, unknown>>;
}

/** What routes requests behind the load balancers. */
export interface RoutingDescription {
  /** Without it the API server knows no object of the Gateway API. */
  readonly gatewayApi: boolean;
  readonly objects: readonly RoutingObject[];
  /** `ingressProfile` and `serviceMeshProfile` as ARM gives them. */
  readonly profiles: Readonly<Record<string, unknown>>;
}

/** An object of the Ingress or Gateway API, its spec and status as Kubernetes JSON. */
export interface RoutingObject {
  readonly kind:
    | 'Ingress'
    | 'IngressClass'
    | 'GatewayClass'
    | 'Gateway'
    | 'HTTPRoute'
    | 'GRPCRoute'
    | 'ReferenceGrant';
  readonly namespace?: string;
  readonly name: string;
  readonly annotations?: Texts;
  readonly ageMinutes: number;
  readonly spec: object;
  readonly status?: object;
  /** `namespace/name` of the Service whose address its status names. */
  readonly servedBy?: string;
}

export interface AccessDescription {
  readonly entra: boolean;
  readonly azureRbac: boolean;
  readonly privateCluster: boolean;
  /** `no`: the name does not resolve, as from outside the network of a private or stopped cluster. */
  readonly reachable: 'yes' | 'no' | 'reset';
  /** Kubernetes resources (`nodes`, `events`, …) whose list answers 403. */
  readonly denied: readonly string[];
  /** `listClusterUserCredential` answers 403. */
  readonly credentialsDenied: boolean;
}

export interface OutboundDescription {
  readonly type: 'loadBalancer' | 'userDefinedRouting' | 'managedNATGateway';
  readonly managedIps: number;
  readonly allocatedPorts: number;
  readonly idleTimeoutMinutes: number;
}

type PoolKind =
  | 'VirtualMachineScaleSets'
  | 'AvailabilitySet'
  | 'VirtualMachines'
  | 'NodeAutoProvisioning'
  | 'VirtualNode';

export interface PoolDescription {
  readonly name: string;
  readonly mode: 'System' | 'User' | 'Gateway';
  readonly kind: PoolKind;
  readonly count: number;
  readonly vmSize: string;
  readonly os: 'Linux' | 'Windows';
  readonly labels: Texts;
  /** `key=value:Effect`, as ARM has it. */
  readonly taints: readonly string[];
  /** Numbers of availability zones, dealt to the nodes in turn. */
  readonly zones: readonly string[];
  readonly autoscaler: { readonly min: number; readonly max: number } | undefined;
  readonly spot: boolean;
  /** What single nodes have that their pool does not. */
  readonly oddNodes: readonly NodeChange[];
}

export interface NodeChange {
  readonly index: number;
  readonly ready?: 'False' | 'Unknown';
  readonly cordoned?: boolean;
  /** Part of its SNAT ports that is in use; 0.05 unless said. */
  readonly snatUsed?: number;
  readonly labels?: Texts;
  readonly taints?: readonly string[];
}

export interface LoadBalancerDescription {
  /** `kubernetes`, a VM set or a configuration; `-internal` is added where `internal` is set. */
  readonly name: string;
  readonly sku: 'Basic' | 'Standard';
  readonly internal: boolean;
  readonly inbound: MembersDescription;
  /** Pools of their own for Local Services, by `namespace/name`. */
  readonly localPools: Readonly<Record<string, MembersDescription>>;
  /** `kubernetes` on what the cluster makes; somebody else's load balancer has its own. */
  readonly poolName: string;
  /** Data path availability of its frontends; 100 unless said. */
  readonly dataPathPercent?: number;
}

/** Who is in a backend pool. Nothing said = every node that has a NIC. */
export interface MembersDescription {
  readonly pools?: readonly string[];
  readonly nodes?: readonly string[];
  readonly without?: readonly string[];
  /** Members that are no node (any more), as private addresses. */
  readonly stale?: readonly string[];
  /** Nodes that stand in a NIC pool by address as well. */
  readonly alsoByAddress?: readonly string[];
}

export interface ConfigurationDescription {
  readonly name: string;
  readonly primaryPool: string;
  readonly allowServicePlacement: boolean;
  /** `key=value` pairs of the selectors. */
  readonly nodeSelector?: Texts;
  readonly serviceNamespaceSelector?: Texts;
}

export interface ServiceDescription {
  readonly namespace: string;
  readonly name: string;
  readonly type: 'LoadBalancer' | 'ClusterIP';
  readonly internalPolicy: 'Cluster' | 'Local';
  readonly trafficDistribution: string | undefined;
  readonly policy: 'Local' | 'Cluster';
  readonly ports: readonly PortDescription[];
  /** `undefined` = no selector. */
  readonly selector: Texts | undefined;
  readonly labels: Texts;
  readonly annotations: Texts;
  readonly internal: boolean;
  /** The load balancer it sits on; `undefined` = nothing was made for it and it has no address. */
  readonly loadBalancer: string | undefined;
  readonly sessionAffinity: 'None' | 'ClientIP';
  readonly publishNotReady: boolean;
  readonly nodePorts: boolean;
  readonly sourceRanges: readonly string[];
  readonly loadBalancerIp: string | undefined;
  readonly families: readonly ('IPv4' | 'IPv6')[];
  readonly idleTimeoutMinutes: number;
  /** Endpoints that are no pods, where there is no selector. */
  readonly addresses: readonly string[];
  /** Deleted in Kubernetes; what was made for it in Azure is still there. */
  readonly leftover?: true;
  /** New connections of each port; some number of its own unless said. */
  readonly connectionsPerMinute?: number;
}

export interface PortDescription {
  readonly port: number;
  readonly name?: string;
  readonly protocol?: 'TCP' | 'UDP' | 'SCTP';
  readonly targetPort?: number;
  readonly appProtocol?: string;
  /** Fields of the probe in Azure that are not what follows from the policy; `none` = the rule has no probe. */
  readonly probe?: ProbeDescription | 'none';
  /** `false`: the rule in Azure has no floating IP, as somebody wrote it by hand. */
  readonly floatingIp?: false;
  /** What the application answers on the probe's path; 200 unless said. */
  readonly status?: number;
}

interface ProbeDescription {
  readonly protocol?: 'Tcp' | 'Http' | 'Https';
  readonly port?: number;
  readonly path?: string;
  readonly intervalSeconds?: number;
  readonly threshold?: number;
}

export interface WorkloadDescription {
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet';
  readonly namespace: string;
  readonly name: string;
  readonly labels: Texts;
  /** One entry per pod that is bound; what `replicas` asks beyond them is Pending. */
  readonly pods: Sequence<PodPlacement>;
  readonly replicas: number;
  /** Scheduling fields of the pod spec as Kubernetes JSON: tolerations, affinity, nodeSelector, … */
  readonly spec: Readonly<Record<string, unknown>>;
}

export interface PodPlacement {
  readonly node: string;
  readonly ready?: boolean;
  readonly terminating?: boolean;
}

export interface EventDescription {
  readonly namespace: string;
  readonly service: string;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly minutesAgo: number;
}

/** The group of the node subnet. What the cloud provider writes for the Services is added. */
interface SecurityGroupDescription {
  readonly rules: readonly SecurityRuleDescription[];
  /** Services whose allow rule is missing. */
  readonly withoutAllow: readonly string[];
}

export interface SecurityRuleDescription {
  readonly name: string;
  readonly priority: number;
  readonly access: 'Allow' | 'Deny';
  readonly protocol?: 'Tcp' | 'Udp' | '*';
  readonly source?: string;
  readonly destination?: string | undefined;
  readonly ports?: readonly string[];
}
