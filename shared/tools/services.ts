import * as z from 'zod';
import type { Report, ClusterReport, PortReport, ServiceReport } from '../report/index.ts';
import { ToolError, type ToolSource } from './source.ts';
import {
  data,
  isShownAs,
  number,
  protocol,
  knownProtocol,
  sixDigits,
  text,
  verdict,
} from './untrusted.ts';

/** A port of a Service in the answers of tools; shares are fractions of its new connections. */
export const portShape = z.object({
  port: number,
  protocol,
  family: text,
  verdict,
  lost: number.describe('Fraction of new connections that are lost'),
  ready_pods: number,
  pods_without_share: number.describe('Ready pods that get no new connections'),
  smallest_share: number,
  largest_share: number,
  closed_by_annotation: z
    .boolean()
    .optional()
    .describe('Its owner asked for no load-balancing rule, so no traffic is as intended'),
});

type MeasuredPort = Pick<
  PortReport,
  'port' | 'protocol' | 'family' | 'verdict' | 'lost' | 'disabled'
> & { readonly endpoints: readonly Pick<PortReport['endpoints'][number], 'ready' | 'share'>[] };

/** The numbers of a port; 0 throughout where it is unknown. */
export function portNumbers(port: MeasuredPort): z.infer<typeof portShape> {
  const shares = port.endpoints
    .filter(({ ready }) => ready)
    .map(({ share }) => share)
    .toSorted((a, b) => a - b);
  const known = port.verdict !== 'unknown';
  return {
    port: port.port,
    protocol: knownProtocol(port.protocol),
    family: data(port.family, 8),
    verdict: port.verdict,
    lost: known ? sixDigits(port.lost) : 0,
    ready_pods: shares.length,
    pods_without_share: known ? shares.filter((share) => share === 0).length : 0,
    smallest_share: known ? sixDigits(shares[0] ?? 0) : 0,
    largest_share: known ? sixDigits(shares.at(-1) ?? 0) : 0,
    ...(port.disabled === true && { closed_by_annotation: true }),
  };
}

/** The Service of that name in the report. @throws {ToolError} */
export async function serviceNamed(
  source: ToolSource,
  wanted: { readonly cluster: string; readonly namespace: string; readonly service: string },
): Promise<{
  readonly report: Report;
  readonly cluster: ClusterReport;
  readonly service: ServiceReport;
}> {
  const report = await source.report();
  const lower = wanted.cluster.toLowerCase();
  const named = report.clusters.filter(
    ({ name, id }) =>
      isShownAs(name.toLowerCase(), lower, 63) || isShownAs(id.toLowerCase(), lower, 1_024),
  );
  const [cluster, second] = named;
  if (cluster === undefined) throw new ToolError('there is no cluster of that name in the report');
  if (second !== undefined) throw new ToolError('several clusters have that name; use an ARM ID');
  const service = cluster.services.find(
    ({ namespace, name }) =>
      isShownAs(namespace, wanted.namespace, 120) && isShownAs(name, wanted.service, 253),
  );
  if (service === undefined)
    throw new ToolError(
      cluster.result === 'complete'
        ? 'this cluster has no LoadBalancer Service of that name'
        : `this cluster was not fully read (${cluster.result}), and the report has no LoadBalancer Service of that name`,
    );
  return { report, cluster, service };
}
