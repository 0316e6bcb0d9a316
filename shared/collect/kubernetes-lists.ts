import { createHash } from 'node:crypto';
import type { ClusterIpService, EndpointSlice, Node, Pod, ServiceEvent } from '../model/index.ts';
import type { KubernetesList } from './kubernetes-reader.ts';
import { networkPolicyList } from './last-hop.ts';
import {
  parseGateway,
  parseGatewayClass,
  parseReferenceGrant,
  parseRoute,
} from './parse-gateway.ts';
import { parseClusterIpService, parseIngress, parseIngressClass } from './parse-ingress.ts';
import {
  parseNamespace,
  parseNode,
  parsePod,
  parseServiceEvent,
  parseWorkload,
} from './parse-objects.ts';
import { parseEndpointSlice, parseService } from './parse-service.ts';

/** Identity of an object that lives in a namespace. */
export function namespacedName(row: { readonly namespace: string; readonly name: string }): string {
  return `${row.namespace}/${row.name}`;
}

const namedIn = ['metadata.namespace', 'metadata.name'] as const;
const namedWithSpec = [...namedIn, 'spec'] as const;

/** Short: the texts of events are long. */
function hashOf(row: object): string {
  return createHash('sha256').update(JSON.stringify(row)).digest('base64');
}

/** Every node; also read alone, to tell whose they are. */
export const nodeList: KubernetesList<Node> = {
  path: '/api/v1/nodes',
  kind: 'NodeList',
  required: ['metadata.name', 'spec'],
  parse: parseNode,
  identity: (node: Node) => node.name,
};

const unnamed = (object: { readonly name: string }): string => object.name;
const serviceOf = ({ namespace, service }: EndpointSlice): string => `${namespace}/${service}`;

/** The other lists that a snapshot needs. */
export const kubernetesLists = {
  services: {
    path: '/api/v1/services',
    kind: 'ServiceList',
    required: namedWithSpec,
    query: { fieldSelector: 'spec.type=LoadBalancer' },
    parse: parseService,
    identity: namespacedName,
  },
  endpointSlices: {
    path: '/apis/discovery.k8s.io/v1/endpointslices',
    kind: 'EndpointSliceList',
    // Up to 1,000 endpoints each: 500 of those would be larger than a page may be.
    limit: 100,
    required: namedIn,
    parse: parseEndpointSlice,
    identity: namespacedName,
    always: { names: ['default/kubernetes'], nameOf: serviceOf },
  },
  deployments: {
    path: '/apis/apps/v1/deployments',
    kind: 'DeploymentList',
    required: namedWithSpec,
    parse: parseWorkload('Deployment'),
    identity: namespacedName,
  },
  statefulSets: {
    path: '/apis/apps/v1/statefulsets',
    kind: 'StatefulSetList',
    required: namedWithSpec,
    parse: parseWorkload('StatefulSet'),
    identity: namespacedName,
  },
  daemonSets: {
    path: '/apis/apps/v1/daemonsets',
    kind: 'DaemonSetList',
    required: namedWithSpec,
    parse: parseWorkload('DaemonSet'),
    identity: namespacedName,
  },
  namespaces: {
    path: '/api/v1/namespaces',
    kind: 'NamespaceList',
    required: ['metadata.name'],
    parse: parseNamespace,
    identity: unnamed,
    always: { names: ['default', 'kube-system'], nameOf: unnamed },
  },
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

/** What routes requests behind the load balancers. A cluster without the Gateway API has none of its objects. */
export const ingressLists = {
  ingresses: {
    path: `${networking}/ingresses`,
    kind: 'IngressList',
    required: namedWithSpec,
    parse: parseIngress,
    identity: namespacedName,
  },
  ingressClasses: {
    path: `${networking}/ingressclasses`,
    kind: 'IngressClassList',
    required: ['metadata.name', 'spec'],
    parse: parseIngressClass,
    identity: unnamed,
  },
  gatewayClasses: {
    path: `${gatewayApi}/v1/gatewayclasses`,
    kind: 'GatewayClassList',
    required: ['metadata.name', 'spec'],
    mayBeAbsent: { otherVersions: [`${gatewayApi}/v1beta1/gatewayclasses`] },
    parse: parseGatewayClass,
    identity: unnamed,
  },
  gateways: {
    path: `${gatewayApi}/v1/gateways`,
    kind: 'GatewayList',
    required: namedWithSpec,
    mayBeAbsent: { otherVersions: [`${gatewayApi}/v1beta1/gateways`] },
    parse: parseGateway,
    identity: namespacedName,
  },
  httpRoutes: {
    path: `${gatewayApi}/v1/httproutes`,
    kind: 'HTTPRouteList',
    required: namedWithSpec,
    mayBeAbsent: { otherVersions: [`${gatewayApi}/v1beta1/httproutes`] },
    parse: parseRoute('HTTPRoute'),
    identity: namespacedName,
  },
  grpcRoutes: {
    path: `${gatewayApi}/v1/grpcroutes`,
    kind: 'GRPCRouteList',
    required: namedWithSpec,
    mayBeAbsent: { otherVersions: [`${gatewayApi}/v1alpha2/grpcroutes`] },
    parse: parseRoute('GRPCRoute'),
    identity: namespacedName,
  },
  referenceGrants: {
    path: `${gatewayApi}/v1beta1/referencegrants`,
    kind: 'ReferenceGrantList',
    required: namedWithSpec,
    mayBeAbsent: { otherVersions: [`${gatewayApi}/v1/referencegrants`] },
    parse: parseReferenceGrant,
    identity: namespacedName,
  },
} as const;

/** Services without a load balancer, those of the type ClusterIP or the few of other types. */
export function clusterIpServiceList(fieldSelector: string): KubernetesList<ClusterIpService> {
  return {
    path: '/api/v1/services',
    kind: 'ServiceList',
    required: namedWithSpec,
    query: { fieldSelector },
    parse: parseClusterIpService,
    identity: namespacedName,
  };
}

/**
 * Pods of one node. From the server's memory, which is seconds old at most: servers before 1.31 read
 * every pod of the cluster from etcd for a list of any other age, some seconds of their processor each.
 */
export function podsOfNode(node: string): KubernetesList<Pod> {
  return podList({ fieldSelector: `spec.nodeName=${node}`, resourceVersion: '0' });
}

/** Pods that are on no node yet; those that wait for their images are placed. */
export const pendingPodList = podList({ fieldSelector: 'status.phase=Pending,spec.nodeName=' });

/** Pods are never listed whole. */
function podList(query: KubernetesList<Pod>['query'] & object): KubernetesList<Pod> {
  return {
    path: '/api/v1/pods',
    kind: 'PodList',
    required: namedWithSpec,
    query,
    parse: parsePod,
    identity: namespacedName,
  };
}

/** Every list that a cluster is asked for, each resource once: what an identity has to be allowed to list. */
export const listsAsked: readonly Pick<
  KubernetesList<unknown>,
  'path' | 'query' | 'mayBeAbsent'
>[] = [
  nodeList,
  ...Object.values(kubernetesLists),
  pendingPodList,
  ...Object.values(ingressLists),
  networkPolicyList,
];
