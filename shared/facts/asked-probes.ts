import {
  expectedProbe,
  probeForAllPorts,
  probeSettings,
  sharedProbeName,
  usesAllPorts,
  hasNoRule,
  type ExpectedProbe,
  type Probed,
  type ProbeSettings,
} from '../load-balancing/index.ts';
import type { LoadBalancerService, ServicePort } from '../model/index.ts';
import { serviceSku } from './cluster-sku.ts';
import { derived } from './derived.ts';
import { azureServices } from './services.ts';
import { unjudged, type Unjudged } from './unjudged.ts';

/** The probe that a port's rule is to have, and whose it is: the Service's health check, the cluster's shared one, or an own one. */
export type AskedProbe =
  | {
      readonly kind: 'probe';
      readonly origin: 'health-check' | 'shared' | 'own';
      readonly probe: ExpectedProbe;
    }
  | Exclude<Probed, { readonly kind: 'probe' }>;

export interface AskedPort {
  readonly port: ServicePort;
  readonly asked: AskedProbe;
}

/** A Service with the probes that follow from what it asks for (source: cloud-provider-azure). */
export interface AskingService {
  readonly service: LoadBalancerService;
  readonly settings: ProbeSettings;
  /** One rule for all ports: its probe is one, and most settings of single ports do not count. */
  readonly allPorts: boolean;
  /** Ports that get a rule; the first one alone where one rule is for all. */
  readonly ports: readonly AskedPort[];
}

export interface AskedProbes {
  readonly services: readonly AskingService[];
  /** Services whose probes cannot be derived. */
  readonly unknown: readonly Unjudged[];
}

/** The probes that the Services of a cluster ask for. */
export const askedProbes = derived(
  'askedProbes',
  ['services', 'loadBalancers', serviceSku],
  ({ cluster, services, loadBalancers, serviceSku: skuOf }): AskedProbes => {
    const asking: AskingService[] = [];
    const unknown: Unjudged[] = [];
    for (const service of azureServices(services)) {
      const sku = skuOf(service);
      if (service.unreadablePorts !== undefined)
        unknown.push({ subject: service, why: service.unreadablePorts });
      else if (sku.kind === 'unread') unknown.push(...unjudged([service], sku));
      else {
        const settings = probeSettings(sku.value, loadBalancers, cluster.kubernetesVersion);
        asking.push(askingService(service, settings, sku.value));
      }
    }
    return { services: asking, unknown };
  },
);

function askingService(
  service: LoadBalancerService,
  settings: ProbeSettings,
  sku: string,
): AskingService {
  const allPorts = usesAllPorts(service.annotations, sku);
  const [first] = service.ports;
  if (allPorts && first !== undefined) {
    const asked = askedFrom(probeForAllPorts(service, settings, names));
    return { service, settings, allPorts, ports: [{ port: first, asked }] };
  }
  const ports = service.ports
    .filter(({ port }) => !hasNoRule(service.annotations, port))
    .map((port) => ({ port, asked: askedProbe(port, service, settings) }));
  return { service, settings, allPorts, ports };
}

/** Only to tell the two apart: nobody compares them with Azure's. */
const names = { own: 'own', local: 'health-check' };

/** The probe of one port; for a Service with other annotations too, to see what these change. */
export function askedProbe(
  port: ServicePort,
  service: LoadBalancerService,
  settings: ProbeSettings,
): AskedProbe {
  return askedFrom(expectedProbe(port, service, settings, names));
}

/** The Service without some of its annotations, by their whole keys. */
export function without(
  service: LoadBalancerService,
  keys: readonly string[],
): LoadBalancerService {
  const annotations = new Map([...service.annotations].filter(([key]) => !keys.includes(key)));
  return { ...service, annotations };
}

function askedFrom(probed: Probed): AskedProbe {
  if (probed.kind !== 'probe') return probed;
  const { name } = probed.probe;
  const origin =
    name === sharedProbeName ? 'shared' : name === names.local ? 'health-check' : 'own';
  return { kind: 'probe', origin, probe: probed.probe };
}

/** `Http 31000 /healthz` */
export function probeText({
  protocol,
  port,
  path,
}: Pick<ExpectedProbe, 'protocol' | 'port'> & { readonly path?: string | null }): string {
  return `${protocol} ${port}${path === null || path === undefined || protocol === 'Tcp' ? '' : ` ${path}`}`;
}
