/** Columns of numbers, one for each row. */
type NumberColumns<K extends string> = Readonly<Record<K, readonly number[]>>;

/** What the data block holds; `../data.ts` makes it. Numbers of texts are places in `words`. */
export interface PageData {
  /** The run, where the page is served, else 0. */
  readonly run: string | 0;
  readonly clusters: NumberColumns<'owner' | 'subscription' | 'region'> & {
    readonly name: readonly string[];
    readonly anchor: readonly string[];
    /** What a query names it by where the page is served, else 0. */
    readonly id: readonly (string | 0)[];
  };
  /** `got` and `lost` are the paths of the bar: what pods get, and what is lost; `finding` is the place of the worst, or -1. */
  readonly services: NumberColumns<
    | ('status' | 'namespace' | 'name' | 'cluster' | 'shares')
    | ('got' | 'lost' | 'finding' | 'harm' | 'harmValue')
  >;
  readonly findings: NumberColumns<
    | ('severity' | 'state' | 'rule' | 'kind' | 'namespace' | 'name')
    | ('title' | 'since' | 'owner' | 'cluster')
  > & {
    /** Fingerprints; of findings without a page in a large file the first characters. */
    readonly print: readonly string[];
    /** Message, title of the fix, its price, for findings that are not in the page; 0 where there was no room. */
    readonly detail: readonly (readonly [string, string, string] | 0)[];
  };
  readonly words: readonly string[];
}

/** Place of a finding among all; -1 where there is none. */
export function findingAt(print: string, { findings }: PageData): number {
  return findings.print.findIndex((each) => print.startsWith(each));
}

/** What stands at a place of a column of texts. */
export function wordsAt({ words }: PageData, at: number): (column: readonly number[]) => string {
  return (column) => words[column[at] ?? -1] ?? '';
}

/** The data block, unpacked, or fetched where the page is served and has too much of it; `undefined` where there is none. */
export async function readData(): Promise<PageData | undefined> {
  const block = document.querySelector<HTMLElement>('#data');
  if (block === null || typeof DecompressionStream === 'undefined') return undefined;
  const { run } = block.dataset;
  const text = run === undefined ? await unpacked(block.textContent).text() : await fetched(run);
  if (text === undefined) return undefined;
  const parsed: PageData = JSON.parse(text);
  return parsed;
}

/** Pages by the address behind `#`, in a file that has no service behind it. */
export async function readViews(): Promise<ReadonlyMap<string, string>> {
  const text = document.querySelector('#views')?.textContent ?? '';
  if (text === '' || typeof DecompressionStream === 'undefined') return new Map();
  const parsed: Record<string, string> = JSON.parse(unfolded(await unpacked(text).arrayBuffer()));
  return new Map(Object.entries(parsed));
}

/** The same question as the page's own, of exactly its run. */
async function fetched(run: string): Promise<string | undefined> {
  const address = new URL(location.href);
  address.hash = '';
  address.searchParams.set('run', run);
  address.searchParams.set('view', 'data');
  const response = await fetch(address);
  return response.ok && response.body !== null ? await inflated(response.body).text() : undefined;
}

function unpacked(base64: string): Response {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return inflated(new Blob([bytes]).stream());
}

function inflated(packed: ReadableStream<Uint8Array<ArrayBuffer>>): Response {
  return new Response(packed.pipeThrough(new DecompressionStream('deflate-raw')));
}

/** Undoes `../pack.ts`. */
function unfolded(buffer: ArrayBuffer): string {
  const bytes = new Uint8Array(buffer);
  const decoder = new TextDecoder();
  const end = bytes.indexOf(10);
  const head: number[] = JSON.parse(decoder.decode(bytes.subarray(0, end)));
  const whole = new Uint8Array(head[0] ?? 0);
  let [read, at, from] = [end + 1, 0, 0];
  for (let each = 1; each <= head.length; each += 3) {
    const [before = whole.length - at, skip = 0, length = 0] = head.slice(each, each + 3);
    whole.set(bytes.subarray(read, read + before), at);
    read += before;
    from += before + skip;
    whole.copyWithin((at += before), from, (from += length));
    at += length;
  }
  return decoder.decode(whole);
}
