import { portAnnotation, annotation, isTrue, type Annotations } from './annotations.ts';
import { sharedProbeName } from './names.ts';

/** What a Service asks for, as far as probes go. */
export interface ProbePort {
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
  readonly nodePort?: number;
  readonly appProtocol?: string;
}

export interface ExpectedProbe {
  readonly name: string;
  /** `Tcp`, `Http` or `Https`, as ARM spells it. */
  readonly protocol: string;
  readonly port: number;
  readonly path: string | null;
  readonly intervalSeconds: number;
  readonly threshold: number;
}

export interface ProbeSettings {
  readonly sku: string;
  readonly shared: { readonly port: number; readonly path: string } | undefined;
}

export type Probed =
  | { readonly kind: 'probe'; readonly probe: ExpectedProbe }
  | { readonly kind: 'none' }
  | { readonly kind: 'error'; readonly error: string };

const defaults = { interval: 5, threshold: 2, minInterval: 5, minThreshold: 2, product: 120 };

/**
 * The probe that a port's rule should have (load-balancing.md §6.1). Under Local the health check
 * port serves all ports, unless an annotation of the port names another probe port.
 * @param name Name of the port's own rule; an own probe shares it.
 * @param localName Name of the probe on the health check port.
 */
export function expectedProbe(
  port: ProbePort,
  service: {
    readonly annotations: Annotations;
    readonly ports: readonly ProbePort[];
    readonly externalTrafficPolicy: string;
    readonly healthCheckNodePort?: number;
  },
  settings: ProbeSettings,
  names: { readonly own: string; readonly local: string },
): Probed {
  const { annotations } = service;
  const local = service.externalTrafficPolicy === 'Local';
  if (portAnnotation(annotations, port.port, 'no_probe_rule')?.toLowerCase() === 'true')
    return { kind: 'none' };
  if (settings.shared !== undefined && !local)
    return { kind: 'probe', probe: sharedProbe(settings.shared) };
  const healthCheck =
    local && !usesProxyProtocol(annotations) ? service.healthCheckNodePort : undefined;
  const ownPort = portAnnotation(annotations, port.port, 'health-probe_port');
  const noOwn = port.protocol !== 'TCP' || (ownPort === undefined && healthCheck !== undefined);
  if (noOwn) {
    if (healthCheck === undefined) return { kind: 'none' };
    const timing = timingOf(annotations, healthCheck);
    if (typeof timing === 'string') return { kind: 'error', error: timing };
    return {
      kind: 'probe',
      probe: {
        name: names.local,
        protocol: 'Http',
        port: healthCheck,
        path: '/healthz',
        ...timing,
      },
    };
  }
  return ownProbe(port, ownPort, service, settings, names.own);
}

/** The Private Link proxy protocol breaks kube-proxy's health check, so the provider does without it. */
function usesProxyProtocol(annotations: Annotations): boolean {
  return isTrue(annotations, 'azure-pls-create') && isTrue(annotations, 'azure-pls-proxy-protocol');
}

function sharedProbe({
  port,
  path,
}: {
  readonly port: number;
  readonly path: string;
}): ExpectedProbe {
  return {
    name: sharedProbeName,
    protocol: 'Http',
    port,
    path,
    intervalSeconds: defaults.interval,
    threshold: defaults.threshold,
  };
}

function ownProbe(
  port: ProbePort,
  wanted: string | undefined,
  service: { readonly annotations: Annotations; readonly ports: readonly ProbePort[] },
  settings: ProbeSettings,
  name: string,
): Probed {
  const number = wanted === undefined ? (port.nodePort ?? 0) : probePort(wanted, service.ports);
  if (number === undefined)
    return { kind: 'error', error: `port ${wanted ?? ''} not found in service` };
  const timing = timingOf(service.annotations, port.port);
  if (typeof timing === 'string') return { kind: 'error', error: timing };
  const protocol = protocolOf(port, service.annotations, settings.sku);
  const path =
    protocol === 'Tcp'
      ? null
      : (portAnnotation(service.annotations, port.port, 'health-probe_request-path') ??
        annotation(service.annotations, 'azure-load-balancer-health-probe-request-path') ??
        '/');
  return { kind: 'probe', probe: { name, protocol, port: number, path, ...timing } };
}

/** A port's name, a Service port's number, or a number taken as it stands. */
function probePort(wanted: string, ports: readonly ProbePort[]): number | undefined {
  const named = ports.find(
    (each) => each.name !== '' && each.name.toLowerCase() === wanted.toLowerCase(),
  );
  if (named !== undefined) return named.nodePort ?? 0;
  if (!/^\d{1,5}$/u.test(wanted) || Number(wanted) > 65_535) return undefined;
  const own = ports.find((each) => each.port === Number(wanted));
  return own === undefined ? Number(wanted) : (own.nodePort ?? 0);
}

/** Anything but http and https is a Tcp probe: grpc, h2c, typos. Basic knows no Https. */
function protocolOf(port: ProbePort, annotations: Annotations, sku: string): string {
  const wanted = (
    portAnnotation(annotations, port.port, 'health-probe_protocol') ??
    port.appProtocol ??
    annotation(annotations, 'azure-load-balancer-health-probe-protocol') ??
    'tcp'
  )
    .trim()
    .toLowerCase();
  if (wanted === 'http') return 'Http';
  return wanted === 'https' && sku.toLowerCase() !== 'basic' ? 'Https' : 'Tcp';
}

/** Interval and threshold: the port's own, else the Service's, else the defaults; a text says what is wrong. */
function timingOf(
  annotations: Annotations,
  port: number,
): { readonly intervalSeconds: number; readonly threshold: number } | string {
  const value = (name: string, fallback: number): number | undefined => {
    const text =
      portAnnotation(annotations, port, `health-probe_${name}`) ??
      annotation(annotations, `azure-load-balancer-health-probe-${name}`);
    if (text === undefined) return fallback;
    return /^[+-]?\d{1,9}$/u.test(text) ? Number(text) : undefined;
  };
  const intervalSeconds = value('interval', defaults.interval);
  const threshold = value('num-of-probe', defaults.threshold);
  if (intervalSeconds === undefined || threshold === undefined)
    return 'a probe setting is not an integer';
  if (intervalSeconds < defaults.minInterval)
    return `probe interval ${intervalSeconds} is below ${defaults.minInterval}`;
  if (threshold < defaults.minThreshold)
    return `number of probes ${threshold} is below ${defaults.minThreshold}`;
  if (intervalSeconds * threshold >= defaults.product)
    return `probe interval times number of probes is ${intervalSeconds * threshold}, ${defaults.product} or more`;
  return { intervalSeconds, threshold };
}
