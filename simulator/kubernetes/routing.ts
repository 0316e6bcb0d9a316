import type { RoutingObject } from '../description.ts';
import type { Layout } from '../layout.ts';
import { appliedConfiguration, metadata } from './metadata.ts';
import { rowsOf, type Row } from './rows.ts';

const apiVersions = {
  Ingress: 'networking.k8s.io/v1',
  IngressClass: 'networking.k8s.io/v1',
  GatewayClass: 'gateway.networking.k8s.io/v1',
  Gateway: 'gateway.networking.k8s.io/v1',
  HTTPRoute: 'gateway.networking.k8s.io/v1',
  GRPCRoute: 'gateway.networking.k8s.io/v1',
  ReferenceGrant: 'gateway.networking.k8s.io/v1beta1',
} as const satisfies Readonly<Record<RoutingObject['kind'], string>>;

/** Objects of one kind of the Ingress or Gateway API. */
export function routingRows(kind: RoutingObject['kind']): (layout: Layout) => readonly Row[] {
  return rowsOf(
    ({ cluster }) => cluster.routing.objects.filter((each) => each.kind === kind),
    (layout, object: RoutingObject) => ({
      namespace: object.namespace,
      name: () => object.name,
      json: () => routingJson(layout, object),
    }),
  );
}

function routingJson(layout: Layout, object: RoutingObject): object {
  const { kind, namespace, name, ageMinutes, spec } = object;
  const own = { namespace: namespace ?? '', name };
  const annotations = {
    ...object.annotations,
    ...appliedConfiguration(apiVersions[kind], kind, own),
  };
  const status = statusOf(layout, object);
  return {
    metadata: metadata(layout, {
      kind,
      namespace,
      name,
      ageMinutes,
      more: { generation: 1, annotations },
    }),
    spec,
    status,
  };
}

/** The status as described, with the address of the Service that serves the object. */
function statusOf(layout: Layout, { kind, status, servedBy }: RoutingObject): object | undefined {
  const ip = layout.services.find(({ key }) => key === servedBy)?.ip;
  if (ip === undefined) return status;
  return kind === 'Gateway'
    ? { ...status, addresses: [{ type: 'IPAddress', value: ip }] }
    : { ...status, loadBalancer: { ingress: [{ ip }] } };
}
