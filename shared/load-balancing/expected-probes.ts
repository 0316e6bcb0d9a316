import { isTrue, portAnnotation, saysTrue, type Annotations } from './annotations.ts';
import { sharedProbeName } from './names.ts';
import { ownProbe, probeTiming } from './own-probe.ts';
import type { Probed, ProbedService, ProbePort, ProbeSettings } from './probed.ts';

const none: Probed = { kind: 'none' };

/**
 * The one probe that all ports of a Service have in common (source: cloud-provider-azure): kube-proxy's in
 * shared mode, the health check port under Local, else none. `name` is the rule name of that port.
 */
function commonProbe(service: ProbedService, settings: ProbeSettings, name: string): Probed {
  const { annotations, externalTrafficPolicy } = service;
  if (externalTrafficPolicy !== 'Local')
    return settings.shared === undefined
      ? none
      : {
          kind: 'probe',
          probe: {
            name: sharedProbeName,
            protocol: 'Http',
            ...settings.shared,
            intervalSeconds: 5,
            threshold: 2,
          },
        };
  if (sendsProxyHeader(annotations)) return none;
  const port = service.healthCheckNodePort ?? 0;
  const timing = probeTiming(annotations, port);
  if (typeof timing === 'string') return { kind: 'error', error: timing };
  return {
    kind: 'probe',
    probe: { name, protocol: 'Http', port, path: '/healthz', ...timing },
  };
}

/** The Private Link proxy protocol breaks kube-proxy's health check, so the provider does without it. */
export function sendsProxyHeader(annotations: Annotations): boolean {
  return isTrue(annotations, 'azure-pls-create') && isTrue(annotations, 'azure-pls-proxy-protocol');
}

/**
 * The probe of a port's rule (source: cloud-provider-azure): none where an annotation says so, the common
 * one, or an own one where there is no common probe or an annotation of the port names a probe port,
 * Local included.
 * @param names Of the port's rule, which an own probe shares, and of the rule that a port
 *   `healthCheckNodePort` would have.
 */
export function expectedProbe(
  port: ProbePort,
  service: ProbedService,
  settings: ProbeSettings,
  names: { readonly own: string; readonly local: string },
): Probed {
  const { annotations } = service;
  const common = commonProbe(service, settings, names.local);
  if (common.kind === 'error') return common;
  if (saysTrue(portAnnotation(annotations, port.port, 'no_probe_rule'))) return none;
  if (common.kind === 'probe' && common.probe.name === sharedProbeName) return common;
  if (port.protocol === 'UDP' || port.protocol === 'SCTP') return common;
  const override = portAnnotation(annotations, port.port, 'health-probe_port') !== undefined;
  return common.kind === 'probe' && !override
    ? common
    : ownProbe(port, service, settings, names.own);
}

/** All ports in one rule: the common probe, else the first port that yields one; faults of ports do not count. */
export function probeForAllPorts(
  service: ProbedService,
  settings: ProbeSettings,
  names: { readonly own: string; readonly local: string },
): Probed {
  const common = commonProbe(service, settings, names.local);
  if (common.kind !== 'none') return common;
  for (const port of service.ports) {
    if (port.protocol === 'UDP' || port.protocol === 'SCTP') continue;
    const own = ownProbe(port, service, settings, names.own);
    if (own.kind === 'probe') return own;
  }
  return none;
}
