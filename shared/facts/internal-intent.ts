import { annotation, internalAnnotation, isInternal } from '../load-balancing/index.ts';
import { nearest, type LoadBalancerService } from '../model/index.ts';

/** An annotation that is meant to make a Service internal and does not. */
export interface InternalIntent {
  /** The whole key as it is written. */
  readonly key: string;
  readonly value: string;
  /** The key is not the one that Azure reads: misspelt, another prefix, another cloud. */
  readonly otherKey: boolean;
}

type Annotated = Pick<LoadBalancerService, 'annotations'>;

/** Values that people write for true: only `true` itself is taken, see `isInternal` and `saysTrue`. */
const affirmative = new Set(['true', 'yes', 'y', 'on', '1', 't', 'enabled', 'enable', 'internal']);
const negative = new Set(['false', 'no', 'n', 'off', '0', 'f', 'disabled', 'disable', 'none', '']);

/** Lower case, without blanks and without a second pair of quotation marks. */
function plain(value: string): string {
  return value
    .trim()
    .replaceAll(/^["']|["']$/gu, '')
    .trim()
    .toLowerCase();
}

/** Whether people write it for true. */
export function meansTrue(value: string): boolean {
  return affirmative.has(plain(value));
}

/** Whether people write it for false; an empty value counts. */
export function meansFalse(value: string): boolean {
  return negative.has(plain(value));
}

/** The annotation that shows that a public Service is meant to be internal; `undefined` where none does. */
export function internalIntent({ annotations }: Annotated): InternalIntent | undefined {
  if (isInternal(annotations)) return undefined;
  const own = annotation(annotations, internalAnnotation);
  const ownKey = `service.beta.kubernetes.io/${internalAnnotation}`;
  if (own !== undefined && meansTrue(own)) return { key: ownKey, value: own, otherKey: false };
  // A plain "false" on the right key is an answer, whatever the manifest says to other clouds.
  if (own !== undefined && own !== '' && meansFalse(own)) return undefined;
  const other = [...annotations].find(
    ([key, value]) => key !== ownKey && meansInternal(tailOf(key), plain(value)),
  );
  return other === undefined ? undefined : { key: other[0], value: other[1], otherKey: true };
}

function tailOf(key: string): string {
  return key
    .slice(key.indexOf('/') + 1)
    .toLowerCase()
    .trim();
}

/** By the name and a true value, or by a kind of load balancer that is `internal`. */
function meansInternal(tail: string, value: string): boolean {
  if (/(?:balancer|-lb|elb)-(?:type|scheme)$/u.test(tail)) return value === 'internal';
  const azure = tail.startsWith('azure');
  if (!(azure ? affirmative.has(value) : value === 'true')) return false;
  if (tail.startsWith(`${internalAnnotation}-`)) return false;
  const named = tail.includes('internal') && /balancer|-lb\b|\blb-/u.test(tail);
  return named || nearest(tail, [internalAnnotation], 3) !== undefined;
}
