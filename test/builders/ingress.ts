import type {
  ClusterIpService,
  EndpointSlice,
  Gateway,
  GatewayClass,
  GatewayListener,
  GatewayRoute,
  GatewayRouteRule,
  Ingress,
  IngressClass,
  LoadBalancerService,
  ReferenceGrant,
  RouteBackend,
} from '../../shared/model/index.ts';
import type { SnapshotChanges } from './cluster.ts';
import { endpoint, service, slice, workload } from './kubernetes.ts';

const old = '2026-01-01T00:00:00Z';

/** Ingress `shop/<name>` of class `nginx`: `shop.example.com/` to port 80 of Service `shop/app`. */
export function ingress(name: string, changes: Partial<Ingress> = {}): Ingress {
  return {
    namespace: 'shop',
    name,
    className: 'nginx',
    classByAnnotation: false,
    annotations: new Map(),
    rules: [{ host: 'shop.example.com', paths: [ingressPath('/')] }],
    addresses: ['20.50.10.20'],
    createdAt: old,
    deleting: false,
    ...changes,
  };
}

/** The same as a canary of ingress-nginx; annotations without their prefix. */
export function canary(
  name: string,
  annotations: Readonly<Record<string, string>>,
  changes: Partial<Ingress> = {},
): Ingress {
  return ingress(name, {
    annotations: nginxAnnotations({ canary: 'true', ...annotations }),
    createdAt: '2026-02-01T00:00:00Z',
    rules: [{ host: 'shop.example.com', paths: [ingressPath('/', 'next')] }],
    ...changes,
  });
}

export function nginxAnnotations(
  annotations: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(annotations).map(([name, value]) => [
      `nginx.ingress.kubernetes.io/${name}`,
      value,
    ]),
  );
}

export function ingressPath(
  path: string,
  name = 'app',
  port: number | string = 80,
  pathType = 'Prefix',
): Ingress['rules'][number]['paths'][number] {
  return { path, pathType, backend: { kind: 'service', name, port } };
}

export function ingressClass(name = 'nginx', controller = 'k8s.io/ingress-nginx'): IngressClass {
  return { name, controller };
}

/** ClusterIP Service `shop/<name>` with port 80. */
export function clusterIpService(
  name: string,
  changes: Partial<ClusterIpService> = {},
): ClusterIpService {
  return {
    namespace: 'shop',
    name,
    type: 'ClusterIP',
    headless: false,
    selector: new Map([['app', name]]),
    ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
    internalTrafficPolicy: 'Cluster',
    createdAt: old,
    deleting: false,
    ...changes,
  };
}

/** A slice of a Service: each pod `name@node`, `!` in front = not ready. */
export function sliceOf(name: string, pods: readonly string[], namespace = 'shop'): EndpointSlice {
  const endpoints = pods.map((text) => {
    const [pod = '', node = ''] = text.replace(/^!/u, '').split('@');
    return endpoint(pod, node, { ready: !text.startsWith('!') });
  });
  return slice(endpoints, { namespace, name: `${name}-abcde`, service: name });
}

const accepted = ['Accepted', 'Programmed'].map((type) => ({
  type,
  status: 'True',
  reason: type,
  message: '',
}));

export function gatewayClass(name = 'istio', changes: Partial<GatewayClass> = {}): GatewayClass {
  return {
    name,
    controllerName: 'istio.io/gateway-controller',
    conditions: accepted.slice(0, 1),
    ...changes,
  };
}

/** Gateway `shop/web` with an HTTP listener for every host, served by Service `shop/web-istio`. */
export function gateway(changes: Partial<Gateway> = {}): Gateway {
  return {
    namespace: 'shop',
    name: 'web',
    className: 'istio',
    listeners: [listener('http')],
    addresses: ['20.50.10.30'],
    wantedAddresses: [],
    conditions: accepted,
    createdAt: old,
    deleting: false,
    ...changes,
  };
}

export function listener(name: string, changes: Partial<GatewayListener> = {}): GatewayListener {
  return {
    name,
    port: 80,
    protocol: 'HTTP',
    namespacesFrom: 'All',
    kinds: [],
    certificates: [],
    conditions: [],
    ...changes,
  };
}

/** HTTPRoute `shop/<name>` of Gateway `shop/web`: `shop.example.com/` to port 80 of Service `shop/app`. */
export function httpRoute(name: string, changes: Partial<GatewayRoute> = {}): GatewayRoute {
  return {
    kind: 'HTTPRoute',
    namespace: 'shop',
    name,
    parents: [
      { group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'shop', name: 'web' },
    ],
    hostnames: ['shop.example.com'],
    rules: [routeRule('/', backend('app'))],
    parentStatuses: [],
    createdAt: old,
    deleting: false,
    ...changes,
  };
}

export function routeRule(path: string, ...backends: readonly RouteBackend[]): GatewayRouteRule {
  return {
    matches: [{ path: { type: 'PathPrefix', value: path }, headers: [], queryParams: [] }],
    backends,
    redirects: false,
  };
}

export function backend(name: string, changes: Partial<RouteBackend> = {}): RouteBackend {
  return { group: '', kind: 'Service', name, port: 80, weight: 1, ...changes };
}

export function referenceGrant(changes: Partial<ReferenceGrant> = {}): ReferenceGrant {
  return {
    namespace: 'other',
    name: 'from-shop',
    from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'shop' }],
    to: [{ group: '', kind: 'Service' }],
    ...changes,
  };
}

/** LoadBalancer Service of an ingress controller or a gateway. */
export function frontendService(
  namespace: string,
  name: string,
  ip: string,
  changes: Partial<LoadBalancerService> = {},
): LoadBalancerService {
  return service({
    namespace,
    name,
    ingressIps: [ip],
    selector: new Map([['app', name]]),
    externalTrafficPolicy: 'Cluster',
    ...changes,
  });
}

/** NGINX with Ingress `shop/web`, Gateway `shop/web` with HTTPRoute `shop/web`, both to `shop/app`: nothing is wrong. */
export function routed(changes: SnapshotChanges = {}): SnapshotChanges {
  return {
    services: [
      frontendService('ingress-nginx', 'ingress-nginx-controller', '20.50.10.20'),
      frontendService('shop', 'web-istio', '20.50.10.30'),
    ],
    ingressClasses: [ingressClass()],
    ingresses: [ingress('web')],
    gatewayClasses: [gatewayClass()],
    gateways: [gateway()],
    httpRoutes: [httpRoute('web')],
    clusterIpServices: [clusterIpService('app')],
    endpointSlices: [
      sliceOf('app', ['app-a@user-0', 'app-b@user-1']),
      sliceOf('ingress-nginx-controller', ['nginx-a@user-0', 'nginx-b@user-1'], 'ingress-nginx'),
      sliceOf('web-istio', ['gw-a@user-0', 'gw-b@user-1']),
    ],
    deployments: [
      workload({ name: 'app', podLabels: new Map([['app', 'app']]), replicas: 2 }),
      workload({ namespace: 'ingress-nginx', name: 'ingress-nginx-controller', replicas: 2 }),
    ],
    ...changes,
  };
}
