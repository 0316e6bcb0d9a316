import type { PortTraffic, ServiceTraffic } from '../traffic/index.ts';
import type { Finding } from './finding.ts';

/** The ports that a finding is about by its evidence; all of the Service where it names none. */
export function portsOf({ evidence }: Finding, { ports }: ServiceTraffic): readonly PortTraffic[] {
  const { ports: named } = evidence;
  const names: readonly unknown[] = Array.isArray(named) ? named : [];
  const own = ports.filter((port) => names.some((name) => isNamed(port, name)));
  return own.length === 0 ? ports : own;
}

/** `80`, `80/TCP`, or an object with what is known of port, protocol and family. */
function isNamed({ port, protocol, family }: PortTraffic, name: unknown): boolean {
  if (typeof name === 'number') return name === port;
  if (typeof name === 'string') return name === `${port}/${protocol}`;
  if (typeof name !== 'object' || name === null) return false;
  const fields = new Map<string, unknown>(Object.entries(name));
  return (
    fields.get('port') === port &&
    (fields.get('protocol') ?? protocol) === protocol &&
    (fields.get('family') ?? family) === family
  );
}
