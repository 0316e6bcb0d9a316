import type { Taken } from '../input/cursor.ts';
import type { ListRecorder } from './recorder.ts';

/** One GET of the Kubernetes API; the transport knows where to, as whom, and over what. */
export interface KubernetesTransport {
  /** @throws Error where no answer came; its message is for people. */
  get(path: string, query: URLSearchParams, signal?: AbortSignal): Promise<KubernetesAnswer>;
  /** Hears what is read, where the cluster is saved. */
  readonly recorder?: ListRecorder;
  /** What the lists of the cluster gave together; absent for saved ones. */
  readonly taken?: Taken;
  /** Its lists were saved whole: one that lacks what every cluster has was filtered. */
  readonly whole?: boolean;
}

export interface KubernetesAnswer {
  readonly status: number;
  /** What to name in a message: the request path, or the file that answered. */
  readonly source: string;
  readonly body: string | AsyncIterable<Uint8Array>;
  /** Where the characters of the body are its bytes. */
  readonly encoding?: 'utf8';
  /** Places of the page's items in the whole document, where it has others. */
  readonly itemNumbers?: readonly number[];
  /** The same for files, where the page has items of several. */
  readonly itemSources?: readonly string[];
}
