import { clusterIp, deployment, service } from '../build.ts';
import type { RoutingObject, ServiceDescription, WorkloadDescription } from '../description.ts';
import { gateway, httpRoute, ingress, nginxIngressClass } from './routing.ts';

export interface IngressSize {
  /** ClusterIP Services, each in front of a workload. */
  readonly innerServices: number;
  /** Ingresses and HTTPRoutes, each with a host of its own, dealt to the ClusterIP Services in turn. */
  readonly ingresses: number;
  readonly httpRoutes: number;
}

interface BackendObjects {
  readonly services: readonly ServiceDescription[];
  readonly workloads: readonly WorkloadDescription[];
  readonly objects: readonly RoutingObject[];
}

const nginx = 'app-routing-system/nginx';
const edgePods = ['user1-0', 'user1-1', 'user1-2'];

/** Both frontends and what they lead to: ClusterIP Services in front of the workloads `load/<name>`. */
export function largeIngress(size: IngressSize, names: readonly string[]): BackendObjects {
  const inner = names.slice(0, size.innerServices);
  const backend = (at: number): string => `${inner[at % inner.length] ?? ''}-inner`;
  const edge = 'load/edge-approuting-istio';
  return {
    services: [
      service(nginx, { labels: { 'app.kubernetes.io/managed-by': 'aks-app-routing-operator' } }),
      service(edge, { labels: { 'gateway.networking.k8s.io/gateway-name': 'edge' } }),
      ...inner.map((name) => clusterIp(`load/${name}-inner`, { selector: { app: name } })),
    ],
    workloads: [deployment(nginx, edgePods), deployment(edge, edgePods)],
    objects: [
      nginxIngressClass,
      ...Array.from({ length: size.ingresses }, (_, at) =>
        ingress(routed('old', at), backend(at), nginx),
      ),
      ...gateway({ namespace: 'load', name: 'edge' }, size.httpRoutes),
      ...Array.from({ length: size.httpRoutes }, (_, at) =>
        httpRoute(routed('new', at), 'edge', [{ name: backend(at), port: 80 }]),
      ),
    ],
  };
}

function routed(side: string, at: number): Parameters<typeof ingress>[0] {
  const name = `${side}-${String(at).padStart(4, '0')}`;
  return { namespace: 'load', name, host: `${name}.example.com` };
}
