import type { IpFamily } from './azure.ts';
import type { NodeName } from './ids.ts';
import type { LabelSelector, PodSpec, Resources, Taint } from './scheduling.ts';

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
  /** What pods may ask for in all; absent = the node does not say. */
  readonly allocatable?: Resources & { readonly pods: number };
  readonly createdAt?: string;
  /** When the Ready condition last changed. */
  readonly readyChangedAt?: string;
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
  /** `PreferClose`, `PreferSameZone`, `PreferSameNode`; absent = not set. */
  readonly trafficDistribution?: string;
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
  /** Addresses of its own for which kube-proxy takes packets as well; absent = none. */
  readonly externalIps?: readonly string[];
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
  /** Of the Service that owns it: while it is there, so is the Service. */
  readonly serviceUid?: string;
  readonly addressType: string;
  /** None (`ports: null`) where no pod has the `targetPort`: kube-proxy then has no endpoint for any port. */
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly Endpoint[];
  /** When the change of a pod or Service that it shows happened. */
  readonly lastChangeAt?: string;
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
  /** Of those that own pods themselves; absent = not known. */
  readonly uid?: string;
  readonly labels: ReadonlyMap<string, string>;
  /** Desired replicas; `undefined` for DaemonSets. 1 when absent. */
  readonly replicas: number | undefined;
  readonly podLabels: ReadonlyMap<string, string>;
  readonly podSpec: PodSpec;
  /** DaemonSet: `status.desiredNumberScheduled`. Others: `status.readyReplicas`. */
  readonly statusCount?: number;
  /** Absent = as the API server writes it where nobody says: rolling, a quarter of the pods at a time. */
  readonly rollout?: Rollout;
}

/** How a controller replaces pods once the template changes. */
export type Rollout =
  | { readonly kind: 'recreate' | 'on-delete' }
  | {
      readonly kind: 'rolling';
      /** Pods, or a part of them such as `25%`. */
      readonly maxSurge?: number | string;
      readonly maxUnavailable?: number | string;
      /** Of a StatefulSet: pods with a lower number are left alone. */
      readonly partition?: number;
    };

export interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly node: NodeName | undefined;
  readonly phase: string;
  readonly deleting: boolean;
  /** Mirror pod of a static pod: the scheduler never saw it. */
  readonly mirror: boolean;
  readonly owner:
    { readonly kind: string; readonly name: string; readonly uid?: string } | undefined;
  readonly spec: PodSpec;
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

/** A Service of type NodePort: its ports are open on every node. */
export interface NodePortService {
  readonly namespace: string;
  readonly name: string;
  /** `Cluster` when absent. */
  readonly externalTrafficPolicy: string;
  readonly ports: readonly ServicePort[];
}

/** A pod on the network of its host, whose ports are the host's. */
export interface HostNetworkPod {
  readonly namespace: string;
  readonly name: string;
  readonly node: NodeName | undefined;
  readonly ports: PodSpec['ports'];
}

/** The one part of Cilium's configuration that decides where traffic goes. */
export interface CiliumConfig {
  /** `enable-service-topology`: zone hints are followed at all. */
  readonly serviceTopology: boolean;
}

/** What a NetworkPolicy says about incoming traffic. */
export interface NetworkPolicy {
  readonly namespace: string;
  readonly name: string;
  /** The pods that it is about; `undefined` = its selector cannot be read. */
  readonly podSelector: LabelSelector | undefined;
  /** It is about incoming traffic: what no rule of it, or of another policy for the pod, lets in is dropped. */
  readonly ingress: boolean;
  readonly rules: readonly PolicyRule[];
  /** Why what it lets in is not known. */
  readonly unreadable?: string;
}

export interface PolicyRule {
  /** None = from everywhere. */
  readonly from: readonly PolicyPeer[];
  /** None = every port. */
  readonly ports: readonly PolicyPort[];
}

export type PolicyPeer =
  | { readonly kind: 'block'; readonly cidr: string; readonly except: readonly string[] }
  | {
      readonly kind: 'pods';
      readonly namespaceSelector: LabelSelector | undefined;
      readonly podSelector: LabelSelector | undefined;
    };

export interface PolicyPort {
  readonly protocol: string;
  /** A number, or the name of a container's port; absent = every port of the protocol. */
  readonly port?: number | string;
  readonly endPort?: number;
}
