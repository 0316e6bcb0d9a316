import {
  annotation,
  portAnnotation,
  wholeNumber,
  wholeNumbersOf,
  type Annotations,
} from './annotations.ts';
import type { Probed, ProbedService, ProbePort, ProbeSettings } from './probed.ts';

/** A probe of the port's own: on its node port, or on the port that its annotation names. */
export function ownProbe(
  port: ProbePort,
  service: ProbedService,
  settings: ProbeSettings,
  name: string,
): Probed {
  const { annotations, ports } = service;
  const wanted = portAnnotation(annotations, port.port, 'health-probe_port');
  const number = wanted === undefined ? (port.nodePort ?? 0) : probePort(wanted, ports);
  if (typeof number === 'string') return { kind: 'error', error: number };
  const timing = probeTiming(annotations, port.port);
  if (typeof timing === 'string') return { kind: 'error', error: timing };
  const protocol = protocolOf(port, annotations, settings);
  const path = protocol === 'Tcp' ? null : (requestPath(annotations, port.port) ?? '/');
  return { kind: 'probe', probe: { name, protocol, port: number, path, ...timing } };
}

/** The path that a port or its Service names; `undefined` = none, and `/` is asked. */
export function requestPath(annotations: Annotations, port: number): string | undefined {
  return (
    portAnnotation(annotations, port, 'health-probe_request-path') ??
    annotation(annotations, 'azure-load-balancer-health-probe-request-path')
  );
}

/** The port that an annotation names and that is no port of the Service: asked as it stands, on the nodes. */
export function rawProbePort(
  annotations: Annotations,
  port: number,
  ports: readonly ProbePort[],
): number | undefined {
  const wanted = portAnnotation(annotations, port, 'health-probe_port');
  if (wanted === undefined) return undefined;
  const number = wholeNumber(wanted);
  if (number === undefined || number <= 0 || number > 65_535) return undefined;
  return ports.some((each) => each.port === number) ? undefined : number;
}

/** A Service port by number, else that number itself; or a Service port by name. A text says what is wrong. */
function probePort(wanted: string, ports: readonly ProbePort[]): number | string {
  const number = /^\s|\s$/u.test(wanted) ? undefined : wholeNumber(wanted);
  if (number === undefined) {
    const named = ports.findLast((each) => each.name.toLowerCase() === wanted.toLowerCase());
    return named === undefined ? `port ${wanted} not found in service` : (named.nodePort ?? 0);
  }
  if (number < 0 || number > 65_535) return `port ${number} is out of range`;
  const own = ports.find((each) => each.port === number);
  return own === undefined ? number : (own.nodePort ?? 0);
}

/** Anything but http and https is a Tcp probe: grpc, h2c, typos. Https needs Standard. */
function protocolOf(
  port: ProbePort,
  annotations: Annotations,
  { sku, appProtocolNeedsPath = false }: ProbeSettings,
): string {
  const counts = !appProtocolNeedsPath || requestPath(annotations, port.port) !== undefined;
  const wanted =
    portAnnotation(annotations, port.port, 'health-probe_protocol') ??
    (counts ? port.appProtocol : undefined) ??
    annotation(annotations, 'azure-load-balancer-health-probe-protocol') ??
    'tcp';
  const folded = wanted.trim().toLowerCase();
  if (folded === 'http') return 'Http';
  return folded === 'https' && sku.toLowerCase() === 'standard' ? 'Https' : 'Tcp';
}

interface ProbeTiming {
  readonly intervalSeconds: number;
  readonly threshold: number;
}

/** Interval and threshold: the port's own, else the Service's, else 5 and 2. A text says what is wrong. */
export function probeTiming(annotations: Annotations, port: number): ProbeTiming | string {
  const threshold = settingOf(annotations, port, 'num-of-probe');
  if (typeof threshold === 'string') return threshold;
  const intervalSeconds = settingOf(annotations, port, 'interval');
  if (typeof intervalSeconds === 'string') return intervalSeconds;
  if (intervalSeconds * threshold >= 120)
    return 'total probe should be less than 120, please adjust interval and number of probe accordingly';
  return { intervalSeconds, threshold };
}

/** The least value is also the default. */
function settingOf(annotations: Annotations, port: number, name: string): number | string {
  const ofService = `azure-load-balancer-health-probe-${name}`;
  const { least } = wholeNumbersOf(ofService);
  const text =
    portAnnotation(annotations, port, `health-probe_${name}`) ?? annotation(annotations, ofService);
  if (text === undefined) return least;
  const value = wholeNumber(text);
  if (value === undefined) return `health-probe_${name}: ${text} value must be a whole number`;
  return value < least ? `the minimum value of health-probe_${name} is ${least}` : value;
}
