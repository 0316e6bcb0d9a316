import {
  annotatedRanges,
  annotationPrefix,
  rangeFault,
  serviceTags,
} from '../../load-balancing/index.ts';
import {
  compacted,
  listed,
  serviceSubject,
  subjectText,
  type LoadBalancerService,
} from '../../model/index.ts';
import { defineRule, type Fault, type Fix } from '../rule.ts';
import { annotateService, setAnnotation } from '../../fixes/service-fixes.ts';
import { setSourceRanges } from '../../fixes/service-spec-fixes.ts';
import { azureServices } from '../../facts/services.ts';

/** Finds Services that say in two places who may connect, which the cloud provider refuses or kube-proxy defeats. */
export const conflictingSourceRanges = defineRule(
  {
    id: 'service/conflicting-source-ranges',
    title: 'loadBalancerSourceRanges and azure-allowed-ip-ranges are both set',
    why: 'With both range settings the whole reconcile fails; with service tags, kube-proxy drops clients that the tags allow.',
    remedy: 'Use only one of them; with service tags, use the annotation.',
    severity: 'high',
    source: "Azure's cloud provider: access control",
  },
  { needs: ['services'] },
  ({ services }) => ({ faults: azureServices(services).flatMap(faultsOf) }),
);

const allowedRanges = 'azure-allowed-ip-ranges';

/** Only ranges that are ranges count: others are another finding. */
function faultsOf(service: LoadBalancerService): readonly Fault[] {
  const own = service.loadBalancerSourceRanges.map((each) => each.trim()).filter(isRange);
  if (own.length === 0) return [];
  const lists = annotatedRanges(service.annotations)
    .map(({ key, ranges }) => ({ key, ranges: ranges.filter(isRange) }))
    .filter(({ ranges }) => ranges.length > 0);
  const tags = serviceTags(service.annotations);
  return lists.length === 0 && tags.length === 0 ? [] : [faultOf(service, { own, lists, tags })];
}

function isRange(text: string): boolean {
  return rangeFault(text) === undefined;
}

interface RangeConflict {
  readonly own: readonly string[];
  readonly lists: readonly { readonly key: string; readonly ranges: readonly string[] }[];
  readonly tags: readonly string[];
}

function faultOf(service: LoadBalancerService, { own, lists, tags }: RangeConflict): Fault {
  const name = subjectText(service);
  const annotated = lists.flatMap(({ ranges }) => ranges);
  const refused = lists.length > 0;
  return {
    subject: serviceSubject(service),
    title: refused
      ? `${name} sets both loadBalancerSourceRanges and allowed IP ranges`
      : `kube-proxy drops clients allowed by the service tags of ${name}`,
    message: refused
      ? `The cloud provider cannot reconcile ${name}: it accepts either spec.loadBalancerSourceRanges (${listed(own)}) or ${listed(lists.map(({ key }) => key.slice(annotationPrefix.length)))} (${listed(annotated)}), not both. NSG rules are not updated, and a new Service gets no address.`
      : `Azure allows clients of ${listed(tags)}, but kube-proxy drops every packet from outside spec.loadBalancerSourceRanges (${listed(own)}) on the node.`,
    causes: compacted([refused && 'allowed-ip-ranges', tags.length > 0 && 'allowed-service-tags']),
    evidence: {
      loadBalancerSourceRanges: own,
      annotations: lists.map(({ key, ranges }) => ({ annotation: key, ranges })),
      serviceTags: tags,
    },
    fixes: compacted([
      inAnnotation(service, own, annotated),
      tags.length === 0 && inSpec(service, own, lists),
    ]),
  };
}

/** Azure's security group alone decides then, also together with service tags. */
function inAnnotation(
  service: LoadBalancerService,
  own: readonly string[],
  annotated: readonly string[],
): Fix {
  const all = [...new Set([...annotated, ...own])];
  return {
    title: `Move all ranges into the annotation ${allowedRanges}`,
    steps: [setAnnotation(service, allowedRanges, all.join(',')), setSourceRanges(service, [])],
    price: [
      'all clients in any of the ranges are allowed',
      'nodes no longer filter source addresses; only the NSG does',
    ],
  };
}

function inSpec(
  service: LoadBalancerService,
  own: readonly string[],
  lists: RangeConflict['lists'],
): Fix {
  const all = [...new Set([...own, ...lists.flatMap(({ ranges }) => ranges)])];
  const keys = lists.map(({ key }) => key);
  return {
    title: 'Keep all ranges in spec.loadBalancerSourceRanges',
    steps: [
      setSourceRanges(service, all),
      annotateService(service, ...keys.map((key) => `${key}-`)),
    ],
    price: ['all clients in any of the ranges are allowed'],
  };
}
