import { portAnnotation } from '../../load-balancing/index.ts';
import { serviceSubject, subjectText, type LoadBalancerService } from '../../model/index.ts';
import { defineRule, type Fault, type Fix } from '../rule.ts';
import { setAnnotation, setServiceAnnotation } from '../../fixes/service-fixes.ts';
import { cited, itemized } from '../../fixes/text.ts';
import { askedProbes, type AskedPort, type AskingService } from '../../facts/asked-probes.ts';

/** Finds ports whose `appProtocol` is none that Azure can probe, so that the probe is one of tcp. */
export const unknownAppProtocol = defineRule(
  {
    id: 'probe/unknown-app-protocol',
    title: 'Unsupported appProtocol falls back to a TCP probe',
    why: 'The probe only checks whether the port is open: a pod that hangs stays in rotation.',
    remedy: 'Set tcp explicitly, or use an HTTP probe on a path of the application.',
    severity: 'info',
    source: "Azure's cloud provider: custom health probes",
  },
  { needs: ['services', 'loadBalancers', askedProbes] },
  ({ askedProbes: { services, unknown } }) => ({ faults: services.flatMap(faultsOf), unknown }),
);

const probed = new Set(['tcp', 'http', 'https', '']);

interface TcpProbedPort {
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
): readonly TcpProbedPort[] {
  const { appProtocol } = port;
  if (asked.kind !== 'probe' || asked.origin !== 'own' || appProtocol === undefined) return [];
  if (portAnnotation(annotations, port.port, 'health-probe_protocol') !== undefined) return [];
  if (asked.probe.protocol !== 'Tcp' || probed.has(appProtocol.trim().toLowerCase())) return [];
  return [{ port: port.port, appProtocol, probePort: asked.probe.port }];
}

function faultOf(
  service: LoadBalancerService,
  unprobed: readonly TcpProbedPort[],
  { port }: TcpProbedPort,
): Fault {
  const name = subjectText(service);
  const ports = unprobed.map((each) => `${cited(each.appProtocol)} of port ${each.port}`);
  return {
    subject: serviceSubject(service),
    title: `Azure uses TCP probes for ${name} because of its appProtocol`,
    message: `A pod that accepts connections but does not respond stays in rotation: Azure supports tcp, http and https probes and uses tcp for ${itemized(ports)}.`,
    causes: ['app-protocol-not-probed'],
    evidence: {
      ports: unprobed.map(({ probePort, ...each }) => ({ ...each, probe: `Tcp ${probePort}` })),
    },
    fixes: [
      setServiceAnnotation(service, protocolOf(port), 'tcp', 'Set the TCP probe explicitly', [
        'none: the probe does not change, and this finding is resolved',
      ]),
      probeByHttp(service, port),
    ],
  };
}

function protocolOf(port: number): string {
  return `port_${port}_health-probe_protocol`;
}

function probeByHttp(service: LoadBalancerService, port: number): Fix {
  const path = setAnnotation(service, `port_${port}_health-probe_request-path`, '/healthz');
  const title = 'Use an HTTP probe on a path of the application (for example /healthz)';
  const fix = setServiceAnnotation(service, protocolOf(port), 'http', title, [
    'the port must return 200 over HTTP/1.1 on that path, otherwise all nodes are marked down',
  ]);
  return { ...fix, steps: [path, ...fix.steps] };
}
