import { createHash } from 'node:crypto';
import type { EndpointSlice, Node, Pod, ServiceEvent } from '../model/index.ts';
import type { KubernetesList } from './kubernetes-reader.ts';
import { parseHostNetworkPod, parseNodePortService } from './parse-last-hop.ts';
import { parseNetworkPolicy } from './parse-network-policy.ts';
import {
  parseGateway,
  parseGatewayClass,
  parseReferenceGrant,
  parseRoute,
} from './parse-gateway.ts';
import { parseIngress, parseIngressClass } from './parse-ingress.ts';
import {
  parseNamespace,
  parseNode,
  parsePod,
  parseServiceEvent,
  parseWorkload,
} from './parse-objects.ts';
import { parseEndpointSlice, parseService } from './parse-service.ts';

/** Identity of an object that lives in a namespace. */
export function namespacedName(row: NamespacedRow): string {
  return `${row.namespace}/${row.name}`;
}

interface NamespacedRow {
  readonly namespace: string;
  readonly name: string;
}

type ListDetails<T> = Partial<
  Pick<KubernetesList<T>, 'query' | 'limit' | 'required' | 'mayBeAbsent' | 'always'>
>;

/** A list of objects that live in namespaces. @param kind `Pod` */
function namespaced<T extends NamespacedRow>(
  path: string,
  kind: string,
  parse: KubernetesList<T>['parse'],
  more: ListDetails<T> = {},
): KubernetesList<T> {
  const required = ['metadata.namespace', 'metadata.name', 'spec'];
  return { path, kind: `${kind}List`, required, parse, identity: namespacedName, ...more };
}

/** A list of objects of the whole cluster. */
function clusterWide<T extends { readonly name: string }>(
  path: string,
  kind: string,
  parse: KubernetesList<T>['parse'],
  more: ListDetails<T> = {},
): KubernetesList<T> {
  const required = ['metadata.name', 'spec'];
  return { path, kind: `${kind}List`, required, parse, identity: ({ name }) => name, ...more };
}

/** Short: the texts of events are long. */
function hashOf(row: object): string {
  return createHash('sha256').update(JSON.stringify(row)).digest('base64');
}

/** Every node; also read alone, to tell whose they are. */
export const nodeList: KubernetesList<Node> = clusterWide('/api/v1/nodes', 'Node', parseNode);

const apps = '/apis/apps/v1';

const unnamed = (object: { readonly name: string }): string => object.name;
const serviceOf = ({ namespace, service }: EndpointSlice): string => `${namespace}/${service}`;

/** The other lists that a snapshot needs. */
export const kubernetesLists = {
  services: servicesOf('spec.type=LoadBalancer', parseService),
  endpointSlices: namespaced(
    '/apis/discovery.k8s.io/v1/endpointslices',
    'EndpointSlice',
    parseEndpointSlice,
    // Up to 1,000 endpoints each: 500 of those would be larger than a page may be.
    {
      limit: 100,
      required: ['metadata.namespace', 'metadata.name'],
      always: { names: ['default/kubernetes'], nameOf: serviceOf },
    },
  ),
  deployments: namespaced(`${apps}/deployments`, 'Deployment', parseWorkload('Deployment')),
  statefulSets: namespaced(`${apps}/statefulsets`, 'StatefulSet', parseWorkload('StatefulSet')),
  daemonSets: namespaced(`${apps}/daemonsets`, 'DaemonSet', parseWorkload('DaemonSet')),
  namespaces: clusterWide('/api/v1/namespaces', 'Namespace', parseNamespace, {
    required: ['metadata.name'],
    always: { names: ['default', 'kube-system'], nameOf: unnamed },
  }),
  serviceEvents: {
    path: '/api/v1/events',
    kind: 'EventList',
    query: { fieldSelector: 'involvedObject.kind=Service' },
    parse: parseServiceEvent,
    twice: 'expected',
    identity: (event: ServiceEvent) =>
      `${event.namespace}/${event.service} ${event.lastSeen} ${hashOf(event)}`,
  },
} as const;

const networking = '/apis/networking.k8s.io/v1';
const gatewayApi = '/apis/gateway.networking.k8s.io';

/** A cluster without the Gateway API has none of its objects. @param version Another one that may be served alone. */
function gatewayVersion(version: string): Pick<KubernetesList<unknown>, 'mayBeAbsent'> {
  return { mayBeAbsent: { otherVersions: [`${gatewayApi}/${version}`] } };
}

/** What routes requests behind the load balancers. */
export const ingressLists = {
  ingresses: namespaced(`${networking}/ingresses`, 'Ingress', parseIngress),
  ingressClasses: clusterWide(`${networking}/ingressclasses`, 'IngressClass', parseIngressClass),
  gatewayClasses: clusterWide(
    `${gatewayApi}/v1/gatewayclasses`,
    'GatewayClass',
    parseGatewayClass,
    gatewayVersion('v1beta1/gatewayclasses'),
  ),
  gateways: namespaced(
    `${gatewayApi}/v1/gateways`,
    'Gateway',
    parseGateway,
    gatewayVersion('v1beta1/gateways'),
  ),
  httpRoutes: namespaced(
    `${gatewayApi}/v1/httproutes`,
    'HTTPRoute',
    parseRoute('HTTPRoute'),
    gatewayVersion('v1beta1/httproutes'),
  ),
  grpcRoutes: namespaced(
    `${gatewayApi}/v1/grpcroutes`,
    'GRPCRoute',
    parseRoute('GRPCRoute'),
    gatewayVersion('v1alpha2/grpcroutes'),
  ),
  referenceGrants: namespaced(
    `${gatewayApi}/v1beta1/referencegrants`,
    'ReferenceGrant',
    parseReferenceGrant,
    gatewayVersion('v1/referencegrants'),
  ),
} as const;

/** Services of a type; those without a load balancer are ClusterIP, or the few of other types. */
export function servicesOf<T extends NamespacedRow>(
  fieldSelector: string,
  parse: KubernetesList<T>['parse'],
): KubernetesList<T> {
  return namespaced('/api/v1/services', 'Service', parse, { query: { fieldSelector } });
}

/**
 * Pods of one node. From the server's memory, which is seconds old at most: servers before 1.31 read
 * every pod of the cluster from etcd for a list of any other age, some seconds of their processor each.
 */
export function podsOfNode(node: string): KubernetesList<Pod> {
  return podsOf({ fieldSelector: `spec.nodeName=${node}`, resourceVersion: '0' }, parsePod);
}

/** Pods that are on no node yet; those that wait for their images are placed. */
export const pendingPodList: KubernetesList<Pod> = podsOf(
  { fieldSelector: 'status.phase=Pending,spec.nodeName=' },
  parsePod,
);

/** Pods are never listed whole. */
function podsOf<T extends NamespacedRow>(
  query: Readonly<Record<string, string>>,
  parse: KubernetesList<T>['parse'],
): KubernetesList<T> {
  return namespaced('/api/v1/pods', 'Pod', parse, { query });
}

/** What decides on the last hop whether a packet meets anybody. */
export const lastHopLists = {
  networkPolicies: namespaced(`${networking}/networkpolicies`, 'NetworkPolicy', parseNetworkPolicy),
  hostNetworkPods: podsOf({ fieldSelector: 'spec.hostNetwork=true' }, parseHostNetworkPod),
  nodePortServices: servicesOf('spec.type=NodePort', parseNodePortService),
  kubernetesService: servicesOf(
    'metadata.namespace=default,metadata.name=kubernetes',
    parseNodePortService,
  ),
} as const;

/** Every list that a cluster is asked for, each resource once: what an identity has to be allowed to list. */
export const listsAsked: readonly Pick<
  KubernetesList<unknown>,
  'path' | 'query' | 'mayBeAbsent'
>[] = [
  nodeList,
  ...Object.values(kubernetesLists),
  pendingPodList,
  ...Object.values(ingressLists),
  lastHopLists.networkPolicies,
];
