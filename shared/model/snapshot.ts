import type {
  LoadBalancer,
  LoadBalancerConfiguration,
  ManagedCluster,
  NetworkInterface,
  PublicIpAddress,
  SecurityGroup,
  VirtualMachine,
} from './azure.ts';
import type { ArmId } from './ids.ts';
import type {
  ClusterIpService,
  Gateway,
  GatewayClass,
  GatewayRoute,
  Ingress,
  IngressClass,
  ReferenceGrant,
} from './ingress.ts';
import type {
  CiliumConfig,
  EndpointSlice,
  HostNetworkPod,
  LoadBalancerService,
  Namespace,
  NetworkPolicy,
  Node,
  NodePortService,
  Pod,
  ServiceEvent,
  Workload,
} from './kubernetes.ts';
import type { LoadBalancerMetrics, ResourceChange, RuleHealth } from './observed.ts';
import type { Read } from './read.ts';

/** Every slice of a cluster by name. Load balancers, NICs, addresses and groups are those of the cluster's node resource group. */
export interface Slices {
  readonly managedCluster: ManagedCluster;
  readonly loadBalancers: readonly LoadBalancer[];
  /** Whole list of what was read: NICs of other groups explain a NIC that is held elsewhere. */
  readonly networkInterfaces: readonly NetworkInterface[];
  readonly publicIpAddresses: readonly PublicIpAddress[];
  readonly securityGroups: readonly SecurityGroup[];
  /** Several Standard load balancers; `[]` = not in use. */
  readonly loadBalancerConfigurations: readonly LoadBalancerConfiguration[];
  /** Adds precision only; no rule may need it. */
  readonly virtualMachines: readonly VirtualMachine[];
  readonly nodes: readonly Node[];
  readonly services: readonly LoadBalancerService[];
  readonly endpointSlices: readonly EndpointSlice[];
  readonly deployments: readonly Workload[];
  readonly statefulSets: readonly Workload[];
  readonly daemonSets: readonly Workload[];
  /** Pods on nodes of system pools. */
  readonly systemPods: readonly Pod[];
  readonly pendingPods: readonly Pod[];
  readonly namespaces: readonly Namespace[];
  readonly serviceEvents: readonly ServiceEvent[];
  /** Rules whose backends Azure was asked about; the others are predictions. No rule may need it. */
  readonly backendHealth: readonly RuleHealth[];
  /** Of the load balancers of the node resource group. No rule but those of metrics may need it. */
  readonly loadBalancerMetrics: readonly LoadBalancerMetrics[];
  /** Of the last 14 days, newest first. No rule may need it. */
  readonly resourceChanges: readonly ResourceChange[];
  readonly ingresses: readonly Ingress[];
  readonly ingressClasses: readonly IngressClass[];
  /** Objects of the Gateway API; `[]` also where the cluster has no such API. */
  readonly gatewayClasses: readonly GatewayClass[];
  readonly gateways: readonly Gateway[];
  readonly httpRoutes: readonly GatewayRoute[];
  readonly grpcRoutes: readonly GatewayRoute[];
  readonly referenceGrants: readonly ReferenceGrant[];
  /** Every ClusterIP Service, and those of the types NodePort and ExternalName where a route names a Service that is of no other type. */
  readonly clusterIpServices: readonly ClusterIpService[];
  readonly networkPolicies: readonly NetworkPolicy[];
  /** Read only where a probe or a rule goes to a node port of nobody among `services`. */
  readonly nodePortServices: readonly NodePortService[];
  /** Read only where a probe or a rule goes to a port that nothing else explains. */
  readonly hostNetworkPods: readonly HostNetworkPod[];
  /** Read only where Cilium is the data plane. */
  readonly ciliumConfig: CiliumConfig;
}

/** Who the cluster is, even where ARM could not be read. */
export interface ClusterIdentity {
  /** ARM id, lower-cased; for a case folder without ARM answers `unknown/<folder>`. */
  readonly id: ArmId;
  readonly name: string;
  readonly subscriptionId?: string;
  readonly resourceGroup?: string;
  readonly location?: string;
  readonly kubernetesVersion?: string;
}

/** All facts of a cluster at one time; nothing right of it asks the world again. */
export type ClusterSnapshot = ClusterIdentity & {
  /** ISO 8601, UTC: the clock of the run. */
  readonly takenAt: string;
} & { readonly [Name in keyof Slices]: Read<Slices[Name]> };
