import {
  read,
  unread,
  valueOr,
  type GatewayRoute,
  type Ingress,
  type LoadBalancerService,
  type Read,
  type Slices,
} from '../model/index.ts';
import { namespaceOnly } from './contradictions/form.ts';
import { ingressLists, namespacedName, servicesOf } from './kubernetes-lists.ts';
import type { ListReader } from './kubernetes-reader.ts';
import { parseClusterIpService } from './parse-ingress.ts';

type IngressSlices = {
  readonly [
    Name in
      | 'services'
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
  whole = false,
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
    ...(await readServices(services, backends, list, whole)),
  };
}

/**
 * ClusterIP Services; where a route names a Service that is not among them nor has a load balancer,
 * those of the other types too. A list that has some of them and lacks what every cluster has was
 * filtered by more than their type, and those with a load balancer are a part as well.
 */
async function readServices(
  services: Read<readonly LoadBalancerService[]>,
  backends: ReadonlySet<string>,
  list: ListReader,
  whole: boolean,
): Promise<Pick<IngressSlices, 'services' | 'clusterIpServices'>> {
  const inner = await list(servicesOf('spec.type=ClusterIP', parseClusterIpService));
  if (inner.kind === 'unread') return { services, clusterIpServices: inner };
  if (!inner.value.some((each) => namespacedName(each) === 'default/kubernetes')) {
    const filtered = unread(
      `the list of ClusterIP Services lacks default/kubernetes, which every cluster has: ${namespaceOnly}`,
      'contradicted',
    );
    return {
      services: services.kind === 'read' && whole && inner.value.length > 0 ? filtered : services,
      clusterIpServices: filtered,
    };
  }
  const known = new Set([...inner.value, ...valueOr(services, [])].map(namespacedName));
  if ([...backends].every((backend) => known.has(backend)))
    return { services, clusterIpServices: inner };
  const others = await list(
    servicesOf('spec.type!=ClusterIP,spec.type!=LoadBalancer', parseClusterIpService),
  );
  return {
    services,
    clusterIpServices: others.kind === 'unread' ? others : read([...inner.value, ...others.value]),
  };
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
