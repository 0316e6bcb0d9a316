import { annotationPrefix, ruleFor } from '../../load-balancing/index.ts';
import {
  listed,
  serviceSubject,
  subjectText,
  type IpFamily,
  type ServiceName,
  type ServicePort,
} from '../../model/index.ts';
import {
  probedPort,
  probeOf,
  probeTarget,
  situations,
  type Situation,
} from '../../traffic/index.ts';
import { azureServices } from '../../facts/services.ts';
import { removeServiceAnnotation, setServiceAnnotation } from '../../fixes/service-fixes.ts';
import { defineRule, portEvidence, type Fault } from '../rule.ts';

/** Finds Services whose probes carry the PROXY header of a neighbour's Private Link Service. */
export const proxyProtocolNeighbour = defineRule(
  {
    id: 'probe/proxy-protocol-neighbour',
    title: 'Private Link Service of another Service changes the health probes',
    why: 'With PROXY protocol enabled, Azure adds its header to every probe of the load balancer, and kube-proxy’s health check cannot parse it.',
    remedy: 'Use different load balancers for the two Services, or disable PROXY protocol.',
    severity: 'high',
    source: 'Azure: Private Link Service, TCP proxy v2; Kubernetes issue 121819',
  },
  { needs: ['services', 'loadBalancers', 'nodes', 'endpointSlices', situations] },
  ({ services, situations: { of } }) => ({
    faults: azureServices(services).flatMap((service) => {
      const situation = of(service);
      const hit = service.ports.flatMap((port) =>
        service.ipFamilies.flatMap((family) => touched(situation, port, family)),
      );
      const [first] = hit;
      return first === undefined ? [] : [faultOf(situation, hit, first)];
    }),
  }),
);

interface Touched {
  readonly port: ServicePort;
  readonly probePort: number;
  readonly loadBalancer: string;
  readonly by: ServiceName;
  readonly why: string;
}

/** Its probe asks kube-proxy's own health servers, and carries the header. */
function touched(situation: Situation, port: ServicePort, family: IpFamily): readonly Touched[] {
  const { service, rules } = situation;
  const found = ruleFor(rules, port, family);
  const probe = found === undefined ? undefined : probeOf(found.loadBalancer, found.rule);
  if (found === undefined || probe === undefined) return [];
  const asked = probedPort(situation, { service, port, family, found });
  if (asked.proxied === undefined) return [];
  const { kind } = probeTarget(probe, { ...asked, proxied: undefined });
  if (kind !== 'kube-proxy' && kind !== 'health-check') return [];
  const { name } = found.loadBalancer;
  return [{ port, probePort: probe.port, loadBalancer: name, ...asked.proxied }];
}

function faultOf({ service }: Situation, hit: readonly Touched[], first: Touched): Fault {
  const name = subjectText(service);
  const ports = hit.map(({ port }) => `${port.port}/${port.protocol}`);
  return {
    subject: serviceSubject(service),
    title: `Health probes of ${name} get a PROXY header because of another Service`,
    message: `The probes for ${listed(ports)} target port ${first.probePort}, which kube-proxy serves, and ${first.why}. Whether the backends are up is not known.`,
    causes: ['proxy-protocol'],
    evidence: {
      loadBalancer: first.loadBalancer,
      neighbour: subjectText(first.by),
      ports: hit.map(({ port, probePort }) => ({ ...portEvidence(port), probePort })),
    },
    fixes: [
      setServiceAnnotation(
        service,
        `port_${first.port.port}_health-probe_port`,
        first.port.name === '' ? String(first.port.port) : first.port.name,
        'Probe a pod through the node port (the pod parses the header)',
        [
          'the pods must accept the PROXY header',
          'with Local, a node is healthy if one of its pods accepts a connection',
        ],
      ),
      removeServiceAnnotation(
        first.by,
        `${annotationPrefix}azure-pls-proxy-protocol`,
        `Disable PROXY protocol for ${subjectText(first.by)}`,
        ['pods behind its Private Link Service no longer see the client IP'],
      ),
    ],
  };
}
