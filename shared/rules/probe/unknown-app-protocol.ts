import { portAnnotation } from '../../load-balancing/index.ts';
import type { LoadBalancerService } from '../../model/index.ts';
import { defineRule } from '../define-rule.ts';
import type { Fault, Fix } from '../rule.ts';
import { setServiceAnnotation } from '../../fixes/service-fixes.ts';
import { serviceSubject, subjectText } from '../../model/index.ts';
import { cited, itemized } from '../../fixes/text.ts';
import { askedProbes, type AskedPort, type AskingService } from '../../facts/asked-probes.ts';

/** Finds ports whose `appProtocol` is none that Azure can probe, so that the probe is one of tcp. */
export const unknownAppProtocol = defineRule(
  {
    id: 'probe/unknown-app-protocol',
    title: 'Unsupported appProtocol falls back to a TCP probe',
    why: 'The probe then only looks whether the port is open: a pod that hangs stays in service.',
    remedy: 'Probe with tcp knowingly, or with http on a path of the application.',
    severity: 'info',
    source: "Azure's cloud provider: custom health probes",
  },
  { needs: ['services', 'loadBalancers', askedProbes] },
  ({ askedProbes: { services, unknown } }) => ({ faults: services.flatMap(faultsOf), unknown }),
);

const probed = new Set(['tcp', 'http', 'https', '']);

interface Unprobed {
  readonly port: number;
  readonly appProtocol: string;
  readonly probePort: number;
}

function faultsOf({ service, ports }: AskingService): readonly Fault[] {
  const unprobed = ports.flatMap((each) => unprobedPort(each, service));
  const [first] = unprobed;
  return first === undefined ? [] : [faultOf(service, unprobed, first)];
}

/** An annotation of the port that names the protocol goes before; what that one says is meant. */
function unprobedPort(
  { port, asked }: AskedPort,
  { annotations }: LoadBalancerService,
): readonly Unprobed[] {
  const { appProtocol } = port;
  if (asked.kind !== 'probe' || asked.origin !== 'own' || appProtocol === undefined) return [];
  if (portAnnotation(annotations, port.port, 'health-probe_protocol') !== undefined) return [];
  if (asked.probe.protocol !== 'Tcp' || probed.has(appProtocol.trim().toLowerCase())) return [];
  return [{ port: port.port, appProtocol, probePort: asked.probe.port }];
}

function faultOf(
  service: LoadBalancerService,
  unprobed: readonly Unprobed[],
  { port }: Unprobed,
): Fault {
  const name = subjectText(service);
  const ports = unprobed.map((each) => `${cited(each.appProtocol)} of port ${each.port}`);
  return {
    subject: serviceSubject(service),
    title: `Azure only looks whether the ports of ${name} are open`,
    message: `A pod that accepts connections and answers none stays in service: Azure probes tcp, http and https, and takes ${itemized(ports)} as tcp.`,
    causes: ['app-protocol-not-probed'],
    evidence: {
      ports: unprobed.map(({ probePort, ...each }) => ({ ...each, probe: `Tcp ${probePort}` })),
    },
    fixes: [
      setServiceAnnotation(service, protocolOf(port), 'tcp', 'Say that tcp is meant', [
        'none: the probe stays as it is, and this finding goes',
      ]),
      probeByHttp(service, port),
    ],
  };
}

function protocolOf(port: number): string {
  return `port_${port}_health-probe_protocol`;
}

function probeByHttp(service: LoadBalancerService, port: number): Fix {
  const path = setServiceAnnotation(
    service,
    `port_${port}_health-probe_request-path`,
    '/healthz',
    '',
    [],
  );
  const title = 'Probe a path of the application with http (here /healthz)';
  const fix = setServiceAnnotation(service, protocolOf(port), 'http', title, [
    'the port must answer HTTP/1.1 on that path with 200, or all nodes are taken out',
  ]);
  return { ...fix, steps: [...path.steps, ...fix.steps] };
}
