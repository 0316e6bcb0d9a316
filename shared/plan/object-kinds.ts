import { createHash } from 'node:crypto';
import {
  parseGateway,
  parseGatewayClass,
  parseReferenceGrant,
  parseRoute,
} from '../collect/parse-gateway.ts';
import { parseIngress, parseIngressClass } from '../collect/parse-ingress.ts';
import { parseNetworkPolicy } from '../collect/parse-network-policy.ts';
import { Cursor } from '../input/cursor.ts';
import type { ClusterIpService, LoadBalancerService, Namespace, Workload } from '../model/index.ts';
import type { WorkloadSlice } from '../facts/services.ts';
import type { RawObject } from './manifests.ts';
import type { FilePosition } from './types.ts';

/** A manifest's object: what it says, and which of its fields it says. */
export type Wanted = {
  readonly name: string;
  readonly namespace: string;
  readonly place: FilePosition;
  readonly raw: RawObject['value'];
  /** The line of a field, or of the nearest part above it. */
  readonly lineOf: (path: string) => number;
} & (
  | {
      readonly kind: 'Service';
      readonly type: string | undefined;
      readonly parsed: LoadBalancerService;
      /** The same as one behind an ingress, where it is of another type. */
      readonly inner?: ClusterIpService;
    }
  | { readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet'; readonly parsed: Workload }
  | { readonly kind: 'Namespace'; readonly parsed: Namespace }
  | { readonly kind: RoutingKind; readonly parsed: object }
);

/** A Service of any type. */
export type WantedService = Extract<Wanted, { kind: 'Service' }>;

/** Kinds of which a plan needs to know only which object is which. */
export type RoutingKind = keyof typeof routingParsers;

/** The parser of each routing kind, the same that reads live objects. */
export const routingParsers = {
  NetworkPolicy: parseNetworkPolicy,
  Ingress: parseIngress,
  IngressClass: parseIngressClass,
  GatewayClass: parseGatewayClass,
  Gateway: parseGateway,
  HTTPRoute: parseRoute('HTTPRoute'),
  GRPCRoute: parseRoute('GRPCRoute'),
  ReferenceGrant: parseReferenceGrant,
} as const satisfies Record<string, (item: Cursor) => object | undefined>;

/** Is it of a kind that is replaced whole? */
export function isRouting(wanted: Wanted): wanted is Extract<Wanted, { kind: RoutingKind }> {
  return isRoutingKind(wanted.kind);
}

/** The same of the kind alone. */
export function isRoutingKind(kind: string): kind is RoutingKind {
  return Object.hasOwn(routingParsers, kind);
}

/** Kinds whose objects are in no namespace. */
export const ofCluster: ReadonlySet<string> = new Set([
  'Namespace',
  'IngressClass',
  'GatewayClass',
]);

/** Where a snapshot has the workloads of a kind. */
export const sliceOfKind = {
  Deployment: 'deployments',
  StatefulSet: 'statefulSets',
  DaemonSet: 'daemonSets',
} as const satisfies Record<string, WorkloadSlice>;

const gatewayApi = ['gateway.networking.k8s.io/v1', 'gateway.networking.k8s.io/v1beta1'];

/** The versions that a server takes, the one that people should write first. */
export const versions: Readonly<Record<Wanted['kind'], readonly [string, ...(readonly string[])]>> =
  {
    Service: ['v1'],
    Namespace: ['v1'],
    NetworkPolicy: ['networking.k8s.io/v1'],
    Ingress: ['networking.k8s.io/v1'],
    IngressClass: ['networking.k8s.io/v1'],
    GatewayClass: [gatewayApi[0] ?? '', ...gatewayApi],
    Gateway: [gatewayApi[0] ?? '', ...gatewayApi],
    HTTPRoute: [gatewayApi[0] ?? '', ...gatewayApi],
    GRPCRoute: ['gateway.networking.k8s.io/v1'],
    ReferenceGrant: [gatewayApi[0] ?? '', ...gatewayApi],
    Deployment: ['apps/v1'],
    StatefulSet: ['apps/v1'],
    DaemonSet: ['apps/v1'],
  };

/** What else a chart holds: of no bearing on who gets the traffic. */
export const others = new Set(
  'ConfigMap Secret ServiceAccount Role RoleBinding ClusterRole ClusterRoleBinding PersistentVolumeClaim PersistentVolume StorageClass PodDisruptionBudget CustomResourceDefinition ValidatingWebhookConfiguration MutatingWebhookConfiguration ResourceQuota LimitRange PriorityClass Job CronJob Lease APIService'.split(
    ' ',
  ),
);

/** Is it a kind that can be planned? */
export function isKnown(kind: string): kind is Wanted['kind'] {
  return Object.hasOwn(versions, kind);
}

/** `Service shop/web`; without the namespace for kinds that have none. */
export function titleOf({
  kind,
  namespace,
  name,
}: Pick<Wanted, 'kind' | 'namespace' | 'name'>): string {
  return ofCluster.has(kind) ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}

/** A UID for an object that does not exist yet: the same in every plan. */
export function plannedUid(kind: string, namespace: string, name: string): string {
  const hex = createHash('sha256').update(`${kind}/${namespace}/${name}`).digest('hex');
  return [8, 4, 4, 4, 12]
    .reduce<{ parts: string[]; at: number }>(
      ({ parts, at }, length) => ({
        parts: [...parts, hex.slice(at, at + length)],
        at: at + length,
      }),
      { parts: [], at: 0 },
    )
    .parts.join('-');
}
