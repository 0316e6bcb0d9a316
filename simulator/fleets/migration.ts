import { clusterIp, deployment, service } from '../build.ts';
import type {
  RoutingDescription,
  RoutingObject,
  ServiceDescription,
  WorkloadDescription,
} from '../description.ts';
import { gateway, httpRoute, ingress, nginxIngressClass, type Routed } from './routing.ts';

/** A cluster on its way from managed NGINX to the Gateway API: both run side by side, on pool `edge`. */

export const migrationServices: readonly ServiceDescription[] = [
  service('app-routing-system/nginx', {
    ports: [
      { port: 80, name: 'http', targetPort: 80 },
      { port: 443, name: 'https', targetPort: 443 },
    ],
    labels: { 'app.kubernetes.io/managed-by': 'aks-app-routing-operator' },
    policy: 'Local',
  }),
  service('web/web-approuting-istio', {
    policy: 'Local',
    labels: { 'gateway.networking.k8s.io/gateway-name': 'web' },
  }),
  clusterIp('web/shop'),
  clusterIp('web/api', { trafficDistribution: 'PreferSameZone' }),
  clusterIp('web/api-next'),
  clusterIp('web/reports'),
];

export const migrationWorkloads: readonly WorkloadDescription[] = [
  deployment('app-routing-system/nginx', ['edge-0', 'edge-1', 'edge-2']),
  // The new gateway has been rolled out with one replica, as the guide's example does.
  deployment('web/web-approuting-istio', ['edge-1']),
  deployment('web/shop', ['edge-0', 'edge-1', 'edge-2']),
  deployment('web/api', ['edge-1', 'edge-2', 'edge-2'], { spread: false }),
  deployment('web/api-next', ['edge-0']),
  deployment('web/reports', [{ node: 'edge-2', ready: false }]),
];

function moved(name: string): Routed {
  return { namespace: 'web', name, host: `${name}.example.com` };
}

function onNginx(name: string): RoutingObject {
  return ingress(moved(name), name, 'app-routing-system/nginx');
}

export const migrationRouting: Partial<RoutingDescription> = {
  gatewayApi: true,
  profiles: {
    ingressProfile: {
      gatewayAPI: { installation: 'Standard' },
      webAppRouting: {
        enabled: true,
        nginx: { defaultIngressControllerType: 'AnnotationControlled' },
        gatewayAPIImplementations: { appRoutingIstio: { mode: 'Enabled' } },
      },
    },
  },
  objects: [
    nginxIngressClass,
    onNginx('shop'),
    onNginx('api'),
    // Nobody is ready behind it, and it has not been moved yet.
    onNginx('reports'),
    // The Service was renamed, and this Ingress was not.
    onNginx('legacy'),
    ...gateway({ namespace: 'web', name: 'web' }, 2),
    httpRoute(moved('shop'), 'web', [{ name: 'shop', port: 80 }]),
    httpRoute(moved('api'), 'web', [
      { name: 'api', port: 80, weight: 9 },
      { name: 'api-next', port: 80, weight: 1 },
    ]),
  ],
};
