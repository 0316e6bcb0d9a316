import type { KubernetesAnswer, KubernetesTransport } from '../../shared/collect/index.ts';

/** What a list call asked for. */
export interface AskedList {
  readonly path: string;
  readonly fieldSelector: string;
  readonly continue: string;
}

/** A Kubernetes API that answers with bodies, and remembers what it was asked. */
export function answeringWith(
  answer: (asked: AskedList, call: number) => { readonly status?: number; readonly body: unknown },
): KubernetesTransport & { readonly asked: readonly AskedList[] } {
  const asked: AskedList[] = [];
  return {
    asked,
    get(path, query): Promise<KubernetesAnswer> {
      const list = {
        path,
        fieldSelector: query.get('fieldSelector') ?? '',
        continue: query.get('continue') ?? '',
      };
      asked.push(list);
      const { status = 200, body } = answer(list, asked.length);
      return Promise.resolve({ status, source: path, body: JSON.stringify(body) });
    },
  };
}
