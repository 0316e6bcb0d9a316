/** Annotations of a Service that Azure's cloud provider reads (load-balancing.md §8). */
export const annotationPrefix = 'service.beta.kubernetes.io/';

export type Annotations = ReadonlyMap<string, string>;

/** The value of `service.beta.kubernetes.io/<name>`, trimmed; `undefined` where it is not there. */
export function annotation(annotations: Annotations, name: string): string | undefined {
  return annotations.get(annotationPrefix + name)?.trim();
}

/** Booleans are true for `true` in any letter case, and false for anything else. */
export function isTrue(annotations: Annotations, name: string): boolean {
  return annotation(annotations, name)?.toLowerCase() === 'true';
}

/** Only this one must be spelt exactly `true` to move the frontend. */
export function isInternal(annotations: Annotations): boolean {
  return annotations.get(`${annotationPrefix}azure-load-balancer-internal`) === 'true';
}

/** An override of one port: `port_<p>_<name>`. */
export function portAnnotation(
  annotations: Annotations,
  port: number,
  name: string,
): string | undefined {
  return annotation(annotations, `port_${port}_${name}`);
}
