import { portAnnotation, requestPath } from '../../load-balancing/index.ts';
import {
  compacted,
  listed,
  serviceSubject,
  subjectText,
  valueOr,
  type LoadBalancerService,
  type Workload,
} from '../../model/index.ts';
import { workloadsBehind } from '../../facts/services.ts';
import { defineRule, type Fault } from '../rule.ts';
import { setServiceAnnotation } from '../../fixes/service-fixes.ts';
import { named } from '../../fixes/text.ts';
import { askedProbes, type AskedPort, type AskingService } from '../../facts/asked-probes.ts';

/**
 * Finds ports whose `appProtocol` turns the probe into one of http or https while nobody says which
 * path it is to ask: it asks `/`, and only 200 counts. Who asks for such a probe by annotation means
 * it: that counts only before an ingress that is known to return 404.
 */
export const httpRootPath = defineRule(
  {
    id: 'probe/http-root-path',
    title: 'HTTP health probe uses the root path',
    why: 'Only status 200 counts: if the application returns 404, 302 or 401 for /, all nodes go down at once.',
    remedy: 'Set a path that returns 200 without login, or use a TCP probe.',
    severity: 'medium',
    source: "Azure's cloud provider: custom health probes; Azure: load balancer health probes",
  },
  { needs: ['services', 'loadBalancers', askedProbes], helps: [workloadsBehind] },
  ({ askedProbes: { services, unknown }, workloadsBehind: behind }) => ({
    faults: services.flatMap((each) =>
      faultsOf(each, valueOr(behind, undefined)?.(each.service).workloads ?? []),
    ),
    unknown,
  }),
);

function faultsOf(
  { service, ports }: AskingService,
  workloads: readonly Workload[],
): readonly Fault[] {
  const probes = ports.flatMap((each) => rootProbe(each, service));
  if (probes.length === 0) return [];
  const ingress = ingressOf(service, workloads);
  const [first, ...rest] = probes.filter(
    ({ appProtocol }) => ingress !== undefined || appProtocol !== undefined,
  );
  return first === undefined ? [] : [faultOf(service, [first, ...rest], ingress)];
}

/** Ingresses that answer `/` with 404 unless a route is for it, by words in names, labels and images. */
const ingresses: readonly (readonly [name: string, words: RegExp])[] = [
  ['ingress-nginx', /ingress-nginx|nginx-ingress|app-routing-system\/nginx/u],
  ['Istio', /istio/u],
  ['Envoy', /envoy/u],
  ['Contour', /contour/u],
  ['HAProxy', /haproxy/u],
  ['Traefik', /traefik/u],
  ['Kong', /\bkong\b/u],
  ['a Gateway', /gateway\.networking\.k8s\.io\/gateway-name/u],
];

/** Which of them stands behind a Service, as far as names tell. */
function ingressOf(
  service: LoadBalancerService,
  workloads: readonly Workload[],
): string | undefined {
  const labels = [
    service.labels,
    service.selector ?? new Map<string, string>(),
    ...workloads.map(({ podLabels }) => podLabels),
  ];
  const texts = [
    subjectText(service),
    ...labels.flatMap((each) => [...each].map(([key, value]) => `${key}=${value}`)),
    ...workloads.flatMap(({ podSpec }) => podSpec.images),
  ];
  const all = texts.join(' ').toLowerCase();
  return ingresses.find(([, words]) => words.test(all))?.[0];
}

interface RootProbe {
  readonly port: number;
  /** `undefined` = an annotation asks for the protocol. */
  readonly appProtocol: string | undefined;
  readonly protocol: string;
  readonly probePort: number;
}

function rootProbe({ port, asked }: AskedPort, service: LoadBalancerService): readonly RootProbe[] {
  const { annotations } = service;
  if (asked.kind !== 'probe' || asked.origin !== 'own' || asked.probe.path !== '/') return [];
  if (requestPath(annotations, port.port) !== undefined) return [];
  const decides = portAnnotation(annotations, port.port, 'health-probe_protocol') === undefined;
  const appProtocol = decides ? port.appProtocol : undefined;
  const { protocol, port: probePort } = asked.probe;
  return [{ port: port.port, appProtocol, protocol, probePort }];
}

function faultOf(
  service: LoadBalancerService,
  probes: readonly [RootProbe, ...RootProbe[]],
  ingress: string | undefined,
): Fault {
  const name = subjectText(service);
  const where = named(
    'port',
    probes.map(({ port }) => String(port)),
  );
  const [is, one] = probes.length === 1 ? ['is', 'the port is'] : ['are', 'they are'];
  const byAppProtocol = probes.some(({ appProtocol }) => appProtocol !== undefined);
  const byAnnotation = probes.some(({ appProtocol }) => appProtocol === undefined);
  const by = compacted([byAppProtocol && 'appProtocol', byAnnotation && 'an annotation']).join(
    ' or ',
  );
  const set = (setting: string, value: string, title: string, price: readonly string[]) => {
    const [first, ...rest] = probes.map(({ port }) =>
      setServiceAnnotation(service, `port_${port}_health-probe_${setting}`, value, title, price),
    );
    return { title, price, steps: [first, ...rest].flatMap((fix) => fix?.steps ?? []) };
  };
  return {
    subject: serviceSubject(service),
    severity: ingress === undefined ? 'medium' : 'high',
    title: `HTTP health probe of ${name} uses the root path on ${where}`,
    message: `If / does not return 200 without redirect or login, all nodes are marked down at once and ${where} ${is} unreachable: ${by} sets the probe to ${listed([...new Set(probes.map(({ protocol }) => protocol))])}, and no annotation sets a path. The probe reaches any ready pod through the node port.${ingress === undefined ? '' : ` The pods look like ${ingress}, which returns 404 for / unless a route matches: ${one} most likely down.`}`,
    causes: compacted([
      byAnnotation && 'annotation-without-path',
      byAppProtocol && 'app-protocol-without-path',
    ]),
    evidence: {
      ...(ingress !== undefined && { ingress }),
      ports: probes.map(({ port, appProtocol, protocol, probePort }) => ({
        port,
        ...(appProtocol !== undefined && { appProtocol }),
        probe: `${protocol} ${probePort} /`,
      })),
    },
    fixes: [
      set('request-path', '/healthz', 'Set a probe path that returns 200 (for example /healthz)', [
        'the path must return 200 without login, otherwise all nodes are marked down',
      ]),
      set('protocol', 'tcp', 'Use a TCP probe', [
        'an open port counts as healthy, whatever the application returns',
      ]),
    ],
  };
}
