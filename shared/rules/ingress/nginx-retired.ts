import { az, clusterArguments, kubectl, yaml } from '../../fixes/commands.ts';
import {
  ingressRoutes,
  isManagedNginx,
  takesRequests,
  type Cluster,
  type ApiRouting,
} from '../../facts/index.ts';
import { distinct, hostNames, hostsText } from '../../fixes/text.ts';
import { routingClass } from '../../load-balancing/index.ts';
import {
  compareText,
  counted,
  lacking,
  type LoadBalancerService,
  type ManagedCluster,
  type Read,
  type Tristate,
} from '../../model/index.ts';
import { defineRule, type Fault, type Fix } from '../rule.ts';

/** Finds clusters that use the managed NGINX of the application routing add-on, whose support ends in November 2026. */
export const nginxRetired = defineRule(
  {
    id: 'ingress/nginx-retired',
    title: 'Managed NGINX of the application routing add-on is in use',
    why: 'Microsoft patches it only until November 2026; upstream ingress-nginx was retired in March 2026.',
    remedy:
      'Migrate the hosts to the Gateway API of the application routing add-on while both run, then remove NGINX.',
    severity: 'medium',
    source: 'AKS: retirement of ingress-nginx, migration from NGINX to the Gateway API',
  },
  { needs: [], helps: ['managedCluster', 'services', ingressRoutes] },
  ({ managedCluster, services, ingressRoutes: routing, cluster }) => {
    const used = inUse(managedCluster, services);
    if (used === 'unknown') {
      const unread = managedCluster.kind === 'unread' ? managedCluster : services;
      const slice = managedCluster.kind === 'unread' ? 'managedCluster' : 'services';
      return {
        faults: [],
        unknown: [unread.kind === 'unread' ? lacking(slice, unread) : { why: slice }],
      };
    }
    if (used === 'no') return { faults: [] };
    return { faults: [faultOf(cluster, routing, services)] };
  },
);

/** From this time on nobody patches it. */
const endOfSupport = '2026-12-01T00:00:00Z';

function isNginx(service: LoadBalancerService): boolean {
  return isManagedNginx(service) && !service.deleting;
}

/** By the Service that the add-on makes for NGINX, or by its profile. */
function inUse(
  managedCluster: Read<ManagedCluster>,
  services: Read<readonly LoadBalancerService[]>,
): Tristate {
  if (services.kind === 'read' && services.value.some(isNginx)) return 'yes';
  if (managedCluster.kind === 'unread') return 'unknown';
  const { applicationRouting, defaultNginx, routingIstio } = managedCluster.value.ingress ?? {};
  if (applicationRouting !== true) return 'no';
  // Without the default one, or with the Gateway API beside it, only the Services tell.
  const byDefault =
    defaultNginx === undefined
      ? routingIstio?.toLowerCase() !== 'enabled'
      : defaultNginx.toLowerCase() !== 'none';
  if (byDefault) return 'yes';
  return services.kind === 'read' ? 'no' : 'unknown';
}

function faultOf(
  cluster: Cluster,
  routing: Read<ApiRouting>,
  services: Read<readonly LoadBalancerService[]>,
): Fault {
  const { name, takenAt } = cluster;
  const over = Date.parse(takenAt) >= Date.parse(endOfSupport);
  const hosts = routing.kind === 'read' ? hostsOf(routing.value) : undefined;
  const addresses =
    services.kind === 'read'
      ? distinct(services.value.filter(isNginx).flatMap(({ ingressIps }) => ingressIps))
      : [];
  const left =
    hosts === undefined
      ? ''
      : ` ${hosts.length === 0 ? 'It no longer serves any host' : `It still serves ${counted(hosts.length, 'host')}: ${hostsText(hosts)}`}.`;
  return {
    subject: { kind: 'Cluster', name },
    severity: over ? 'high' : 'medium',
    title: over
      ? 'Managed NGINX is in use and no longer patched'
      : 'Managed NGINX is in use; its support ends on 30 November 2026',
    message: `The application routing add-on runs managed NGINX${addresses.length > 0 ? ` at ${addresses.join(', ')}` : ''}. ${over ? 'Microsoft has stopped patching it' : 'Microsoft patches it through November 2026'}, and upstream ingress-nginx was retired in March 2026, so vulnerabilities stay unpatched.${left} The replacement is the Gateway API implementation of the same add-on.`,
    causes: [over ? 'support-ended' : 'support-ends'],
    evidence: {
      endOfSupport,
      addresses: addresses,
      ...(hosts !== undefined && {
        hosts: hostNames(hosts),
        hostCount: hosts.length,
      }),
    },
    fixes: [migration(cluster)],
  };
}

function hostsOf({ entryPoints, routes }: ApiRouting): readonly string[] {
  const managed = new Set(
    entryPoints
      .filter(({ controller, name }) => controller.managedNginx === true || name === routingClass)
      .map(({ id }) => id),
  );
  return [
    ...new Set(
      routes
        .filter((route) => managed.has(route.entryPoint) && takesRequests(route))
        .map(({ host }) => host),
    ),
  ].toSorted(compareText);
}

function migration(cluster: Cluster): Fix {
  const target = clusterArguments(cluster, '-n');
  return {
    title: 'Move to the Gateway API, side by side',
    steps: [
      az(`aks update ${target} --enable-gateway-api --enable-app-routing-istio`),
      yaml(
        'apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: { name: web, namespace: NAMESPACE }\nspec:\n  gatewayClassName: approuting-istio\n  listeners: [{ name: http, port: 80, protocol: HTTP, allowedRoutes: { namespaces: { from: All } } }]',
      ),
      kubectl(
        'get gateways.gateway.networking.k8s.io -A # then an HTTPRoute for each Ingress; lower the TTL of the DNS names; point them to the address of the Gateway',
      ),
      kubectl('delete ingress NAME -n NAMESPACE # once NGINX has received no traffic for 24 hours'),
      az(`aks approuting update ${target} --nginx None`),
    ],
    price: [
      'a second public address and more pods while both run',
      'not all NGINX annotations have an equivalent: rewrites, authentication and snippets must be translated',
    ],
  };
}
