import { clusterIp, deployment, service } from '../build.ts';
import type {
  RoutingDescription,
  RoutingObject,
  ServiceDescription,
  WorkloadDescription,
} from '../description.ts';

/** A cluster on its way from managed NGINX to the Gateway API: both run side by side, on pool `edge`. */

const nginxClass = 'webapprouting.kubernetes.azure.com';
const gatewayApi = 'gateway.networking.k8s.io';
const gatewayController = 'istio.io/gateway-controller';

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

function ingress(name: string, host: string, port = 80): RoutingObject {
  return {
    kind: 'Ingress',
    namespace: 'web',
    name,
    ageMinutes: 400_000,
    servedBy: 'app-routing-system/nginx',
    spec: {
      ingressClassName: nginxClass,
      rules: [
        {
          host,
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name, port: { number: port } } },
              },
            ],
          },
        },
      ],
    },
  };
}

function route(name: string, host: string, backendRefs: readonly object[]): RoutingObject {
  const parent = { group: gatewayApi, kind: 'Gateway', name: 'web' };
  return {
    kind: 'HTTPRoute',
    namespace: 'web',
    name,
    ageMinutes: 9_000,
    spec: {
      parentRefs: [parent],
      hostnames: [host],
      rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }], backendRefs }],
    },
    status: {
      parents: [
        {
          parentRef: parent,
          controllerName: gatewayController,
          conditions: conditions('Accepted', 'ResolvedRefs'),
        },
      ],
    },
  };
}

function conditions(...types: readonly string[]): readonly object[] {
  return types.map((type) => ({ type, status: 'True', reason: type, message: '' }));
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
    {
      kind: 'IngressClass',
      name: nginxClass,
      ageMinutes: 500_000,
      spec: { controller: `${nginxClass}/nginx` },
    },
    ingress('shop', 'shop.example.com'),
    ingress('api', 'api.example.com'),
    // Nobody is ready behind it, and it has not been moved yet.
    ingress('reports', 'reports.example.com'),
    // The Service was renamed, and this Ingress was not.
    ingress('legacy', 'legacy.example.com'),
    {
      kind: 'GatewayClass',
      name: 'approuting-istio',
      ageMinutes: 10_000,
      spec: { controllerName: gatewayController },
      status: { conditions: conditions('Accepted') },
    },
    {
      kind: 'Gateway',
      namespace: 'web',
      name: 'web',
      ageMinutes: 10_000,
      servedBy: 'web/web-approuting-istio',
      spec: {
        gatewayClassName: 'approuting-istio',
        listeners: [
          {
            name: 'http',
            port: 80,
            protocol: 'HTTP',
            allowedRoutes: { namespaces: { from: 'Same' } },
          },
        ],
      },
      status: {
        conditions: conditions('Accepted', 'Programmed'),
        listeners: [
          {
            name: 'http',
            attachedRoutes: 2,
            supportedKinds: [],
            conditions: conditions('Accepted'),
          },
        ],
      },
    },
    route('shop', 'shop.example.com', [{ name: 'shop', port: 80 }]),
    route('api', 'api.example.com', [
      { name: 'api', port: 80, weight: 9 },
      { name: 'api-next', port: 80, weight: 1 },
    ]),
  ],
};
