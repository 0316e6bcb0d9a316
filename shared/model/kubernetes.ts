import type { IpFamily } from './azure.ts';
import type { NodeName } from './ids.ts';
import type { PodSpec, Taint } from './scheduling.ts';

export interface Node {
  readonly name: NodeName;
  readonly labels: ReadonlyMap<string, string>;
  readonly taints: readonly Taint[];
  /** Cordoned. */
  readonly unschedulable: boolean;
  /** `metadata.deletionTimestamp` is set. */
  readonly deleting: boolean;
  /** Status of the Ready condition; `unknown` also when there is none. */
  readonly ready: 'true' | 'false' | 'unknown';
  /** As the Node spells it; `''` when absent. */
  readonly providerId: string;
  readonly internalIps: readonly string[];
}

export interface LoadBalancerService {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly labels: ReadonlyMap<string, string>;
  /** Only Azure's and our own prefixes; everything else is dropped where it enters. */
  readonly annotations: ReadonlyMap<string, string>;
  /** `undefined` = no selector: endpoints are managed by somebody else. */
  readonly selector: ReadonlyMap<string, string> | undefined;
  /** `Cluster` when absent. */
  readonly externalTrafficPolicy: string;
  readonly healthCheckNodePort?: number;
  readonly ipFamilies: readonly IpFamily[];
  readonly sessionAffinity: string;
  readonly publishNotReadyAddresses: boolean;
  readonly allocateLoadBalancerNodePorts: boolean;
  readonly loadBalancerIp?: string;
  readonly loadBalancerClass?: string;
  readonly loadBalancerSourceRanges: readonly string[];
  readonly ports: readonly ServicePort[];
  /** Why some of its ports are not among `ports`: its traffic is then not judged. */
  readonly unreadablePorts?: string;
  readonly ingressIps: readonly string[];
  /** Names in place of addresses, as controllers of other classes give them; absent = none. */
  readonly ingressHostnames?: readonly string[];
  readonly createdAt?: string;
  readonly deleting: boolean;
}

export interface ServicePort {
  readonly name: string;
  /** `TCP`, `UDP` or `SCTP`; `TCP` when absent. */
  readonly protocol: string;
  readonly port: number;
  readonly nodePort?: number;
  readonly appProtocol?: string;
}

export interface EndpointSlice {
  readonly namespace: string;
  readonly name: string;
  /** Label `kubernetes.io/service-name`; `''` when absent. */
  readonly service: string;
  readonly addressType: string;
  /** None (`ports: null`) where no pod has the `targetPort`: kube-proxy then has no endpoint for any port. */
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly Endpoint[];
}

export interface EndpointPort {
  readonly name: string;
  readonly port?: number;
  readonly protocol: string;
}

/** One endpoint; conditions already defaulted (`ready` nil = true, `serving` nil = ready's default true). */
export interface Endpoint {
  readonly address: string;
  readonly node: NodeName | undefined;
  readonly zone: string | undefined;
  readonly pod: string | undefined;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly hintZones: readonly string[];
  readonly hintNodes: readonly string[];
}

export type WorkloadKind =
  'Deployment' | 'StatefulSet' | 'DaemonSet' | 'Job' | 'ReplicaSet' | 'Pod';

export interface Workload {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  /** Desired replicas; `undefined` for DaemonSets. 1 when absent. */
  readonly replicas: number | undefined;
  readonly podLabels: ReadonlyMap<string, string>;
  readonly podSpec: PodSpec;
  /** DaemonSet: `status.desiredNumberScheduled`. Others: `status.readyReplicas`. */
  readonly statusCount?: number;
}

export interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly node: NodeName | undefined;
  readonly phase: string;
  readonly deleting: boolean;
  /** Mirror pod of a static pod: the scheduler never saw it. */
  readonly mirror: boolean;
  readonly owner: { readonly kind: string; readonly name: string } | undefined;
  readonly spec: PodSpec;
  /** `PodScheduled=False` with its reason (`Unschedulable`, …). */
  readonly unscheduledReason?: string;
}

export interface Namespace {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
}

/** An event about a Service. */
export interface ServiceEvent {
  readonly namespace: string;
  readonly service: string;
  readonly reason: string;
  /** `Warning` or `Normal`. */
  readonly type: string;
  readonly message: string;
  /** Newest of the times that the event carries; `''` when it has none. */
  readonly lastSeen: string;
}
