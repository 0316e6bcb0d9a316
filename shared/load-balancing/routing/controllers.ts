/** What serves a class of Ingresses or Gateways, by the name of its controller. */
export interface Controller {
  readonly product: string;
  /**
   * How it spreads requests over the endpoints of one backend: `endpoints` = evenly over the ready
   * ones, whatever their nodes; `unknown` = nobody says.
   */
  readonly spreads: 'endpoints' | 'unknown';
  /** Managed NGINX of the application routing add-on. */
  readonly managedNginx?: true;
  /** Ingresses of it follow the rules of ingress-nginx. */
  readonly nginx?: true;
  /** Value of the label `app.kubernetes.io/name` (or `app`) on what runs it. */
  readonly label?: string;
}

const nginx = { product: 'ingress-nginx', spreads: 'endpoints', nginx: true } as const;
const managed = {
  ...nginx,
  product: 'managed NGINX (application routing)',
  managedNginx: true,
} as const;

const known: readonly (readonly [RegExp, Controller])[] = [
  // A second installation has a name of its own: `k8s.io/internal-ingress-nginx`, `example.com/ingress-nginx-2`.
  [/\/(?:[\w.-]*-)?ingress-nginx(?:-|\d|$)/u, { ...nginx, label: 'ingress-nginx' }],
  // `webapprouting…/nginx` is the default one, `approuting…/NAME` that of a NginxIngressController.
  [/^(?:web)?approuting\.kubernetes\.azure\.com\//u, managed],
  [/^istio\.io\//u, { product: 'Istio', spreads: 'endpoints' }],
  [/^gateway\.envoyproxy\.io\//u, { product: 'Envoy Gateway', spreads: 'endpoints' }],
  [
    /^alb\.networking\.azure\.io\//u,
    { product: 'Application Gateway for Containers', spreads: 'unknown' },
  ],
  [/^azure\/application-gateway/u, { product: 'Application Gateway', spreads: 'unknown' }],
  [/^traefik\.io\//u, { product: 'Traefik', spreads: 'unknown', label: 'traefik' }],
  [/^haproxy\.org\//u, { product: 'HAProxy', spreads: 'unknown' }],
  [/konghq\.com\//u, { product: 'Kong', spreads: 'unknown' }],
  [/^projectcontour\.io\//u, { product: 'Contour', spreads: 'unknown' }],
  [/^io\.cilium\//u, { product: 'Cilium', spreads: 'unknown' }],
  [/^(?:nginx\.org|gateway\.nginx\.org)\//u, { product: 'NGINX (F5)', spreads: 'unknown' }],
];

/** Anybody's controller: what it does with a request is not known. */
export function controllerOf(name: string): Controller {
  const found = known.find(([pattern]) => pattern.test(name));
  return (
    found?.[1] ?? { product: name === '' ? 'an unnamed controller' : name, spreads: 'unknown' }
  );
}

/** The class that the application routing add-on brings. */
export const routingClass = 'webapprouting.kubernetes.azure.com';
/** The namespace in which it runs NGINX. */
export const routingNamespace = 'app-routing-system';

/** On what a controller makes for a Gateway: the Gateway's name. */
export const gatewayNameLabel = 'gateway.networking.k8s.io/gateway-name';
