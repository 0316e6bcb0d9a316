/** Annotations of a Service that Azure's cloud provider reads (load-balancing.md §8). */
export const annotationPrefix = 'service.beta.kubernetes.io/';

export type Annotations = ReadonlyMap<string, string>;

/** The value of `service.beta.kubernetes.io/<name>` as it stands; `undefined` where it is not there. */
export function annotation(annotations: Annotations, name: string): string | undefined {
  return annotations.get(annotationPrefix + name);
}

/** An override of one port: `port_<p>_<name>`. */
export function portAnnotation(
  annotations: Annotations,
  port: number,
  name: string,
): string | undefined {
  return annotation(annotations, `port_${port}_${name}`);
}

/** Booleans are true for `true` in any letter case, blanks not allowed, and false for anything else. */
export function isTrue(annotations: Annotations, name: string): boolean {
  return saysTrue(annotation(annotations, name));
}

export function saysTrue(value: string | undefined): boolean {
  return value?.toLowerCase() === 'true';
}

const internal = 'azure-load-balancer-internal';

/** Only exactly `true` moves the frontend to the internal load balancer. */
export function isInternal(annotations: Annotations): boolean {
  return annotation(annotations, internal) === 'true';
}

/** The rules are built as internal ones for `True` as well, wherever the frontend is. */
export function hasInternalRules(annotations: Annotations): boolean {
  return isTrue(annotations, internal);
}

/** The subnet of an internal Service; `undefined` where none counts. */
export function internalSubnet(annotations: Annotations): string | undefined {
  const subnet = annotation(annotations, 'azure-load-balancer-internal-subnet');
  return isInternal(annotations) && subnet?.trim() !== '' ? subnet : undefined;
}

/** A whole number as the cloud provider reads it: blanks around it, a sign and leading zeros are fine. */
export function wholeNumber(text: string): number | undefined {
  const trimmed = text.trim();
  const value = /^[+-]?\d{1,20}$/u.test(trimmed) ? Number(trimmed) : NaN;
  return value >= -(2 ** 31) && value < 2 ** 31 ? value : undefined;
}
