import {
  matchesLabelSelector,
  sameName,
  selectorFault,
  subjectText,
  type LabelSelector,
  type LoadBalancerConfiguration,
  type LoadBalancerService,
  type Reason,
} from '../model/index.ts';
import { annotationPrefix, type Annotations } from './annotations.ts';

/** The whole key; its value lists the load balancers that a Service may be on. */
export const configurationsAnnotation = `${annotationPrefix}azure-load-balancer-configurations`;

export interface EligibilityOfService {
  readonly service: Pick<LoadBalancerService, 'namespace' | 'name' | 'labels' | 'annotations'>;
  /** In the order in which Azure lists them. */
  readonly configurations: readonly LoadBalancerConfiguration[];
  /** `undefined` = the Namespace was not read. */
  readonly namespaceLabels: ReadonlyMap<string, string> | undefined;
  /** Names of the configurations that the Service is on already. */
  readonly activeOn: readonly string[];
}

export type Eligible =
  | { readonly kind: 'eligible'; readonly names: readonly string[] }
  | NotEligible
  | ({ readonly kind: 'unknown' } & Reason);

/** The provider fails with `error`; `refused` says what each configuration has against the Service. */
export interface NotEligible {
  readonly kind: 'error';
  readonly error: string;
  readonly cause: 'no-known-name' | 'all-refuse' | 'bad-selector';
  readonly refused: readonly ConfigurationRefusal[];
}

export interface ConfigurationRefusal {
  readonly name: string;
  /** Closed to new Services, or one of its two selectors does not match. */
  readonly by: 'placement' | 'labels' | 'namespace';
}

/** The configurations that a Service's annotation names, lower-cased; `[]` = no annotation, so all of them. */
export function wantedConfigurations(annotations: Annotations): readonly string[] {
  return [...annotations]
    .filter(([key]) => sameName(key, configurationsAnnotation))
    .flatMap(([, value]) => value.split(','))
    .map((name) => name.trim().toLowerCase());
}

/**
 * Several Standard load balancers: the configurations that may hold a Service (source:
 * cloud-provider-azure), in their own order. Configurations are looked at from the last to the first, which shows in
 * the order of the names in the error, and in which bad selector is reported.
 */
export function eligibleConfigurations(inputs: EligibilityOfService): Eligible {
  const { service, configurations } = inputs;
  const wanted = wantedConfigurations(service.annotations);
  const selected = configurations.filter(
    ({ name }) => wanted.length === 0 || wanted.includes(name.toLowerCase()),
  );
  if (wanted.length > 0 && selected.length === 0)
    return {
      kind: 'error',
      cause: 'no-known-name',
      refused: [],
      error: `service "${service.name}" selects ${wanted.length} load balancers by annotation, but none of them is defined in cloud provider configuration`,
    };
  const verdicts: { configuration: LoadBalancerConfiguration; verdict: Decided }[] = [];
  for (const configuration of selected.toReversed()) {
    const verdict = judge(configuration, inputs);
    if (verdict.kind === 'unknown') return verdict;
    if (verdict.kind === 'error') return { ...verdict, cause: 'bad-selector', refused: [] };
    verdicts.push({ configuration, verdict });
  }
  const passed = verdicts.filter(({ verdict }) => verdict.kind === 'passed').toReversed();
  if (passed.length === 0) {
    const failed = (kind: ConfigurationRefusal['by']): string => {
      const names = verdicts.filter(({ verdict }) => verdict.kind === kind);
      return `${names.length} of them (${names.map((each) => each.configuration.name).join(', ')})`;
    };
    return {
      kind: 'error',
      cause: 'all-refuse',
      refused: verdicts
        .toReversed()
        .flatMap(({ configuration: { name }, verdict: { kind: by } }) =>
          by === 'passed' ? [] : [{ name, by }],
        ),
      error: `service "${subjectText(service)}" selects ${selected.length} load balancers (${selected.map((each) => each.name).join(', ')}), but ${failed('placement')} have AllowServicePlacement set to false and the service is not using any of them, ${failed('labels')} do not match the service label selector, and ${failed('namespace')} do not match the service namespace selector`,
    };
  }
  const bySelector = passed.filter(({ configuration }) => hasSelector(configuration));
  const names = (bySelector.length > 0 ? bySelector : passed).map(
    (each) => each.configuration.name,
  );
  return { kind: 'eligible', names };
}

interface Decided {
  readonly kind: 'passed' | ConfigurationRefusal['by'];
}

type ConfigurationVerdict =
  | Decided
  | { readonly kind: 'error'; readonly error: string }
  | ({ readonly kind: 'unknown' } & Reason);

/** A Service that is on a load balancer keeps it when placement is closed, but not against a selector. */
function judge(
  configuration: LoadBalancerConfiguration,
  { service, namespaceLabels, activeOn }: EligibilityOfService,
): ConfigurationVerdict {
  const active = activeOn.some((name) => sameName(name, configuration.name));
  if (!configuration.allowServicePlacement && !active) return { kind: 'placement' };
  const labels = against(configuration.serviceLabelSelector, service.labels, 'labels');
  if (labels.kind !== 'passed') return labels;
  if (configuration.serviceNamespaceSelector !== undefined && namespaceLabels === undefined)
    return { kind: 'unknown', why: `the labels of namespace ${service.namespace} were not read` };
  return against(configuration.serviceNamespaceSelector, namespaceLabels, 'namespace');
}

function against(
  selector: LabelSelector | undefined,
  labels: ReadonlyMap<string, string> | undefined,
  failed: 'labels' | 'namespace',
): ConfigurationVerdict {
  if (selector === undefined) return { kind: 'passed' };
  const fault = selectorFault(selector);
  if (fault !== undefined) return { kind: 'error', error: fault };
  return { kind: matchesLabelSelector(selector, labels ?? new Map()) ? 'passed' : failed };
}

/** An empty selector is one, and matches everything. */
function hasSelector(configuration: LoadBalancerConfiguration): boolean {
  return (
    configuration.serviceLabelSelector !== undefined ||
    configuration.serviceNamespaceSelector !== undefined
  );
}
