import {
  nodeName,
  type CiliumConfig,
  type HostNetworkPod,
  type NodePortService,
} from '../model/index.ts';
import type { Cursor } from '../input/cursor.ts';
import { parseContainers } from './parse-containers.ts';
import { nameOf } from './parse-objects.ts';
import { parsePort } from './parse-service.ts';

/** A Service that opens node ports. */
export function parseNodePortService(item: Cursor): NodePortService | undefined {
  const own = nameOf(item);
  if (own === undefined) return undefined;
  const spec = item.at('spec');
  return {
    ...own,
    externalTrafficPolicy: spec.text('externalTrafficPolicy', 64) ?? 'Cluster',
    ports: spec.objects('ports', true).flatMap((port) => parsePort(port) ?? []),
  };
}

/** One that has ended listens no more. */
export function parseHostNetworkPod(item: Cursor): HostNetworkPod | undefined {
  const own = nameOf(item);
  const phase = item.at('status').text('phase', 64);
  if (own === undefined || phase === 'Succeeded' || phase === 'Failed') return undefined;
  const spec = item.at('spec');
  const node = spec.text('nodeName', 253);
  return {
    ...own,
    node: node === undefined || node === '' ? undefined : nodeName(node),
    ports: parseContainers(spec).ports,
  };
}

/** The one key that is kept; Go's spellings of true. */
export function parseCiliumConfig(item: Cursor): CiliumConfig | undefined {
  const value = item.at('data').text('enable-service-topology', 64) ?? 'false';
  if (!/^(?:true|false|t|f|1|0)$/iu.test(value)) {
    item.at('data').at('enable-service-topology').fault('true or false', 'it counts as not read');
    return undefined;
  }
  return { serviceTopology: /^(?:true|t|1)$/iu.test(value) };
}
