import type { ContainerPort, PodSpec, Resources } from '../model/index.ts';
import type { Cursor } from '../input/cursor.ts';
import { parseQuantity } from './quantity.ts';

/** Ports, images and requests of a pod's containers; env, args and all else is never kept. */
export function parseContainers(spec: Cursor): Pick<PodSpec, 'ports' | 'images' | 'requests'> {
  const containers = spec.objects('containers', true);
  const first = spec.at('initContainers').absent ? [] : spec.objects('initContainers', true);
  const onHost = spec.flag('hostNetwork') ?? false;
  // An init container that restarts runs beside the others.
  const sidecars = first.filter((each) => each.text('restartPolicy', 64) === 'Always');
  const lasting = [...containers, ...sidecars];
  return {
    ports: lasting.flatMap((each) =>
      each.at('ports').absent
        ? []
        : each.objects('ports', true).flatMap((port) => parsePort(port, onHost)),
    ),
    images: lasting.flatMap((each) => each.text('image', 512) ?? []),
    requests: requestsOf(spec, containers, first),
  };
}

function parsePort(port: Cursor, onHost: boolean): readonly ContainerPort[] {
  const containerPort = port.count('containerPort', 0, 65_535);
  if (containerPort === undefined) return [];
  const given = port.count('hostPort', 0, 65_535);
  const hostPort = onHost ? containerPort : given;
  return [
    {
      name: port.text('name', 63) ?? '',
      containerPort,
      ...(hostPort !== undefined && hostPort > 0 && { hostPort }),
      hostIp: port.text('hostIP', 64) ?? '',
      protocol: port.text('protocol', 64) ?? 'TCP',
    },
  ];
}

/**
 * What the scheduler counts for a pod: the containers that run together, or one that starts it with
 * the sidecars before it where that is more; and the overhead of its runtime.
 */
function requestsOf(
  spec: Cursor,
  containers: readonly Cursor[],
  first: readonly Cursor[],
): Resources | undefined {
  const milliCpu = requestOf('cpu', spec, containers, first);
  const memory = requestOf('memory', spec, containers, first);
  if (milliCpu === undefined || memory === undefined) return undefined;
  return { milliCpu: Math.max(0, Math.ceil(milliCpu * 1000 - 1e-6)), memory: Math.ceil(memory) };
}

function requestOf(
  name: string,
  spec: Cursor,
  containers: readonly Cursor[],
  first: readonly Cursor[],
): number | undefined {
  const overhead = quantityAt(spec.at('overhead'), name);
  const whole = ownRequest(name, spec);
  if (whole !== undefined && whole !== 0) return sum([whole, overhead]);
  let beside = 0;
  let most = 0;
  for (const each of first) {
    const own = ownRequest(name, each);
    if (own === undefined) return undefined;
    if (each.text('restartPolicy', 64) === 'Always') beside += own;
    else most = Math.max(most, own + beside);
  }
  const running = sum([beside, ...containers.map((each) => ownRequest(name, each))]);
  return running === undefined ? undefined : sum([Math.max(most, running), overhead]);
}

/** A container that names a limit alone asks for as much. */
function ownRequest(name: string, item: Cursor): number | undefined {
  const resources = item.at('resources');
  const requests = resources.at('requests');
  const asked = !requests.absent && !requests.at(name).absent;
  return quantityAt(asked ? requests : resources.at('limits'), name);
}

/** 0 where it is absent. */
function quantityAt(map: Cursor, name: string): number | undefined {
  if (map.absent || map.at(name).absent) return 0;
  const field = map.at(name);
  const quantity = parseQuantity(field.value);
  if (quantity === undefined || quantity < 0)
    field.fault('a quantity', 'what the pod asks for is unknown');
  return quantity !== undefined && quantity >= 0 ? quantity : undefined;
}

function sum(numbers: readonly (number | undefined)[]): number | undefined {
  let total = 0;
  for (const each of numbers) {
    if (each === undefined) return undefined;
    total += each;
  }
  return total;
}
