import {
  read,
  unread,
  valueOr,
  type ClusterIpService,
  type GatewayRoute,
  type Ingress,
  type LoadBalancerService,
  type Read,
  type Slices,
} from '../model/index.ts';
import { ingressLists, namespacedName, servicesOf } from './kubernetes-lists.ts';
import type { ListReader } from './kubernetes-reader.ts';
import { parseClusterIpService } from './parse-ingress.ts';

type IngressSlices = {
  readonly [
    Name in
      | 'ingresses'
      | 'ingressClasses'
      | 'gatewayClasses'
      | 'gateways'
      | 'httpRoutes'
      | 'grpcRoutes'
      | 'referenceGrants'
      | 'clusterIpServices'
  ]: Read<Slices[Name]>;
};

/** What routes requests behind the load balancers, and the Services that it routes to. */
export async function readIngress(
  services: Read<readonly LoadBalancerService[]>,
  list: ListReader,
): Promise<IngressSlices> {
  const [ingresses, ingressClasses, gatewayClasses, gateways, httpRoutes, grpcRoutes, grants] =
    await Promise.all([
      list(ingressLists.ingresses),
      list(ingressLists.ingressClasses),
      list(ingressLists.gatewayClasses),
      list(ingressLists.gateways),
      list(ingressLists.httpRoutes),
      list(ingressLists.grpcRoutes),
      list(ingressLists.referenceGrants),
    ]);
  const backends = namedBackends(valueOr(ingresses, []), [
    ...valueOr(httpRoutes, []),
    ...valueOr(grpcRoutes, []),
  ]);
  return {
    ingresses,
    ingressClasses,
    gatewayClasses,
    gateways,
    httpRoutes,
    grpcRoutes,
    referenceGrants: grants,
    clusterIpServices: await readServices(services, backends, list),
  };
}

/**
 * ClusterIP Services; where a route names a Service that is not among them nor has a load balancer,
 * those of the other types too.
 */
async function readServices(
  services: Read<readonly LoadBalancerService[]>,
  backends: ReadonlySet<string>,
  list: ListReader,
): Promise<Read<readonly ClusterIpService[]>> {
  const inner = await list(servicesOf('spec.type=ClusterIP', parseClusterIpService));
  if (inner.kind === 'unread') return inner;
  if (!inner.value.some(({ namespace, name }) => namespace === 'default' && name === 'kubernetes'))
    return unread(
      'the list of ClusterIP Services lacks default/kubernetes, which every cluster has: it was filtered',
      'contradicted',
    );
  const known = new Set([...inner.value, ...valueOr(services, [])].map(namespacedName));
  if ([...backends].every((backend) => known.has(backend))) return inner;
  const others = await list(
    servicesOf('spec.type!=ClusterIP,spec.type!=LoadBalancer', parseClusterIpService),
  );
  return others.kind === 'unread' ? others : read([...inner.value, ...others.value]);
}

/** Services that routes name as backends, as `namespace/name`. */
function namedBackends(
  ingresses: readonly Ingress[],
  routes: readonly GatewayRoute[],
): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { namespace, defaultBackend, rules } of ingresses)
    for (const backend of [
      ...(defaultBackend === undefined ? [] : [defaultBackend]),
      ...rules.flatMap(({ paths }) => paths.map((path) => path.backend)),
    ])
      if (backend.kind === 'service') names.add(`${namespace}/${backend.name}`);
  for (const route of routes)
    for (const { backends } of route.rules)
      for (const backend of backends)
        if (backend.group === '' && backend.kind === 'Service' && backend.unread !== true)
          names.add(`${backend.namespace ?? route.namespace}/${backend.name}`);
  return names;
}
