import { annotation, annotationPrefix, knownAnnotations, type Annotations } from './annotations.ts';

/** Ranges of client addresses that one annotation lets in, blanks around them taken off. */
export interface RangeList {
  /** The whole key. */
  readonly key: string;
  readonly ranges: readonly string[];
}

/** The lists of ranges of a Service's annotations, in the order of the provider; an empty value is one empty range. */
export function annotatedRanges(annotations: Annotations): readonly RangeList[] {
  return knownAnnotations
    .filter(({ values }) => values.kind === 'ip-ranges')
    .flatMap(({ name }) => {
      const value = annotation(annotations, name);
      return value === undefined
        ? []
        : [{ key: annotationPrefix + name, ranges: value.split(',').map((each) => each.trim()) }];
    });
}

/** The service tags that a Service lets in. */
export function serviceTags(annotations: Annotations): readonly string[] {
  return (annotation(annotations, 'azure-allowed-service-tags') ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}
