import type { Sequence } from '../description.ts';
import type { Layout } from '../layout.ts';
import {
  configMaps,
  events,
  namespaces,
  networkPolicies,
  nodes,
  pods,
  replicaSets,
  services,
  slices,
  workloads,
  type Row,
} from './rows.ts';
import { routingRows } from './routing.ts';

/** A resource of the Kubernetes API that can be listed. */
export interface Kind {
  readonly resource: string;
  readonly group: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Fields that `fieldSelector` may name, besides name and namespace: those that the product asks by. */
  readonly fields: readonly string[];
  readonly rows: (layout: Layout) => Sequence<Row>;
}

function kind(
  path: string,
  name: string,
  rows: Kind['rows'],
  more: Partial<Pick<Kind, 'namespaced' | 'fields'>> = {},
): Kind {
  const [group = '', version = '', resource = ''] = path.split('/');
  return {
    resource,
    group,
    apiVersion: group === '' ? version : `${group}/${version}`,
    kind: name,
    rows,
    namespaced: true,
    fields: [],
    ...more,
  };
}

const cluster = { namespaced: false } as const;

/** What the simulated API server can list, and by which fields it selects. */
export const kinds: readonly Kind[] = [
  kind('/v1/nodes', 'Node', nodes, cluster),
  kind('/v1/services', 'Service', services, { fields: ['spec.clusterIP', 'spec.type'] }),
  kind('/v1/pods', 'Pod', pods, { fields: ['spec.hostNetwork', 'spec.nodeName', 'status.phase'] }),
  kind('/v1/namespaces', 'Namespace', namespaces, cluster),
  kind('/v1/events', 'Event', events, { fields: ['involvedObject.kind', 'type'] }),
  kind('discovery.k8s.io/v1/endpointslices', 'EndpointSlice', slices),
  kind('apps/v1/deployments', 'Deployment', workloads('Deployment')),
  kind('apps/v1/statefulsets', 'StatefulSet', workloads('StatefulSet')),
  kind('apps/v1/daemonsets', 'DaemonSet', workloads('DaemonSet')),
  kind('apps/v1/replicasets', 'ReplicaSet', replicaSets),
  kind('batch/v1/jobs', 'Job', () => []),
  kind('networking.k8s.io/v1/ingresses', 'Ingress', routingRows('Ingress')),
  kind('networking.k8s.io/v1/ingressclasses', 'IngressClass', routingRows('IngressClass'), cluster),
  kind(
    'gateway.networking.k8s.io/v1/gatewayclasses',
    'GatewayClass',
    routingRows('GatewayClass'),
    cluster,
  ),
  kind('gateway.networking.k8s.io/v1/gateways', 'Gateway', routingRows('Gateway')),
  kind('gateway.networking.k8s.io/v1/httproutes', 'HTTPRoute', routingRows('HTTPRoute')),
  kind('gateway.networking.k8s.io/v1/grpcroutes', 'GRPCRoute', routingRows('GRPCRoute')),
  kind(
    'gateway.networking.k8s.io/v1beta1/referencegrants',
    'ReferenceGrant',
    routingRows('ReferenceGrant'),
  ),
  kind('networking.k8s.io/v1/networkpolicies', 'NetworkPolicy', networkPolicies),
  kind('/v1/configmaps', 'ConfigMap', configMaps),
];
