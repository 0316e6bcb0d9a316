import { isObject, type EndpointPort, type EndpointSlice, type Workload } from '../model/index.ts';
import type { Backed } from './backed-services.ts';
import { valueAt } from './fields.ts';
import type { WantedService } from './object-kinds.ts';

/** What a manifest says of where pods listen, by `name/protocol` of the Service's ports. */
export type TargetPorts = ReadonlyMap<string, number | string>;

/** The `targetPort` of each port of a manifest that names one. */
export function targetPortsOf({ raw }: Pick<WantedService, 'raw'>): TargetPorts {
  const ports = valueAt(raw, ['spec', 'ports']);
  return new Map(
    (Array.isArray(ports) ? ports : []).flatMap((port: unknown) => {
      if (!isObject(port)) return [];
      const { name = '', protocol = 'TCP', targetPort } = port;
      return (typeof targetPort === 'number' && targetPort > 0) ||
        (typeof targetPort === 'string' && targetPort !== '')
        ? [[`${typeof name === 'string' ? name : ''}/${String(protocol)}`, targetPort] as const]
        : [];
    }),
  );
}

/** The Service's ports as its slices have them; numbers that the manifest does not say stay. */
export function slicePorts(
  service: Backed,
  known: EndpointSlice['ports'] | undefined,
  targets: TargetPorts | undefined,
  workloads: readonly Workload[],
): readonly EndpointPort[] {
  if (known?.length === 0 && targets === undefined) return known;
  return service.ports.flatMap(({ name, protocol, port }) => {
    const live = known?.find((each) => each.name === name && each.protocol === protocol);
    const target = targets?.get(`${name}/${protocol}`);
    // Where no pod is known, a name says nothing.
    if (target === undefined || (typeof target === 'string' && workloads.length === 0))
      return known?.length === 0 ? [] : [live ?? { name, protocol, port }];
    const number = numberOf(target, protocol, workloads);
    return number === undefined ? [] : [{ ...live, name, protocol, port: number }];
  });
}

/** `undefined` = no container has a port of that name. */
function numberOf(
  target: number | string,
  protocol: string,
  workloads: readonly Workload[],
): number | undefined {
  if (typeof target === 'number') return target;
  return portsOf(workloads).find((each) => each.name === target && each.protocol === protocol)
    ?.containerPort;
}

function portsOf(workloads: readonly Workload[]): Workload['podSpec']['ports'] {
  return workloads.flatMap(({ podSpec }) => podSpec.ports);
}

/** What changes of a Service whose slices with endpoints are these: fields, and what to know of them. */
export function targetPortChanges(
  service: Backed,
  live: readonly EndpointSlice[],
  targets: TargetPorts | undefined,
  workloads: readonly Workload[],
): { readonly fields: readonly string[]; readonly notes: readonly string[] } {
  const fields = new Set<string>();
  const notes = new Set<string>();
  for (const slice of targets === undefined ? [] : live) {
    const next = slicePorts(service, slice.ports, targets, workloads);
    for (const { name, protocol, port } of service.ports) {
      const find = (ports: readonly EndpointPort[]) =>
        ports.find((each) => each.name === name && each.protocol === protocol)?.port;
      const [was, is] = [find(slice.ports), find(next)];
      const target = targets?.get(`${name}/${protocol}`);
      if (slice.endpoints.length === 0 || was === is || target === undefined) continue;
      const why = is === undefined ? ', which no container of its pods has' : '';
      fields.add(`targetPort of ${port}/${protocol}: ${was ?? '(none)'} → ${target}${why}`);
      const declared = portsOf(workloads).map(({ containerPort }) => containerPort);
      if (is !== undefined && declared.length > 0 && !declared.includes(is))
        notes.add(
          `no container of its pods declares port ${is}: whether anything listens there is not known`,
        );
    }
  }
  return { fields: [...fields], notes: [...notes] };
}
