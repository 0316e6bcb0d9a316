import { portAnnotation, requestPath } from '../../load-balancing/index.ts';
import type { LoadBalancerService } from '../../model/index.ts';
import { defineRule } from '../define-rule.ts';
import type { Fault } from '../rule.ts';
import { setServiceAnnotation } from '../../fixes/service-fixes.ts';
import { serviceSubject, subjectText } from '../../model/index.ts';
import { listed } from '../../fixes/text.ts';
import { askedProbes, type AskedPort, type AskingService } from '../../facts/asked-probes.ts';

/**
 * Finds ports whose `appProtocol` turns the probe into one of http or https while nobody says which
 * path it is to ask: it asks `/`, and only 200 counts.
 */
export const httpRootPath = defineRule(
  {
    id: 'probe/http-root-path',
    title: 'An http probe asks the root path because of appProtocol',
    why: 'Only status 200 counts: an application that answers / with 404, 302 or 401 takes all nodes out at once.',
    remedy: 'Name a path that answers 200 to anybody, or probe the port with tcp.',
    severity: 'medium',
    source: "Azure's cloud provider: custom health probes; Azure: load balancer health probes",
  },
  { needs: ['services', 'loadBalancers', askedProbes] },
  ({ askedProbes: { services, unknown } }) => ({ faults: services.flatMap(faultsOf), unknown }),
);

function faultsOf({ service, ports }: AskingService): readonly Fault[] {
  const [first, ...rest] = ports.flatMap((each) => rootProbe(each, service));
  return first === undefined ? [] : [faultOf(service, [first, ...rest])];
}

interface RootProbe {
  readonly port: number;
  readonly appProtocol: string;
  readonly protocol: string;
  readonly probePort: number;
}

function rootProbe({ port, asked }: AskedPort, service: LoadBalancerService): readonly RootProbe[] {
  const { annotations } = service;
  if (asked.kind !== 'probe' || asked.origin !== 'own' || asked.probe.path !== '/') return [];
  const { appProtocol } = port;
  const decides = portAnnotation(annotations, port.port, 'health-probe_protocol') === undefined;
  if (appProtocol === undefined || !decides || requestPath(annotations, port.port) !== undefined)
    return [];
  const { protocol, port: probePort } = asked.probe;
  return [{ port: port.port, appProtocol, protocol, probePort }];
}

function faultOf(
  service: LoadBalancerService,
  probes: readonly [RootProbe, ...RootProbe[]],
): Fault {
  const name = subjectText(service);
  const where = listed(probes.map(({ port }) => String(port)));
  const set = (setting: string, value: string, title: string, price: readonly string[]) => {
    const [first, ...rest] = probes.map(({ port }) =>
      setServiceAnnotation(service, `port_${port}_health-probe_${setting}`, value, title, price),
    );
    return { title, price, steps: [first, ...rest].flatMap((fix) => fix?.steps ?? []) };
  };
  return {
    subject: serviceSubject(service),
    title: `Azure probes ${name} on the path / of port ${where}`,
    message: `Unless / answers 200 without a redirect or a login, all nodes are taken out at once and nobody reaches port ${where}: appProtocol makes the probe one of ${listed([...new Set(probes.map(({ protocol }) => protocol))])}, and no annotation names a path. The probe goes through the node port to any ready pod.`,
    causes: ['app-protocol-without-path'],
    evidence: {
      ports: probes.map(({ port, appProtocol, protocol, probePort }) => ({
        port,
        appProtocol,
        probe: `${protocol} ${probePort} /`,
      })),
    },
    fixes: [
      set('request-path', '/healthz', 'Name a path that answers 200 (here /healthz)', [
        'the path must answer 200 to anybody, or all nodes are taken out',
      ]),
      set('protocol', 'tcp', 'Probe with tcp', [
        'an open port counts as healthy, whatever the application answers',
      ]),
    ],
  };
}
