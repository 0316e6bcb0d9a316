import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseEndpointSlice, parseService } from '../../shared/collect/parse-service.ts';
import { Cursor, Problems } from '../../shared/input/index.ts';
import {
  nodeName,
  type EndpointSlice,
  type IpFamily,
  type Node,
} from '../../shared/model/index.ts';
import { endpointsOf } from '../../shared/traffic/index.ts';
import { clusterEndpoints, localEndpoints } from '../../shared/traffic/usable.ts';
import { node } from '../builders/index.ts';

/** What kube-proxy 1.36.2's own code answered on one node, for one port and family. */
interface Verdict {
  readonly Family: IpFamily;
  readonly Port: string;
  readonly Protocol: string;
  readonly Node: string;
  readonly External: readonly string[];
  readonly Health: number;
}

interface RecordedCluster {
  readonly id: number;
  readonly service: object;
  readonly slices: readonly object[];
  readonly nodes: readonly { readonly name: string; readonly zone?: string }[];
  readonly verdicts: readonly Verdict[];
}

const file = path.join(import.meta.dirname, '../oracles/kube-proxy.json');
const { worlds } = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly worlds: Readonly<Record<string, readonly RecordedCluster[]>>;
};

function cursor(value: object): Cursor {
  return new Cursor(value, 'item', { source: 'oracle', problems: new Problems() });
}

function nodeOf({ name, zone }: RecordedCluster['nodes'][number]): Node {
  const labels = zone === undefined ? [] : [['topology.kubernetes.io/zone', zone] as const];
  return { ...node(name), labels: new Map(labels) };
}

/** What this product says of the same node, port and family. */
function answers(world: RecordedCluster): readonly Verdict[] {
  const service = parseService(cursor(world.service));
  const slices = world.slices.flatMap((each): readonly EndpointSlice[] => {
    const slice = parseEndpointSlice(cursor(each));
    return slice === undefined ? [] : [slice];
  });
  const local = service?.externalTrafficPolicy === 'Local';
  return world.verdicts.map((verdict) => {
    const port = service?.ports.find(
      (each) => each.name === verdict.Port && each.protocol === verdict.Protocol,
    );
    const wanted = world.nodes.find(({ name }) => name === verdict.Node);
    if (port === undefined || wanted === undefined) throw new Error(`world ${world.id}`);
    const endpoints = endpointsOf(slices, port, verdict.Family);
    const usable = local ? localEndpoints(endpoints.all) : clusterEndpoints(endpoints.all);
    return {
      ...verdict,
      External: usable
        .on(nodeOf(wanted))
        .map(({ address, targetPort }) =>
          address.includes(':') ? `[${address}]:${targetPort}` : `${address}:${targetPort}`,
        )
        .toSorted(),
      Health: endpoints.nodesWithReady.has(nodeName(verdict.Node)) ? 1 : 0,
    };
  });
}

describe('endpoints as kube-proxy counts them', () => {
  test.each(Object.entries(worlds).map(([name, each]) => ({ name, count: each.length, each })))(
    '$name: every node of $count worlds',
    ({ each }) => {
      for (const world of each) {
        const expected = world.verdicts.map((verdict) => ({
          ...verdict,
          External: verdict.External.toSorted(),
          Health: Math.min(verdict.Health, 1),
        }));
        expect({ id: world.id, verdicts: answers(world) }).toEqual({
          id: world.id,
          verdicts: expected,
        });
      }
    },
  );
});
