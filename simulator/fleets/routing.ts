import type { RoutingObject } from '../description.ts';

/** Objects of managed NGINX and of the Gateway API as AKS sets them up. */

const nginxClass = 'webapprouting.kubernetes.azure.com';
const gatewayApi = 'gateway.networking.k8s.io';
const gatewayController = 'istio.io/gateway-controller';

export const nginxIngressClass: RoutingObject = {
  kind: 'IngressClass',
  name: nginxClass,
  ageMinutes: 500_000,
  spec: { controller: `${nginxClass}/nginx` },
};

/** An object that routes a host. */
export interface Routed {
  readonly namespace: string;
  readonly name: string;
  readonly host: string;
}

/** All of the host to port 80 of a Service, by managed NGINX; `servedBy` is NGINX's own Service. */
export function ingress(
  { namespace, name, host }: Routed,
  backend: string,
  servedBy: string,
): RoutingObject {
  return {
    kind: 'Ingress',
    namespace,
    name,
    ageMinutes: 400_000,
    servedBy,
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
                backend: { service: { name: backend, port: { number: 80 } } },
              },
            ],
          },
        },
      ],
    },
  };
}

/** Class `approuting-istio` and a Gateway of it with one listener for the routes of its namespace. */
export function gateway(
  { namespace, name }: Omit<Routed, 'host'>,
  attachedRoutes: number,
): readonly RoutingObject[] {
  return [
    {
      kind: 'GatewayClass',
      name: 'approuting-istio',
      ageMinutes: 10_000,
      spec: { controllerName: gatewayController },
      status: { conditions: conditions('Accepted') },
    },
    {
      kind: 'Gateway',
      namespace,
      name,
      ageMinutes: 10_000,
      servedBy: `${namespace}/${name}-approuting-istio`,
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
          { name: 'http', attachedRoutes, supportedKinds: [], conditions: conditions('Accepted') },
        ],
      },
    },
  ];
}

/** All of a host to backends, by a Gateway of the same namespace. */
export function httpRoute(
  { namespace, name, host }: Routed,
  gatewayName: string,
  backendRefs: readonly object[],
): RoutingObject {
  const parent = { group: gatewayApi, kind: 'Gateway', name: gatewayName };
  return {
    kind: 'HTTPRoute',
    namespace,
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
