import {
  annotatedRanges,
  annotationPrefix,
  parseIp,
  rangeFault,
  type RangeFault,
} from '../../load-balancing/index.ts';
import {
  compacted,
  serviceSubject,
  subjectText,
  type LoadBalancerService,
} from '../../model/index.ts';
import { defineRule, type Fault, type Fix } from '../rule.ts';
import { removeServiceAnnotation, setServiceAnnotation } from '../../fixes/service-fixes.ts';
import { setSourceRanges } from '../../fixes/service-spec-fixes.ts';
import { azureServices } from '../../facts/services.ts';
import { cited, distinct, itemized } from '../../fixes/text.ts';

/** Finds ranges of client addresses that are none, for which the cloud provider denies everybody. */
export const invalidSourceRange = defineRule(
  {
    id: 'service/invalid-source-range',
    title: 'Source range of a Service is invalid',
    why: 'One invalid range makes the cloud provider remove the allow rule and add a deny-all rule, usually without an event.',
    remedy: 'Write each range in CIDR notation without host bits, for example 10.1.2.0/24.',
    severity: 'high',
    source: "Azure's cloud provider: access control",
  },
  { needs: ['services'] },
  ({ services }) => ({ faults: azureServices(services).flatMap(faultsOf) }),
);

interface List {
  readonly where: string;
  readonly ranges: readonly string[];
}

interface Bad {
  readonly where: string;
  readonly range: string;
  readonly fault: RangeFault;
}

const inSpec = 'spec.loadBalancerSourceRanges';

function faultsOf(service: LoadBalancerService): readonly Fault[] {
  const own = service.loadBalancerSourceRanges.map((each) => each.trim());
  const lists: readonly List[] = compacted([
    own.length > 0 && { where: inSpec, ranges: own },
    ...annotatedRanges(service.annotations).map(({ key, ranges }) => ({ where: key, ranges })),
  ]);
  const bad = lists.flatMap(({ where, ranges }) =>
    ranges.flatMap((range): readonly Bad[] => {
      const fault = rangeFault(range);
      return fault === undefined ? [] : [{ where, range, fault }];
    }),
  );
  return bad.length === 0 ? [] : [faultOf(service, lists, bad)];
}

function faultOf(service: LoadBalancerService, lists: readonly List[], bad: readonly Bad[]): Fault {
  const name = subjectText(service);
  return {
    subject: serviceSubject(service),
    title: `Invalid source range blocks clients of ${name}`,
    message: `Because of an invalid range, the cloud provider denies all access to ${name} except from the valid ranges: ${itemized(bad.map(describe))}.`,
    causes: distinct(bad.map(({ fault }) => fault.kind)),
    evidence: {
      ranges: bad.map(({ where, range, fault }) => ({
        where,
        range,
        ...(fault.kind === 'not-masked' && { meant: fault.masked }),
      })),
    },
    fixes: lists.flatMap((list) => fixesOf(service, list)),
  };
}

function describe({ where, range, fault }: Bad): string {
  const of = where === inSpec ? where : where.slice(annotationPrefix.length);
  return fault.kind === 'not-masked'
    ? `${cited(range)} of ${of} has host bits set (${fault.masked} does not)`
    : `${cited(range)} of ${of} is not a valid range`;
}

/** One fix for each place with a bad range. */
function fixesOf(service: LoadBalancerService, { where, ranges }: List): readonly Fix[] {
  if (ranges.every((range) => rangeFault(range) === undefined)) return [];
  const corrected = [...new Set(ranges.flatMap((range) => repaired(range) ?? []))];
  const dropped = ranges.filter((range) => repaired(range) === undefined);
  const of = where === inSpec ? where : where.slice(annotationPrefix.length);
  const lost = `clients of ${itemized(dropped.map(cited))} stay blocked: add the intended ranges`;
  const price = compacted([
    'clients outside the ranges are blocked',
    dropped.length > 0 && corrected.length > 0 && lost,
  ]);
  if (corrected.length === 0) {
    const open = ['all clients can connect: add the intended ranges first'];
    const title = `Remove ${of} (none of its ranges is valid)`;
    return [
      where === inSpec
        ? { title, steps: [setSourceRanges(service, [])], price: open }
        : removeServiceAnnotation(service, where, title, open),
    ];
  }
  const title = `Correct the ranges of ${of}`;
  return [
    where === inSpec
      ? { title, steps: [setSourceRanges(service, corrected)], price }
      : setServiceAnnotation(service, of, corrected.join(','), title, price),
  ];
}

/** What a range most likely means; an address alone means itself. */
function repaired(range: string): string | undefined {
  const fault = rangeFault(range);
  if (fault === undefined) return range;
  if (fault.kind === 'not-masked') return fault.masked;
  const address = parseIp(range);
  if (address === undefined) return undefined;
  return `${range}/${range.includes(':') ? 128 : 32}`;
}
