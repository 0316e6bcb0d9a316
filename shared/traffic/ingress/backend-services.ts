import { derived } from '../../facts/index.ts';
import type {
  ClusterIpService,
  Endpoint,
  EndpointSlice,
  LoadBalancerService,
} from '../../model/index.ts';
import { endpointsOf, slicesByService } from '../endpoints.ts';

/** What a backend reference leads to. */
export type BackendState =
  | {
      readonly kind: 'ready';
      readonly service: BackendService;
      /** Ready endpoints of the port, by pod name; each family of a pod once. */
      readonly endpoints: readonly Endpoint[];
    }
  | { readonly kind: 'no-ready'; readonly service: BackendService; readonly endpoints: number }
  | { readonly kind: 'missing-service' }
  | { readonly kind: 'missing-port'; readonly service: BackendService }
  /** A name outside the cluster. */
  | { readonly kind: 'external'; readonly service: BackendService }
  | { readonly kind: 'unknown'; readonly why: string };

/** A Service that a route may name, of any type. */
export type BackendService = Pick<
  ClusterIpService,
  'namespace' | 'name' | 'type' | 'headless' | 'selector' | 'ports' | 'createdAt'
> & { readonly trafficDistribution?: string };

export interface BackendServices {
  /** @param port By number or name; `undefined` = the reference names none. */
  resolve(namespace: string, name: string, port: number | string | undefined): BackendState;
  get(namespace: string, name: string): BackendService | undefined;
}

/** Every Service that a route may lead to, and who is ready behind each. */
export const backendServices = derived(
  'backendServices',
  ['clusterIpServices', 'services', 'endpointSlices'],
  ({ clusterIpServices, services, endpointSlices }): BackendServices => {
    const byName = new Map<string, BackendService>();
    for (const each of clusterIpServices) if (!each.deleting) byName.set(keyOf(each), each);
    for (const each of services) if (!each.deleting) byName.set(keyOf(each), balanced(each));
    const slicesOf = slicesByService(endpointSlices);
    const known = new Map<string, BackendState>();
    return {
      get: (namespace, name) => byName.get(`${namespace}/${name}`),
      resolve(namespace, name, port) {
        const key = `${namespace}/${name} ${port ?? ''}`;
        const service = byName.get(`${namespace}/${name}`);
        const state =
          known.get(key) ?? stateOf(service, slicesOf.get(`${namespace}/${name}`) ?? [], port);
        known.set(key, state);
        return state;
      },
    };
  },
);

function keyOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

function balanced(service: LoadBalancerService): BackendService {
  const { namespace, name, selector, ports, createdAt } = service;
  return {
    namespace,
    name,
    type: 'LoadBalancer',
    headless: false,
    selector,
    ports,
    ...(createdAt !== undefined && { createdAt }),
  };
}

function stateOf(
  service: BackendService | undefined,
  slices: readonly EndpointSlice[],
  wanted: number | string | undefined,
): BackendState {
  if (service === undefined) return { kind: 'missing-service' };
  if (service.type === 'ExternalName') return { kind: 'external', service };
  const port = portOf(service, wanted);
  if (port === undefined) return { kind: 'missing-port', service };
  // The controller keeps an empty slice for every Service with a selector.
  if (slices.length === 0 && service.selector !== undefined)
    return { kind: 'unknown', why: 'it has no EndpointSlice' };
  const byPod = new Map<string, Endpoint>();
  let all = 0;
  for (const family of ['IPv4', 'IPv6'] as const)
    for (const endpoint of endpointsOf(slices, port, family).all) {
      all += 1;
      if (endpoint.ready) byPod.set(endpoint.pod ?? endpoint.address, endpoint);
    }
  return byPod.size > 0
    ? { kind: 'ready', service, endpoints: [...byPod.values()] }
    : { kind: 'no-ready', service, endpoints: all };
}

/** A reference without a port means the only one there is. */
function portOf({ ports }: BackendService, wanted: number | string | undefined) {
  if (wanted === undefined) return ports.length === 1 ? ports[0] : undefined;
  return ports.find(({ name, port }) => (typeof wanted === 'number' ? port : name) === wanted);
}
